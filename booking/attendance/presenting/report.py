"""A platform's report as a proposal: in words what it would store, who is whose, what is odd, who is left over."""

from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n, zones
from booking.attendance.platform_reports import NotReadable, Reason
from booking.attendance.platform_reports.terms import Oddity, Refusal
from booking.attendance.presenting.words import group_of, people, when_of
from booking.attendance.proposal import LEFT_OVER, NOT_COUNTED, WHOLE, Proposal
from booking.attendance.queries import CountedEvent
from booking.attendance.report_forms import PERSON, ReportForm
from booking.attendance.report_pages import GroupRow, OutRow, PersonRow, ReportPage
from booking.attendance.services.record import NotBegun
from booking.attendance.services.uploads import Kept, NothingOpen, OtherFiles
from booking.attendance.terms import Source
from booking.catalogue.words import title_of
from booking.scheduling.terms import UnknownEvent

WHY_OUT = {
    Reason.NAMED_BY_READER: _l("named by you"),
    Reason.HOST: _l("host"),
    Reason.ORGANIZER: _l("organizer"),
    Reason.PRESENTER: _l("presenter"),
    Reason.PANELIST: _l("panelist"),
    Reason.PRODUCER: _l("producer"),
    Reason.WAITING_ROOM: _l("never left the waiting room"),
}
WHY_NOT = {
    Refusal.EMPTY: _l("The file is empty."),
    Refusal.TOO_LARGE: _l("The file is larger than 5 MB."),
    Refusal.TOO_MANY_ROWS: _l("The file has more rows than a meeting has people."),
    Refusal.OTHER_KIND: _l("This is no report but another kind of file, whatever its name says."),
    Refusal.NO_TEXT: _l("This is no text that can be read."),
    Refusal.NUL: _l("This is no text that can be read."),
    Refusal.QUOTES: _l("A quotation mark is not closed: the file was changed or cut off."),
    Refusal.CELL_TOO_LONG: _l("A cell is too long to be one of a report."),
    Refusal.CUT_OFF: _l("The file is cut off: download it again."),
    Refusal.UNKNOWN: _l("This is no attendance report of Teams or Zoom that we know."),
    Refusal.COLUMN_MISSING: _l("A column is missing: the file was changed."),
    Refusal.MIXED_DATES: _l("Its dates are written in two orders: the file was changed."),
    Refusal.OTHER_DATE_ORDER: _l("Its dates are not written in that order."),
    Refusal.UNREADABLE: _l("No row of it can be counted."),
}
"""Why a file is not read, and what to do."""
ODD = {
    Oddity.TIME_UNREADABLE: _l("a time cannot be read"),
    Oddity.DURATION_UNREADABLE: _l("the duration cannot be read"),
    Oddity.NO_TIMES: _l("there is no time and no duration"),
    Oddity.LEFT_BEFORE_JOINING: _l("leaving is before joining"),
    Oddity.LEFT_WITHOUT_JOINING: _l("somebody leaves who had not joined"),
    Oddity.TOO_LONG: _l("the stay is longer than a day"),
    Oddity.DURATION_IMPOSSIBLE: _l("the duration is less than nothing or longer than a day"),
    Oddity.DURATION_DIFFERS: _l("the duration is not the time between joining and leaving"),
    Oddity.IN_THE_FUTURE: _l("it is of a day to come"),
    Oddity.UNKNOWN_ACTION: _l("the action is neither joining nor leaving"),
    Oddity.UNKNOWN_ROLE: _l("a role is not known; the person is counted"),
    Oddity.TOO_FEW_CELLS: _l("cells are missing"),
    Oddity.FEWER_THAN_STATED: _l("the report names fewer people than it says there were"),
    Oddity.NOT_COMPARABLE: _l("the reports cannot be laid over each other: who is in two counts with the longer time"),
}
MOST_REMARKS = 12
CHANGED = {
    NothingOpen: _l("No report waits here: somebody has settled it, or its day is over."),
    OtherFiles: _l("There are other files or groups now than when you looked. Nothing was stored: look again."),
    NotBegun: _l("The event has not begun. Nothing was stored."),
    UnknownEvent: _l("The event was called off meanwhile. Nothing was stored."),
}
"""What has become of the event or its reports since the page was made."""


