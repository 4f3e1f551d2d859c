"""Mails between the desks of stations that hold an event together, with their shipped words."""

from flask_babel import lazy_gettext as _l

from booking.notices.wording.parts import OF_EVENTS, Group, Words

_desks = Words(Group.DESKS, OF_EVENTS | {"partner"})
_DECLINED, _WITHDRAWN = _l("Where the station declines."), _l("Where it had agreed, and withdraws.")
_OFF, _AFTER_ALL = _l("Where the event is called off."), _l("Where it takes place after all.")
_CLOSED, _FORMAT = _l("Where its premises are closed then."), _l("Where it is held in another format.")

BETWEEN_DESKS = (
    _desks.kind(
        "partner_asked",
        _l("A station is asked to take part"),
        _desks.subject(_l("Will %(partner)s take part? %(time)s", partner="{partner}", time="{time}")),
        _desks.opening(
            _l("%(station)s asks whether %(partner)s takes part.", station="{station}", partner="{partner}")
        ),
        _desks.text(
            "means",
            _l("What it means"),
            _l(
                "Visitors then read that %(partner)s takes part, with its own local time, and you may send one of your "
                "guides along. Everything else stays with %(station)s.",
                partner="{partner}",
                station="{station}",
            ),
        ),
    ),
    _desks.kind(
        "partner_answered",
        _l("A station has answered"),
        _desks.subject(_l("%(partner)s takes part: %(time)s", partner="{partner}", time="{time}")),
        _desks.opening(_l("%(partner)s takes part.", partner="{partner}")),
        _desks.subject(
            _l("%(partner)s does not take part: %(time)s", partner="{partner}", time="{time}"),
            name="subject_declined",
            when=_DECLINED,
        ),
        _desks.opening(
            _l("%(partner)s does not take part.", partner="{partner}"), name="opening_declined", when=_DECLINED
        ),
        _desks.subject(
            _l("%(partner)s has withdrawn: %(time)s", partner="{partner}", time="{time}"),
            name="subject_withdrawn",
            when=_WITHDRAWN,
        ),
        _desks.opening(
            _l("%(partner)s takes part no more.", partner="{partner}"), name="opening_withdrawn", when=_WITHDRAWN
        ),
        _desks.subject(
            _l("Premises closed, %(partner)s: %(time)s", partner="{partner}", time="{time}"),
            name="subject_closed",
            when=_CLOSED,
        ),
        _desks.opening(
            _l("%(partner)s takes part in this event, and its premises are closed then.", partner="{partner}"),
            name="opening_closed",
            when=_CLOSED,
        ),
    ),
    _desks.kind(
        "partner_ended",
        _l("A station is needed no more"),
        _desks.subject(_l("Without %(partner)s: %(time)s", partner="{partner}", time="{time}")),
        _desks.opening(
            _l(
                "%(station)s holds this event without %(partner)s after all.",
                station="{station}",
                partner="{partner}",
            )
        ),
    ),
    _desks.kind(
        "partner_event",
        _l("A joint event has changed"),
        _desks.subject(_l("Joint event moved: %(time)s", time="{time}")),
        _desks.opening(_l("A joint event has another time.")),
        _desks.subject(_l("Joint event called off: %(time)s", time="{time}"), name="subject_cancelled", when=_OFF),
        _desks.opening(_l("A joint event has been called off."), name="opening_cancelled", when=_OFF),
        _desks.subject(
            _l("Joint event takes place after all: %(time)s", time="{time}"), name="subject_restored", when=_AFTER_ALL
        ),
        _desks.opening(_l("A joint event takes place after all."), name="opening_restored", when=_AFTER_ALL),
        _desks.subject(
            _l("Joint event in another format: %(time)s", time="{time}"), name="subject_format", when=_FORMAT
        ),
        _desks.opening(_l("A joint event is held in another format."), name="opening_format", when=_FORMAT),
    ),
)
