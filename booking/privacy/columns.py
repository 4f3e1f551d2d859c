"""Every column of every table: what it holds of people, or that it holds nothing. A test fails where one is missing.

A text that anybody may type freely counts as personal, unless it is written for the public. Ids of accounts
("account:7") are kept: they name nobody once the account has been emptied.
"""

from booking.privacy.terms import Held, Kind, Way

_OF_GROUP = {
    "group_label": Kind.CONTACT,
    "group_key": Kind.CONTACT,
    "contact_name": Kind.CONTACT,
    "contact_email": Kind.CONTACT,
    "contact_phone": Kind.CONTACT,
    "technical_name": Kind.CONTACT,
    "technical_email": Kind.CONTACT,
    "note": Kind.CONTACT,
}
_ASKED = (
    "id reference organisation_id organisation_type status size accompanying_adults youngest_age theme language "
    "contact_locale time_zone technical_contact accessibility requested_on created_at changed_at answer_by "
    "contact_removed_at generation version"
)
_SAID_BY_DESK = {"guide_note": Kind.CONTACT, "attended_reason": Kind.REASON}

PERSONAL = {
    "account": Held(
        {"email": Kind.STAFF, "name": Kind.STAFF, "password_hash": Kind.STAFF},
        Way.EMPTIED,
        "id is_active created_at locale totp_generation totp_confirmed_at totp_last_step second_factor_waived",
        frozenset({"email"}),
    ),
    "api_token": Held(
        {"name": Kind.ACCESS, "token_hash": Kind.ACCESS},
        Way.DELETED,
        "id account_id created_at expires_at used_at revoked_at",
    ),
    "attendance_upload": Held(
        {"name": Kind.UPLOAD, "content": Kind.UPLOAD},
        Way.EMPTIED,
        "id event_id digest size state uploaded_at expires_at settled_at actor",
    ),
    "audit_entry": Held(
        {"actor": Kind.TRAIL, "subject": Kind.TRAIL, "before": Kind.TRAIL, "after": Kind.TRAIL},
        Way.DELETED,
        "id at role station_code action request_id",
    ),
    "booking": Held(
        {**_OF_GROUP, "attended_reason": Kind.CONTACT},
        Way.EMPTIED,
        f"{_ASKED} event_id is_individual invited late attended attended_source participant_list list_received_at "
        "hold_expires_at waiting_since skipped_at skipped_places sequence",
        frozenset({"group_key"}),
    ),
    "busy_interval": Held(
        {"starts_at": Kind.ABSENCE, "ends_at": Kind.ABSENCE},
        Way.DELETED,
        "id guide_id",
    ),
    "day_off": Held({"reason": Kind.ABSENCE}, Way.EMPTIED, "id guide_id starts_on ends_on"),
    "desk_message": Held({"texts": Kind.LETTER}, Way.EMPTIED, "id at actor digest"),
    "event": Held(
        _SAID_BY_DESK,
        Way.EMPTIED,
        "id code station_id offering_id series_id twin_id unit title format kind theme audience language starts_at "
        "ends_at time_zone starts_local starts_on capacity taken status status_reason visibility version platform "
        "meeting_url partner topics_raised origin occurrence_on venue_id own_capacity meeting_point attended "
        "attended_source had_fault",
    ),
    "event_partner": Held(
        {"question": Kind.REASON, "answer": Kind.REASON},
        Way.EMPTIED,
        "id event_id station_id state asked_by asked_at answered_by answered_at told_starts_at told_cancelled version",
    ),
    "guide": Held(
        {"name": Kind.STAFF},
        Way.EMPTIED,
        "id code station_id role account_id is_active max_events_per_day max_events_per_week max_minutes_per_day "
        "max_minutes_per_week min_rest_min leads seniority",
    ),
    "idempotency_key": Held(
        {"request_hash": Kind.RETRY, "answer": Kind.RETRY}, Way.DELETED, "key_hash reference created_at"
    ),
    "interest": Held(
        {"email": Kind.INTEREST, "organisation": Kind.INTEREST},
        Way.DELETED,
        "id offering_id about wished_on opens_at locale size state asked_at confirmed_at told_at",
    ),
    "meeting_room": Held({"url": Kind.STAFF}, Way.EMPTIED, "id platform guide_id", frozenset({"url"})),
    "notice": Held(
        {"recipient": Kind.LETTER, "payload": Kind.LETTER},
        Way.EMPTIED,
        "id kind dedupe_key subject locale message_id due_at state attempts next_try_at claimed_by sent_at error",
    ),
    "observation": Held(
        {"reason": Kind.REASON},
        Way.EMPTIED,
        "id event_id booking_id source attended course recorded_at actor chosen minutes",
    ),
    "offer": Held(
        {"decline_reason": Kind.ABSENCE},
        Way.EMPTIED,
        "id event_id guide_id reason from_guide_id status round offered_at expires_at answered_at",
    ),
    "one_time_link": Held({"token_hash": Kind.ACCESS}, Way.DELETED, "account_id purpose expires_at used_at"),
    "organisation": Held(
        {"name": Kind.CONTACT, "name_key": Kind.CONTACT},  # of individuals only: a school is nobody
        Way.EMPTIED,
        "id type country subdivision merged_into_id",
        frozenset({"name_key"}),
    ),
    "organisation_merge": Held({"moved": Kind.LETTER}, Way.EMPTIED, "id kept_id merged_id at actor undone_at"),
    "private_calendar": Held(
        {"url": Kind.STAFF},
        Way.DELETED,
        "guide_id etag last_modified next_read_at read_at failures problem told_at",
    ),
    "rate_counter": Held({"key": Kind.RETRY}, Way.DELETED, "window_ends_at count"),
    "recovery_code": Held({"code_hash": Kind.ACCESS}, Way.DELETED, "account_id used_at"),
    "request_note": Held({"text": Kind.CONTACT}, Way.EMPTIED, "id reference station_code at actor kind rules"),
    "roster_proposal": Held({"rows": Kind.ABSENCE}, Way.DELETED, "id week created_at created_by applied_at"),
    "saved_view": Held(
        {"name": Kind.STAFF, "query": Kind.STAFF}, Way.DELETED, "id account_id page station_code is_default version"
    ),
    "sign_in": Held(
        {"token_hash": Kind.ACCESS, "ip_prefix": Kind.ACCESS, "agent": Kind.ACCESS},
        Way.DELETED,
        "id account_id created_at seen_at expires_at second_factor_at ended_at",
    ),
    "test_call": Held(
        {"address": Kind.CONTACT, "note": Kind.CONTACT},
        Way.EMPTIED,
        "id booking_id event_id starts_at minutes sequence is_cancelled changed_at event_starts_at",
    ),
    "view_reading": Held({"reason": Kind.REASON}, Way.EMPTIED, "id item_id read_on qualifier value recorded_at actor"),
    "visit_detail": Held(
        dict.fromkeys(("prior_knowledge", "grade", "heard_from", "vehicle"), Kind.CONTACT),
        Way.EMPTIED,
        "reference second_language topics platform recording",
    ),
    "visit_request": Held(
        _OF_GROUP,
        Way.EMPTIED,
        f"{_ASKED} station_id offering_id suggested_theme speaker_by no_speaker_at",
        frozenset({"group_key"}),
    ),
    "written_entry": Held({"entry": Kind.CONTACT}, Way.DELETED, "event_id audience fingerprint"),
}
"""Tables that hold something of people."""