def why_not(name: str, bad: NotReadable) -> str:
    """Why a file is not read, with its name and row."""
    told = {"file": name, "why": WHY_NOT[bad.code], "row": bad.row}
    return str(_("%(file)s, row %(row)s: %(why)s", **told) if bad.row else _("%(file)s: %(why)s", **told))


def empty_page(event: CountedEvent, urls: tuple[str, str, str]) -> ReportPage:
    """The page without a report; `urls`: back, upload, settle."""
    title, lang = title_of(event.title)
    return ReportPage(title, lang, when_of(event), *urls, replaces=_replaces(event))


def proposal_page(page: ReportPage, form: ReportForm, found: Proposal, kept: list[Kept]) -> ReportPage:
    """The page with what the reports would say."""
    report = found.report
    locale, event = i18n.current_locale(), found.event
    until = min(one.expires_at for one in kept)
    return replace(
        page,
        form=form,
        sentence=_sentence(found),
        files=tuple(one.name for one in kept),
        until=i18n.format_date_time(zones.to_local(until, event.time_zone), locale),
        groups=tuple(_groups(found)),
        people=tuple(
            PersonRow(
                PERSON + match.id,
                match.person.name or str(_("without a name")),
                match.person.email,
                f"{match.person.minutes:g}",
                match.group,
                match.group == LEFT_OVER,
                match.is_short,
            )
            for match in found.matches
        ),
        out=tuple(OutRow(one.person.name or one.person.email, str(WHY_OUT[one.reason])) for one in report.left_out),
        choices=tuple(_choices(event)),
        remarks=tuple(_remarks(found)),
        left_over=_left_over(found),
        asks_order=found.asks_order,
        is_far=found.is_far,
        far=str(_("Its times are not those of this event: it looks like the report of another one.")),
        state=found.state,
    )


def _sentence(found: Proposal) -> str:
    number, short = len(found.report.participants), found.report.under_threshold
    told = ngettext("%(num)s participant", "%(num)s participants", number)
    both = {"participants": told, "short": short, "minutes": found.options.threshold_min}
    return str(_("%(participants)s, %(short)s of them under %(minutes)s minutes.", **both))


def _groups(found: Proposal) -> list[GroupRow]:
    groups = {group.reference: group for group in found.event.groups}
    rows = []
    for reference, number in found.numbers.items():
        name = group_of(groups.get(reference)) or str(_("The event as a whole"))
        counted = ngettext("%(num)s connection", "%(num)s connections", number)
        total = found.people[reference]
        told = _("%(people)s, with what was said on the join page", people=people(total)) if total != number else ""
        rows.append(GroupRow(name, str(counted), str(told)))
    return rows


def _choices(event: CountedEvent) -> list[tuple[str, str]]:
    if event.has_lines:
        groups = [(group.reference, group_of(group) or group.reference) for group in event.groups]
    else:
        groups = [(WHOLE, str(_("counted")))]
    return [(LEFT_OVER, str(_("nobody knows"))), *groups, (NOT_COUNTED, str(_("not counted")))]


def _left_over(found: Proposal) -> str:
    number = len(found.left_over)
    if not number:
        return ""
    told = ngettext(
        "%(num)s person matches no group: choose one below, or that they are not counted.",
        "%(num)s people match no group: choose one for each below, or that they are not counted.",
        number,
    )
    return str(told)


def _remarks(found: Proposal) -> list[str]:
    shown = []
    for one in found.report.remarks[:MOST_REMARKS]:
        told = {"row": one.row, "what": ODD[one.oddity]}
        what = _("Row %(row)s: %(what)s.", **told) if one.row else _("%(what)s.", **told)
        shown.append(i18n.join_sentences((what, "" if one.is_counted else _("It is not counted."))))
    more = len(found.report.remarks) - len(shown)
    if more > 0:
        shown.append(str(ngettext("and %(num)s more", "and %(num)s more", more)))
    if found.report.is_encoding_guessed:
        shown.append(str(_("How its letters are written was guessed: look at the names.")))
    return shown


def _replaces(event: CountedEvent) -> str:
    sayings = [event.said, *(group.said for group in event.groups)]
    if not any(Source.PLATFORM in said for said in sayings):
        return ""
    return str(_("A report was accepted before. What you accept now takes the place of its numbers."))
