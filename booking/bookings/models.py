"""Organisations, their bookings, what a desk keeps about both, and the keys that make a retried booking one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.bookings.closure_models import ClosureOperation, ClosureStep
from booking.bookings.terms import (
    TAKES_PLACES,
    BookingStatus,
    NoteKind,
    OrganisationType,
    ParticipantList,
    Platform,
    RequestStatus,
)
from booking.db import STRICT, Base, enum_by_value

__all__ = [
    "ACTIVE_SQL",
    "IS_WAITING",
    "KEEPS_CONTACT_SQL",
    "OPEN_SQL",
    "SAID_BY_THE_GROUP",
    "TAKING",
    "Booking",
    "ClosureOperation",
    "ClosureStep",
    "ConnectionTest",
    "DeskMessage",
    "DeskMessageEvent",
    "IdempotencyKey",
    "Organisation",
    "OrganisationMerge",
    "RequestNote",
    "SavedView",
    "VisitDetail",
    "VisitRequest",
    "VisitWish",
]

ACTIVE_SQL = (
    "status IN ('on_hold', 'requested', 'needs_information', 'proposed', 'waiting', 'confirmed', "
    "'attended', 'no_show', 'not_recorded')"
)

OPEN_SQL = "('requested', 'needs_information', 'proposed')"
SAID_BY_THE_GROUP = (
    *("contact_name", "contact_email", "contact_phone", "technical_name", "technical_email"),
    *("group_label", "note"),
)
"""What a booking and a request hold of people: emptied together, when `contact_removed_at` is set."""
KEEPS_CONTACT_SQL = "contact_removed_at IS NULL AND ({})".format(
    " OR ".join(f"{one} <> ''" for one in SAID_BY_THE_GROUP)
)
"""Of rows that still hold something of people, so that those of years ago cost no look."""

IS_WAITING: ColumnElement[str] = literal_column("'waiting'")
"""The status of a group in line, as a constant: a parameter would keep SQLite from the index of the line."""

TAKING: tuple[ColumnElement[str], ...] = tuple(literal_column(f"'{status.value}'") for status in sorted(TAKES_PLACES))
"""The statuses whose size counts, as constants of a statement: as parameters each would cost at every run."""


class Organisation(Base):
    """A school, university, NGO or mission; `name_key` is the name normalised, so that one school is one row."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("name_key", "country"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(comment="NFKC, case-folded, spaces collapsed")
    type: Mapped[OrganisationType] = mapped_column(enum_by_value(OrganisationType))
    country: Mapped[str] = mapped_column(comment="ISO 3166-1 alpha-2; ZZ: not collected")
    subdivision: Mapped[str] = mapped_column(default="", comment="ISO 3166-2")
    merged_into_id: Mapped[int | None] = mapped_column(comment="the organisation that this is another spelling of")