NOBODY = {
    "account_role": "id account_id role station_code",
    "assignment": "id event_id guide_id starts_at busy_until status is_locked is_co_host",
    "availability": "id guide_id weekday opens closes is_preferred",
    "availability_exception": "id guide_id on_day opens closes works",
    "calendar_feed": "id guide_id station_id generation created_at",
    "capacity_limit": "id code station_id venue_id format offering_id measure per starts_on ends_on most percent "
    "reason made_by created_at changed_at ended_at version",
    "closure": "id code station_id type starts_on ends_on announced_on blocks_formats allows distanced_capacity "
    "source message conditions lifted_at",
    "closure_operation": "id code station_id state created_at created_by due_on answer_by plan withdrawn done_at "
    "undone_at undone_by stuck_at stuck_why stuck_about",
    "closure_step": "id operation_id closure_id event_id booking_id new_event_id choice state was left_version "
    "answer_by answered_at answered_by",
    "desk_message_event": "message_id event_id groups",
    "erasure": "id digest reference asked_at asked_by done_at",
    "event_fact": "event_id code station unit offering kind format theme audience language series partner starts_at "
    "starts_on month status status_reason raised counts groups booked attended unrecorded",
    "fact_due": "id event_id",
    "fact_keeper": "id rounds",
    "group_fact": "booking_id event_id station unit offering kind format theme audience language series starts_on "
    "month raised event_status organisation_type country subdivision topic language_asked status late came booked "
    "attended attended_source",
    "guide_language": "guide_id language",
    "guide_station": "guide_id station_id on_site",
    "guide_topic": "guide_id topic",
    "mail_text": "id kind locale station version wording saved_at saved_by",
    "material": "id station_id kind title english_of level language url file version created_at retired_at",
    "material_offering": "material_id offering_id",
    "offering": "id code slug station_id unit title summary details kind format theme audience language_policy "
    "duration_min min_group max_group lead_working_days min_age max_age venue_id status source price_note watch_url "
    "created_at english_of version",
    "offering_language": "offering_id language",
    "online_item": "id code station_id offering_id title owner channel measure items is_cumulative url published_on "
    "is_ended paragraph note version",
    "picture": "id offering_id position large small width height small_width alt english_of version created_at",
    "refusal_count": "day station rule kind language number",
    "report_draft": "id first_on last_on list_order qualifiers version",
    "report_signature": "id report_id round digest actor signed_at",
    "report_text": "id report_id paragraph locale version text saved_at saved_by",
    "report_version": "id report_id number digest content changes first_by first_at second_by second_at",
    "room_use": "id event_id room_id starts_at busy_until status",
    "series": "id code title partner pattern summary english_of version",
    "series_material": "series_id material_id",
    "station": "id code name time_zone working_weekdays virtual_opens virtual_closes on_site_opens on_site_closes "
    "version contact_email booking_horizon_days buffer_min slot_step_min minor_age people_per_adult free_change_days "
    "list_due_days id_age registration_age speaker_days no_show_min attendance_days distancing_gap_min hold_min "
    "request_answer_days earliest_comfort latest_comfort contact_days holiday_country holiday_subdivision",
    "station_language": "id station_id language basis tours briefings source",
    "stored_file": "sha256 media_type size content",
    "survey": "id code station_id title version",
    "survey_answered": "booking_id",
    "survey_question": "id survey_id code position kind text retired_at",
    "survey_result": "id survey_code unit event_id event_key question_code question respondents positive countries "
    "origin month station",
    "survey_use": "id survey_id offering_id series_id",
    "untold_change": "id thing row_id name station was became moved at",
    "venue": "id station_id code name",
    "visit_wish": "id request_id position starts_at",
    "vocabulary_term": "id vocabulary code label version",
    "webhook_delivery": "id message endpoint_id type subject body made_at state attempts next_try_at claimed_by status "
    "error took_ms delivered_at",
    "webhook_endpoint": "id code url description stations types made_by made_at generation old_secret_until off "
    "failing_since failures paused_until version",
    "worker_heartbeat": "worker_id seen_at",
    "outbox_pause": "id since reason",
}
"""Tables without anything of people: what the public reads, numbers, codes, and ids of accounts."""


def names_of(table: str, kind: Kind) -> tuple[str, ...]:
    """The columns of a kind."""
    return tuple(name for name, one in PERSONAL[table].personal.items() if one is kind)
