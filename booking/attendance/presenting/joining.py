"""The joining page of a group: before, in time, after, and where nothing is to be joined."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n, zones
from booking.attendance.forms import PeopleForm, SurveyForm
from booking.attendance.join_pages import CertificatePage, JoinPage
from booking.attendance.joining import ASKED_FOR, CORRECTED_FOR, Moment, moment_of, took_part
from booking.attendance.services.say import OPENS_BEFORE
from booking.bookings.presenting.book import held_clock
from booking.bookings.presenting.common import find_url
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.terms import BookingStatus
from booking.catalogue.pages import Fact
from booking.catalogue.presenting.material import public_material
from booking.catalogue.queries.material import MaterialFacts
from booking.catalogue.words import minutes_text, title_of
from booking.clock_faces import countdown, moment, reader_place
from booking.scheduling.queries.rooms import ONLINE

TESTS = {"zoom": "https://zoom.us/test", "webex": "https://www.webex.com/test-meeting.html"}
"""Where a platform lets anybody test sound and picture, by a word of its name."""


@dataclass(frozen=True)
class Joining:
    """What the page is made of; `address` is the meeting's, which only decides whether there is a way to it."""

    booking: BookingFacts
    token: str
    now: datetime
    said: int | None = None
    was_at: datetime | None = None
    platform: str = ""
    address: str = ""
    form: PeopleForm | None = None
    is_going: bool = False
    materials: Sequence[MaterialFacts] = ()
    survey: SurveyForm | None = None
    has_answered: bool = False

    @property
    def zone(self) -> str:
        """The group's clock, else the station's."""
        return self.booking.contact.time_zone or self.booking.station.time_zone

    @property
    def moment(self) -> Moment:
        """Where the group stands with its event."""
        event = self.booking.event
        return moment_of(self.booking.status, event.status, event.starts_at, event.ends_at, self.now)

    @property
    def may_say(self) -> bool:
        """Whether the leader may say or correct how many they are."""
        event = self.booking.event
        is_time = event.starts_at - OPENS_BEFORE <= self.now < event.ends_at + CORRECTED_FOR
        return is_time and event.format in ONLINE and self.moment in {Moment.OPEN, Moment.AFTER}

    @property
    def has_certificate(self) -> bool:
        """Whether the group took part in what was held."""
        return took_part(self.booking.status, self.booking.event.status, self.said)

    @property
    def may_answer(self) -> bool:
        """Whether the group is asked what it was like: it came, and that is not long ago."""
        is_time = self.booking.event.ends_at <= self.now < self.booking.event.ends_at + ASKED_FOR
        return is_time and self.has_certificate


def join_page(shown: Joining) -> JoinPage:
    """The page in its moment."""
    booking, at = shown.booking, shown.moment
    title, title_lang = title_of(booking.titles, booking.offering.title)
    locale = i18n.current_locale()
    heading, text = _words(shown)
    before, after = at is Moment.BEFORE, at is Moment.AFTER
    is_tested = before and booking.event.format in ONLINE
    test_url = _test_url(shown.platform) if is_tested else ""
    seconds = int((booking.event.starts_at - shown.now).total_seconds())
    return JoinPage(
        moment=at.value,
        heading=heading,
        text=text,
        eyebrow=i18n.join_facts(filter(None, (booking.organisation, booking.group_label))),
        title=title,
        title_lang=title_lang,
        clock=held_clock(booking, shown.zone),
        was=_was(shown),
        seconds=max(seconds, 0),
        opens_in_s=max(seconds - int(OPENS_BEFORE.total_seconds()), 0) if before else 0,
        count_text=countdown(seconds, locale) if before else "",
        test_url=test_url,
        test_text=_test_text(shown.platform) if is_tested and not test_url else "",
        form=shown.form if shown.may_say else None,
        post_url=url_for("joining.say_number", token=shown.token),
        said="" if shown.said is None else ngettext("%(num)s person", "%(num)s people", shown.said),
        meeting_url=_meeting_url(shown),
        is_going=shown.is_going and bool(_meeting_url(shown)),
        materials=tuple(public_material(one) for one in shown.materials) if after else (),
        certificate_url=url_for("joining.certificate", token=shown.token) if after and shown.has_certificate else "",
        survey=shown.survey if shown.may_answer and not shown.has_answered else None,
        survey_url=url_for("joining.answer_survey", token=shown.token),
        has_answered=shown.has_answered and shown.may_answer,
        again_url=_again(shown) if at in {Moment.AFTER, Moment.GONE} else "",
        was_missed=after and booking.status is BookingStatus.NO_SHOW,
        links_url=url_for("bookings.my_links") if at is Moment.UNSURE else "",
        desk=booking.station.contact_email,
    )


