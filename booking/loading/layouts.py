"""The files of a folder that `booking load` takes, and the requests that `booking try` evaluates: columns and keys."""

from booking.attendance.terms import Qualifier
from booking.bookings.terms import Action, BookingStatus, OrganisationType, ParticipantList
from booking.catalogue.terms import Basis, Format, Kind, OfferingStatus
from booking.loading import cells
from booking.loading.csv_tables import Column, Layout
from booking.scheduling.terms import ClosureType, EventStatus, HostRole

_ANY = "any"
_POLICIES = {"station", "official", _ANY}
_people = cells.number(0, cells.MOST_PEOPLE)
_age = cells.number(0, 130)


def _offering_languages(cell: str) -> str | tuple[str, ...]:
    """`station`, `official`, `any`, or a list of tags with semicolons between them."""
    return cell if cell in _POLICIES else cells.languages(";")(cell)


STATIONS = Layout(
    "stations",
    ("station",),
    {
        "station": Column(cells.required),
        "code": Column(cells.code),
        "time_zone": Column(cells.zone),
        "virtual_opens": Column(cells.hour),
        "virtual_closes": Column(cells.hour),
        "on_site_opens": Column(cells.hour),
        "on_site_closes": Column(cells.hour),
        "working_days": Column(cells.weekdays),
    },
)

STATION_LANGUAGES = Layout(
    "station_languages",
    ("station", "language"),
    {
        "station": Column(cells.required),
        "language": Column(cells.language),
        "name": Column(cells.ignored),
        "basis": Column(cells.one_of(Basis)),
        "tours": Column(cells.yes),
        "briefings": Column(cells.yes),
        "source": Column(cells.text),
    },
)

OFFERINGS = Layout(
    "offerings",
    ("offering_id",),
    {
        "offering_id": Column(cells.code),
        "station": Column(cells.required),
        "unit": Column(cells.code),
        "title": Column(cells.required),
        "kind": Column(cells.one_of(Kind)),
        "format": Column(cells.one_of(Format)),
        "theme": Column(cells.code),
        "audience": Column(cells.code),
        "languages": Column(_offering_languages),
        "duration_min": Column(cells.number(0, 1440)),
        "min_group": Column(cells.maybe(_people)),
        "max_group": Column(cells.maybe(_people)),
        "lead_working_days": Column(cells.maybe(cells.number(0, 365))),
        "min_age": Column(cells.maybe(_age)),
        "max_age": Column(cells.maybe(_age)),
        "status": Column(cells.one_of(OfferingStatus)),
        "source": Column(cells.text),
    },
)

HOSTS = Layout(
    "hosts",
    ("host_code",),
    {
        "host_code": Column(cells.code),
        "station": Column(cells.required),
        "role": Column(cells.one_of(HostRole)),
        "languages": Column(cells.languages(None)),
    },
)

CLOSURES = Layout(
    "closures",
    ("closure_id",),
    {
        "closure_id": Column(cells.code),
        "station": Column(cells.required),
        "type": Column(cells.one_of(ClosureType)),
        "starts_on": Column(cells.day),
        "ends_on": Column(cells.maybe(cells.day)),
        "announced_on": Column(cells.day),
        "blocks_formats": Column(cells.codes),
        "allows": Column(cells.codes),
        "distanced_capacity": Column(cells.maybe(_people)),
        "source": Column(cells.text),
        "message": Column(cells.required),
    },
)

EVENTS = Layout(
    "events",
    ("event_id",),
    {
        "event_id": Column(cells.code),
        "station": Column(cells.required),
        "unit": Column(cells.code),
        "offering_id": Column(cells.code),
        "offering_title": Column(cells.required),
        "format": Column(cells.one_of(Format)),
        "kind": Column(cells.one_of(Kind)),
        "series": Column(cells.or_else(cells.code, "")),
        "theme": Column(cells.code),
        "audience": Column(cells.code),
        "language": Column(cells.language),
        "starts_at": Column(cells.start),
        "time_zone": Column(cells.zone),
        "duration_min": Column(cells.number(1, 1440)),
        "capacity": Column(_people),
        "status": Column(cells.one_of(EventStatus, scheduled=EventStatus.OPEN)),
        "status_reason": Column(cells.text),
        "platform": Column(cells.text),
        "host_code": Column(cells.or_else(cells.code, "")),
        "partner": Column(cells.text),
        "topics_raised": Column(cells.text),
        "origin": Column(cells.text),
    },
)

_BOOKING_STATUS = cells.one_of(
    BookingStatus,
    no_show=BookingStatus.NO_SHOW,
    not_recorded=BookingStatus.NOT_RECORDED,
    cancelled_by_group=BookingStatus.CANCELLED_BY_GROUP,
    cancelled_by_station=BookingStatus.CANCELLED_BY_STATION,
)

