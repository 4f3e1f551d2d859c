"""Use cases of a guide's working day. They open their transactions; guides are meant by id, events by code.

Raised throughout: UnknownEvent for an event that is not this guide's (unknown, another's and past ones alike),
OfferGone for an offer that cannot be answered any more (answered, withdrawn, run out, another's: all alike), HostTaken
for a guide who is in another event then. All in `booking.scheduling.terms`.

`offers.accept(offer_id, guide_id, *, now, actor) -> str`: take the event; its code. The first who accepts has it.
`offers.decline(offer_id, guide_id, *, now, actor, reason="")`: say no; the next guide is asked.
`cover.ask_for_cover(event_code, guide_id, *, now, actor, note="") -> int`: ask every colleague who could; how many.
`cover.withdraw_cover(event_code, guide_id, *, now, actor)`: keep the event after all.
`sick.report_sick(guide_id, *, now, actor) -> tuple[str, ...]`: release the rest of the day; codes of its events.
`sick.undo_sick(guide_id, *, now, actor) -> tuple[str, ...]`: come after all; codes of the events taken back. TooLate
after `sick.UNDO_FOR`.
`notes.save_note(event_code, guide_id, text, *, now, actor)`: a note about the group, for whoever takes over.

Reads are in `booking.scheduling.queries.offers`: `pending_for(session, guide_id, now) -> list[OfferShown]`,
`asked_for_cover(session, event_ids) -> frozenset[int]`, and in `booking.guiding.queries.sick`:
`can_undo_sick(session, guide_id, now) -> bool`.
"""