def _words(shown: Joining) -> tuple[str, str]:
    """The heading, and the sentence below the clock."""
    booking, at = shown.booking, shown.moment
    if at is Moment.UNSURE:
        return _unsure(booking)
    if at is Moment.GONE:
        return str(_("There is nothing to join")), _gone(booking)
    if at is Moment.AFTER:
        return _after(shown)
    if booking.event.format not in ONLINE:
        return str(_("You are expected")), _where(booking)
    if at is Moment.OPEN:
        return str(_("The door is open")), "" if shown.address else _no_address()
    opens = moment(booking.event.starts_at - OPENS_BEFORE, shown.zone, i18n.current_locale())
    told = _("The door opens on %(when)s. Leave this page open, or come back with the same link.", when=opens)
    return str(_("You are booked")), str(told)


def _no_address() -> str:
    return str(_("The address of the meeting is not there yet; we are seeing to it. Try again in some minutes."))


def _where(booking: BookingFacts) -> str:
    if booking.meeting_point:
        return str(_("You are met here: %(place)s", place=booking.meeting_point))
    return str(_("You are met at the visitors’ entrance."))


def _unsure(booking: BookingFacts) -> tuple[str, str]:
    """It is not booked, or not any more: who has to answer."""
    answer = str(_("Your answer stands behind the link to your booking."))
    if booking.status is BookingStatus.PROPOSED:
        return str(_("We propose this time")), i18n.join_sentences((_("It is not booked yet."), answer))
    if booking.status is BookingStatus.NEEDS_INFORMATION:
        return str(_("We have a question")), i18n.join_sentences((_("It is not booked yet."), answer))
    if booking.waiting_since is not None:
        return str(_("You are on the waiting list")), str(_("We write when there is room for you."))
    return str(_("We have your request")), str(_("It is not booked yet. We write as soon as it is."))


def _gone(booking: BookingFacts) -> str:
    if booking.status is BookingStatus.CANCELLED_BY_STATION:
        return i18n.join_sentences((_("We had to cancel this."), booking.status_reason))
    if booking.status is BookingStatus.CANCELLED_BY_GROUP:
        return str(_("You have cancelled this."))
    return str(_("This was not booked, or is not any more."))


def _after(shown: Joining) -> tuple[str, str]:
    if shown.booking.status is BookingStatus.NO_SHOW:
        return str(_("We missed you")), str(_("Shall we find a new date?"))
    if shown.has_certificate:
        return str(_("Thank you")), str(_("It was good to have you with us."))
    told = _("The certificate for your group stands here once it is written down that you came.")
    return str(_("Thank you")), str(told)


def _was(shown: Joining) -> str:
    if shown.was_at is None or shown.moment not in {Moment.BEFORE, Moment.UNSURE}:
        return ""
    when = moment(shown.was_at, shown.zone, i18n.current_locale())
    return str(_("This has moved. Before, it was %(when)s.", when=when))


def _meeting_url(shown: Joining) -> str:
    is_there = shown.moment is Moment.OPEN and shown.booking.event.format in ONLINE and shown.address
    return url_for("joining.meeting", token=shown.token) if is_there else ""


def _test_url(platform: str) -> str:
    return next((url for word, url in TESTS.items() if word in platform.casefold()), "")


def _test_text(platform: str) -> str:
    """How sound and picture are tested where the platform has no page for it: Teams, Meet, and what is not named."""
    if platform:
        told = _("%(platform)s shows your camera and microphone before you join: try them there.", platform=platform)
    else:
        told = _("The meeting shows your camera and microphone before you join: try them there.")
    return i18n.join_sentences([told, _("If you would rather test with us before the day, write to the desk.")])


def _again(shown: Joining) -> str:
    """The same offering and language for as many; nothing that opens the booking, for the link may be passed on."""
    booking = shown.booking
    return find_url(
        {
            "language": booking.event.language,
            "size": str(booking.size or ""),
            "offering": booking.offering.slug,
            "time_zone": shown.zone,
        }
    )


def certificate_page(shown: Joining) -> CertificatePage:
    """The certificate: who, what, when, where and in which language."""
    booking, locale = shown.booking, i18n.current_locale()
    title, title_lang = title_of(booking.titles, booking.offering.title)
    starts_at, station = booking.event.starts_at, booking.station.time_zone
    zones_told = (shown.zone,) if shown.zone == station else (shown.zone, station)
    place = i18n.station_in(booking.station.code, locale, booking.station.name)
    return CertificatePage(
        organisation=booking.organisation,
        group_label=booking.group_label,
        title=title,
        title_lang=title_lang,
        times=tuple(_in_full(starts_at, zone, locale) for zone in zones_told),
        given_by=str(_("Visitors Service %(in_place)s", in_place=place)),
        facts=(
            Fact(str(_("Language")), i18n.language_name(booking.event.language, locale)),
            Fact(str(_("Length")), minutes_text((booking.event.ends_at - starts_at) // timedelta(minutes=1))),
        ),
        back_url=url_for("joining.page", token=shown.token),
    )


def _in_full(instant: datetime, zone: str, locale: str) -> str:
    """With its year: "Tue 1 Dec 2026, 10:00 in Seoul"."""
    local = zones.to_local(instant, zone)
    told = {"day": i18n.format_day_year(local.date(), locale), "time": i18n.format_time(local)}
    return str(_("%(day)s, %(time)s %(in_place)s", **told, in_place=reader_place(zone, locale)))