class Booking(Base):
    """A group's place in an event. While on hold nobody is known yet; no names of participants are ever kept."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("size IS NULL OR size >= 0", name="size"),
        CheckConstraint("attended IS NULL OR attended >= 0", name="attended"),
        CheckConstraint("accompanying_adults >= 0", name="adults"),
        CheckConstraint("status <> 'on_hold' OR hold_expires_at IS NOT NULL", name="hold_ends"),
        Index(
            "uq_booking_one_per_group_and_event",
            "event_id",
            "organisation_id",
            "group_key",
            unique=True,
            postgresql_where=text(f"organisation_id IS NOT NULL AND NOT is_individual AND {ACTIVE_SQL}"),
            sqlite_where=text(f"organisation_id IS NOT NULL AND is_individual = 0 AND {ACTIVE_SQL}"),
        ),
        Index("ix_booking_event_id", "event_id"),
        Index("ix_booking_organisation_id", "organisation_id"),
        Index("ix_booking_contact_email", "contact_email"),
        Index(
            "ix_booking_hold_expires_at",
            "hold_expires_at",
            postgresql_where=text("status = 'on_hold'"),
            sqlite_where=text("status = 'on_hold'"),
        ),
        Index(
            "ix_booking_answer_by",
            "answer_by",
            postgresql_where=text("answer_by IS NOT NULL"),
            sqlite_where=text("answer_by IS NOT NULL"),
        ),
        Index(
            "ix_booking_waiting",
            "event_id",
            "waiting_since",
            postgresql_where=text("status = 'waiting'"),
            sqlite_where=text("status = 'waiting'"),
        ),
        Index(
            "ix_booking_keeps_contact",
            "event_id",
            postgresql_where=text(KEEPS_CONTACT_SQL),
            sqlite_where=text(KEEPS_CONTACT_SQL),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    is_individual: Mapped[bool] = mapped_column(default=False, comment="DUP-01 and OVL-02 do not apply")
    organisation_type: Mapped[OrganisationType | None] = mapped_column(
        enum_by_value(OrganisationType), comment="who asked this time; empty: as the organisation"
    )
    group_label: Mapped[str] = mapped_column(default="")
    group_key: Mapped[str] = mapped_column(default="", comment="the label, normalised")
    status: Mapped[BookingStatus] = mapped_column(enum_by_value(BookingStatus))
    invited: Mapped[bool] = mapped_column(default=False, comment="a calendar has an entry that a cancellation must end")
    late: Mapped[bool] = mapped_column(default=False, comment="CAN-01: changed or cancelled after the deadline")
    size: Mapped[int | None] = mapped_column(comment="people announced, adults included; empty: not recorded")
    accompanying_adults: Mapped[int] = mapped_column(default=0)
    youngest_age: Mapped[int | None]
    attended: Mapped[int | None] = mapped_column(comment="official number of people who came; empty: not recorded")
    attended_source: Mapped[str] = mapped_column(
        default="", server_default="", comment="whose word the official number is; empty: as it was loaded, or none"
    )
    attended_reason: Mapped[str] = mapped_column(default="", server_default="", comment="why another was chosen")
    theme: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    contact_name: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="", server_default="", comment="where the desk booked")
    contact_locale: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="", comment="IANA zone of the group")
    technical_contact: Mapped[bool] = mapped_column(default=False)
    technical_name: Mapped[str] = mapped_column(default="")
    technical_email: Mapped[str] = mapped_column(default="")
    accessibility: Mapped[list[str]]
    note: Mapped[str] = mapped_column(default="")
    participant_list: Mapped[ParticipantList] = mapped_column(
        enum_by_value(ParticipantList), default=ParticipantList.NOT_REQUIRED
    )
    list_received_at: Mapped[datetime | None]
    requested_on: Mapped[date | None] = mapped_column(comment="local day of the station")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    hold_expires_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None] = mapped_column(comment="deadline of a request")
    waiting_since: Mapped[datetime | None] = mapped_column(comment="when it joined the line of a full event")
    skipped_at: Mapped[datetime | None] = mapped_column(comment="when places last came free that were too few for it")
    skipped_places: Mapped[int | None] = mapped_column(comment="how many those were")
    contact_removed_at: Mapped[datetime | None] = mapped_column(
        comment="when what it held of people was forgotten; empty: it holds it"
    )
    generation: Mapped[int] = mapped_column(default=1, comment="raised to revoke the links")
    sequence: Mapped[int] = mapped_column(default=0, comment="iCalendar SEQUENCE of the last invitation")
    version: Mapped[int] = mapped_column(default=1, comment="ETag")


class VisitRequest(Base):
    """What a group asks for without a time that is held for it: several wishes, or advice.

    What comes of it is a booking of the same reference; the row stays, and takes over again where the group would
    rather have something else than what was proposed.
    """

    __tablename__ = "visit_request"
    __table_args__ = (
        CheckConstraint("size >= 1", name="size"),
        CheckConstraint("accompanying_adults >= 0", name="adults"),
        CheckConstraint(f"answer_by IS NOT NULL OR status NOT IN {OPEN_SQL}", name="answer_by"),
        Index("ix_visit_request_organisation_id", "organisation_id"),
        Index("ix_visit_request_contact_email", "contact_email"),
        Index("ix_visit_request_offering_id", "offering_id"),
        Index(
            "ix_visit_request_answer_by",
            "answer_by",
            postgresql_where=text(f"status IN {OPEN_SQL}"),
            sqlite_where=text(f"status IN {OPEN_SQL}"),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    status: Mapped[RequestStatus] = mapped_column(enum_by_value(RequestStatus))
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id"), comment="empty: they want advice")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_type: Mapped[OrganisationType] = mapped_column(enum_by_value(OrganisationType))
    group_label: Mapped[str] = mapped_column(default="")
    group_key: Mapped[str] = mapped_column(default="", comment="the label, normalised")
    size: Mapped[int] = mapped_column(comment="people, adults included")
    accompanying_adults: Mapped[int] = mapped_column(default=0)
    youngest_age: Mapped[int | None]
    theme: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    contact_name: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(default="")
    contact_locale: Mapped[str] = mapped_column(default="en")
    contact_phone: Mapped[str] = mapped_column(default="", server_default="", comment="where the desk booked")
    time_zone: Mapped[str] = mapped_column(default="", comment="IANA zone of the group")
    technical_contact: Mapped[bool] = mapped_column(default=False)
    technical_name: Mapped[str] = mapped_column(default="")
    technical_email: Mapped[str] = mapped_column(default="")
    accessibility: Mapped[list[str]]
    note: Mapped[str] = mapped_column(default="")
    suggested_theme: Mapped[str] = mapped_column(default="", comment="the topic that the desk suggests instead")
    requested_on: Mapped[date] = mapped_column(comment="local day of the station")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    answer_by: Mapped[datetime | None] = mapped_column(comment="deadline of whoever must answer")
    speaker_by: Mapped[datetime | None] = mapped_column(comment="SPK-01: until when an expert is sought")
    no_speaker_at: Mapped[datetime | None] = mapped_column(comment="SPK-01: when the search ended without one")
    contact_removed_at: Mapped[datetime | None] = mapped_column(
        comment="when what it held of people was forgotten; empty: it holds it"
    )
    generation: Mapped[int] = mapped_column(default=1, comment="raised to revoke the links")
    version: Mapped[int] = mapped_column(default=1, comment="ETag")


class VisitWish(Base):
    """A time that a request wishes, the first one liked best."""

    __tablename__ = "visit_wish"
    __table_args__ = (
        CheckConstraint("position BETWEEN 1 AND 3", name="position"),
        UniqueConstraint("request_id", "position"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("visit_request.id"))
    position: Mapped[int]
    starts_at: Mapped[datetime]


class VisitDetail(Base):
    """What a group said beyond a booking, of a request and of the booking that comes of it: one reference."""

    __tablename__ = "visit_detail"
    __table_args__ = (STRICT,)

    reference: Mapped[str] = mapped_column(primary_key=True)
    second_language: Mapped[str] = mapped_column(default="")
    topics: Mapped[list[str]]
    prior_knowledge: Mapped[str] = mapped_column(default="")
    grade: Mapped[str] = mapped_column(default="")
    platform: Mapped[Platform] = mapped_column(enum_by_value(Platform))
    recording: Mapped[bool] = mapped_column(default=False, comment="REC-01: wished, and agreed in the group")
    heard_from: Mapped[str] = mapped_column(default="")
    vehicle: Mapped[str] = mapped_column(default="")


class ConnectionTest(Base):
    """When somebody of the station tries sound and picture with the technical contact of a group."""

    __tablename__ = "test_call"
    __table_args__ = (CheckConstraint("minutes BETWEEN 5 AND 120", name="minutes"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    event_id: Mapped[int] = mapped_column(comment="for which it was arranged: another one ends it")
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    address: Mapped[str] = mapped_column(default="", comment="https address of the meeting")
    note: Mapped[str] = mapped_column(default="")
    sequence: Mapped[int] = mapped_column(default=0, comment="iCalendar SEQUENCE of the last invitation")
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    event_starts_at: Mapped[datetime | None] = mapped_column(
        comment="of the event for which it was arranged: it goes with it"
    )


class RequestNote(Base):
    """What the desk and the group wrote to each other about a request; never part of the audit trail."""

    __tablename__ = "request_note"
    __table_args__ = (
        Index("ix_request_note_reference", "reference"),
        Index("ix_request_note_kind_at", "kind", "at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(comment="of the request or the booking")
    station_code: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(comment="account:7, group")
    kind: Mapped[NoteKind] = mapped_column(enum_by_value(NoteKind))
    rules: Mapped[str] = mapped_column(default="", comment="ids of the rules to which an exception is made")
    text: Mapped[str]


class OrganisationMerge(Base):
    """Two spellings that became one organisation, with what was moved, so that it can be taken back for a day."""

    __tablename__ = "organisation_merge"
    __table_args__ = (Index("ix_organisation_merge_at", "at"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    merged_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(comment="account:7")
    moved: Mapped[dict[str, Any]] = mapped_column(comment="ids of bookings and earlier spellings, labels changed")
    undone_at: Mapped[datetime | None]


class SavedView(Base):
    """A filter of a desk's list under a name: one's own, or shared with a station's desk."""

    __tablename__ = "saved_view"
    __table_args__ = (
        Index("ix_saved_view_account_id", "account_id"),
        Index("ix_saved_view_station_code", "station_code"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    page: Mapped[str] = mapped_column(comment="events, requests, search")
    name: Mapped[str]
    query: Mapped[str] = mapped_column(comment="of the page's address")
    station_code: Mapped[str] = mapped_column(default="", comment="whose desk sees it too; empty: nobody else")
    is_default: Mapped[bool] = mapped_column(default=False, comment="opened where the page is asked for bare")
    version: Mapped[int] = mapped_column(default=1)


class DeskMessage(Base):
    """What a desk wrote to the groups of events; the mails themselves are notices."""

    __tablename__ = "desk_message"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(comment="account:7")
    digest: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of the texts and of whom they go to")
    texts: Mapped[dict[str, Any]] = mapped_column(comment="subject and text by locale, as they were written")


class DeskMessageEvent(Base):
    """To how many groups of an event a message went."""

    __tablename__ = "desk_message_event"
    __table_args__ = (Index("ix_desk_message_event_event_id", "event_id"), STRICT)

    message_id: Mapped[int] = mapped_column(ForeignKey("desk_message.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    groups: Mapped[int]


class IdempotencyKey(Base):
    """The answer to a request that may be repeated; written with its effect, so one cannot be without the other."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_created_at", "created_at"), STRICT)

    key_hash: Mapped[str] = mapped_column(primary_key=True, comment="SHA-256 of caller and key")
    request_hash: Mapped[str]
    reference: Mapped[str] = mapped_column(comment="the booking it made")
    answer: Mapped[str] = mapped_column(comment="the body without its token, which is derived again")
    created_at: Mapped[datetime]