BOOKINGS = Layout(
    "bookings",
    ("booking_id",),
    {
        "booking_id": Column(cells.code),
        "event_id": Column(cells.code),
        "organisation": Column(cells.required),
        "organisation_type": Column(cells.one_of(OrganisationType)),
        "country": Column(cells.country),
        "subdivision": Column(cells.subdivision),
        "group_time_zone": Column(cells.or_else(cells.zone, "")),
        "youngest_age": Column(cells.maybe(_age)),
        "booked_size": Column(cells.maybe(_people)),
        "accompanying_adults": Column(cells.or_else(_people, 0)),
        "attended": Column(cells.maybe(_people)),
        "status": Column(_BOOKING_STATUS),
        "requested_on": Column(cells.maybe(cells.day)),
        "technical_contact": Column(cells.yes),
        "participant_list": Column(cells.or_else(cells.one_of(ParticipantList), ParticipantList.NOT_REQUIRED)),
        "accessibility_request": Column(cells.text),
    },
)

SURVEYS = Layout(
    "surveys",
    ("survey_id", "event_id", "question_id"),
    {
        "survey_id": Column(cells.code),
        "unit": Column(cells.code),
        "event_id": Column(cells.or_else(cells.code, "")),
        "question_id": Column(cells.or_else(cells.code, "")),
        "question": Column(cells.required),
        "respondents": Column(cells.number(0, cells.MOST)),
        "positive": Column(cells.maybe(cells.number(0, cells.MOST))),
        "countries": Column(cells.maybe(cells.number(0, 300))),
        "origin": Column(cells.text),
    },
)

VIEWS = Layout(
    "views",
    ("item_id",),
    {
        "item_id": Column(cells.code),
        "title": Column(cells.required),
        "owner": Column(cells.required),
        "channel": Column(cells.required),
        "items": Column(cells.maybe(cells.number(0, cells.MOST))),
        "measure": Column(cells.required),
        "qualifier": Column(cells.one_of(Qualifier)),
        "value": Column(cells.maybe(cells.number(0, cells.MOST))),
        "paragraph": Column(cells.text),
        "note": Column(cells.text),
    },
)

FILES = (STATIONS, STATION_LANGUAGES, OFFERINGS, HOSTS, CLOSURES, EVENTS, BOOKINGS, SURVEYS, VIEWS)
"""Every file that a folder must have."""

COUNTRIES = Layout(
    "countries",
    ("code",),
    {"code": Column(cells.known_code("countries", "code"))}
    | {
        name: Column(cells.ignored)
        for name in (
            "m49",
            "regional_group",
            "member",
            *(f"name_{tag}" for tag in ("ar", "zh", "en", "fr", "ru", "es")),
        )
    },
)

LANGUAGES = Layout(
    "languages",
    ("tag",),
    {"tag": Column(cells.known_code("languages", "tag"))}
    | {
        name: Column(cells.ignored)
        for name in (
            "autonym",
            "direction",
            "official",
            *(f"{part}_{tag}" for part in ("name", "in") for tag in ("ar", "zh", "en", "fr", "ru", "es")),
        )
    },
)

COMPARED = (COUNTRIES, LANGUAGES)
"""Files that a folder may have beside them: nothing is loaded from them, the product ships its own."""

REQUESTS = Layout(
    "requests",
    ("request_id",),
    {
        "request_id": Column(cells.code),
        "action": Column(cells.one_of(Action)),
        "requested_at": Column(cells.moment),
        "station": Column(cells.text),
        "offering_id": Column(cells.text),
        "event_id": Column(cells.text),
        "language": Column(cells.text),
        "starts_at": Column(cells.wished_start),
        "duration_min": Column(cells.maybe(cells.number(0, 1440))),
        "organisation": Column(cells.text),
        "organisation_type": Column(cells.one_of(OrganisationType)),
        "country": Column(cells.text),
        "booked_size": Column(cells.maybe(_people)),
        "youngest_age": Column(cells.maybe(_age)),
        "accompanying_adults": Column(cells.or_else(_people, 0)),
        "technical_contact": Column(cells.yes),
        "participant_list": Column(cells.or_else(cells.one_of(ParticipantList), ParticipantList.NOT_REQUIRED)),
        "theme": Column(cells.text),
        "host_code": Column(cells.text),
        "rule_id": Column(cells.ignored, optional=True),
        "reason": Column(cells.ignored, optional=True),
        "what_to_do_instead": Column(cells.ignored, optional=True),
        "booking_id": Column(cells.or_else(cells.code, ""), optional=True),
    },
)
"""Rows for `booking try`. What the rules judge stays as it was written; `booking_id` is a booking not to count."""
