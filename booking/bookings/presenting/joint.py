"""Joint events for the desks: who takes part, on whose clock, and what stands against it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext, pgettext

from booking import i18n
from booking.bookings.board_pages import RedLine, RedList
from booking.bookings.joint_forms import PartnerEndForm
from booking.bookings.joint_pages import JointPage, JointPanel, PartnerLine, Said
from booking.bookings.presenting.series import STATUSES
from booking.catalogue.pages import Fact, Link
from booking.catalogue.words import FORMATS
from booking.clock_faces import STATION_CSS, station_moment
from booking.i18n import Translated
from booking.scheduling.queries.desk import NamedGuide
from booking.scheduling.queries.partners import IN_TOUCH, Invited, JointEvent, Partner
from booking.scheduling.terms import Apart, EventStatus, PartnerState

STATES = {
    PartnerState.ASKED: (_l("asked"), " wait"),
    PartnerState.AGREED: (_l("takes part"), " ok"),
    PartnerState.DECLINED: (_l("does not take part"), " past"),
    PartnerState.WITHDRAWN: (_l("has withdrawn"), " past"),
    PartnerState.TAKEN_BACK: (_l("taken back"), " past"),
}
"""Words, and the class of the pill."""
AGAINST = {
    Apart.ON_SITE: _l("Only online events can be held together: nobody is at two premises."),
    Apart.OVER: _l("The event has begun, or was called off. Nothing was changed."),
    Apart.OWN: _l("The event is this station’s own."),
    Apart.UNKNOWN: _l("One of these stations is not known. Nobody was asked."),
    Apart.NOT_ASKED: _l("This station was not asked."),
    Apart.NOT_AGREED: _l("Your station does not take part any more: nobody was sent along."),
    Apart.NOT_THEIRS: _l("Choose one of your own station’s guides or speakers."),
}


def station_named(code: str, name: str) -> str:
    """A station in the reader's language."""
    return i18n.station_name(code, i18n.current_locale(), name)


def at_clock(instant: datetime, zone: str, code: str) -> str:
    """A start on a station's clock."""
    return station_moment(instant, zone, code, i18n.current_locale())


def panel(
    event: JointEvent,
    partners: Sequence[Partner],
    names: Mapping[str, str],
    closed: Mapping[int, Translated],
    *,
    may_act: frozenset[str],
    now: datetime,
) -> JointPanel:
    """The stations that were asked; `may_act`: codes of those for which the reader answers as well.

    `names`: of those who asked and answered, as the trail names them. `closed`: why the premises of partners (by id)
    are closed then. The form to ask others is the view's.
    """
    lines = tuple(
        replace(
            _line(event, one, names, may_act, is_open=event.is_to_come(now)), closed=closed_then(closed.get(one.id))
        )
        for one in partners
    )
    return JointPanel(lines=lines, ask_url=url_for("series.ask_partners_to_join", code=event.code))


def _line(
    event: JointEvent, one: Partner, names: Mapping[str, str], may_act: frozenset[str], *, is_open: bool
) -> PartnerLine:
    state, pill = STATES[one.state]
    can_end = is_open and one.state in IN_TOUCH
    return PartnerLine(
        station=station_named(one.station, one.name),
        station_css=STATION_CSS.get(one.station, ""),
        state=str(state),
        pill=pill,
        when=at_clock(event.starts_at, one.time_zone, one.station),
        said=tuple(_said(event, one, names)),
        along=_along(one.co_hosts) if one.co_hosts else "",
        act=_act(event, one) if can_end and one.station in may_act else None,
        end_form=end_form(one) if can_end else None,
        end_url=url_for("series.end_partner", code=event.code, partner=one.station),
    )


def closed_then(reason: Translated | None) -> str:
    """That a partner's premises are closed at the time of the event, and why; empty where they are open."""
    if reason is None:
        return ""
    return str(_("The premises are closed then. %(reason)s", reason=reason.in_locale(i18n.current_locale())[0])).strip()


def end_form(one: Partner) -> PartnerEndForm:
    """The form that takes a partner back; several stand on one page."""
    return PartnerEndForm(data={"version": str(one.version)}, prefix=prefix_of(one.station))


def prefix_of(station: str) -> str:
    """Before the names of the fields of a station's form."""
    return f"{station.lower()}-"


def _act(event: JointEvent, one: Partner) -> Link:
    """To the page of the partner's desk."""
    text = (
        _("Answer for %(station)s") if one.state is PartnerState.ASKED else _("Choose who comes along from %(station)s")
    )
    named = str(text) % {"station": station_named(one.station, one.name)}
    return Link(named, url_for("series.event", code=event.code, at=one.station))


def _said(event: JointEvent, one: Partner, names: Mapping[str, str]) -> Iterable[Said]:
    yield Said(_by(_l("Asked by %(who)s, %(when)s"), one.asked_by, one.asked_at, names, event), one.question)
    if one.answered_at:
        answered = _by(_l("Answered by %(who)s, %(when)s"), one.answered_by, one.answered_at, names, event)
        yield Said(answered, one.answer)


def _by(text: object, actor: str, at: datetime, names: Mapping[str, str], event: JointEvent) -> str:
    when = at_clock(at, event.time_zone, event.station)
    return str(text) % {"who": names.get(actor, actor), "when": when}


def _along(guides: Iterable[NamedGuide]) -> str:
    shown = i18n.join_list([one.shown for one in guides], i18n.current_locale())
    return str(_("%(names)s comes along.", names=shown))


def partner_page(
    event: JointEvent, own: Partner, others: Sequence[Partner], names: Mapping[str, str], hosts: Sequence[NamedGuide]
) -> JointPage:
    """The event for the desk of a partner; the forms are the view's. `others`: all partners, `own` among them."""
    title, lang = event.title.in_locale(i18n.current_locale())
    state, pill = STATES[own.state]
    when = at_clock(own.asked_at, own.time_zone, own.station)
    return JointPage(
        title=title,
        title_lang=lang,
        station_css=STATION_CSS.get(event.station, ""),
        station=station_named(own.station, own.name),
        leader=station_named(event.station, event.station_name),
        state=str(state),
        pill=pill,
        clocks=tuple(_clocks(event, own, others)),
        facts=tuple(_facts(event, others, hosts)),
        asked=str(_("Asked by %(who)s, %(when)s")) % {"who": names.get(own.asked_by, own.asked_by), "when": when},
        question=own.question,
        answer=own.answer,
        action=url_for("series.ask_partners_to_join", code=event.code) + f"/{own.station}/",
    )


def _clocks(event: JointEvent, own: Partner, others: Sequence[Partner]) -> Iterable[str]:
    yield at_clock(event.starts_at, own.time_zone, own.station)
    yield at_clock(event.starts_at, event.time_zone, event.station)
    for one in others:
        if one.state is PartnerState.AGREED and one.id != own.id:
            yield at_clock(event.starts_at, one.time_zone, one.station)


def _facts(event: JointEvent, others: Sequence[Partner], hosts: Sequence[NamedGuide]) -> Iterable[Fact]:
    locale = i18n.current_locale()
    minutes = int((event.ends_at - event.starts_at).total_seconds()) // 60
    yield Fact(str(_("Led by")), station_named(event.station, event.station_name))
    taking = [station_named(one.station, one.name) for one in others if one.state is PartnerState.AGREED]
    yield Fact(str(_("With")), i18n.join_list(taking, locale) or str(_("nobody yet")))
    yield Fact(str(_("Status")), str(STATUSES[EventStatus(event.status)][0]))
    yield Fact(str(_("Format")), str(FORMATS[event.format]))
    yield Fact(str(_("Language")), i18n.language_name(event.language, locale))
    yield Fact(str(_("Length")), ngettext("%(num)s minute", "%(num)s minutes", minutes))
    yield Fact(str(_("Places")), str(_("%(taken)s of %(places)s taken", taken=event.taken, places=event.capacity)))
    yield Fact(str(_("Guide")), i18n.join_list([one.shown for one in hosts], locale) or str(_("nobody yet")))
    along = [guide.shown for one in others for guide in one.co_hosts]
    if along:
        yield Fact(str(_("Come along")), i18n.join_list(along, locale))
    yield Fact(str(_("Number")), event.code)


def waiting_list(rows: Sequence[Invited], most: int) -> RedList | None:
    """Joint events that wait for an answer of the reader's desks; None for none."""
    if not rows:
        return None
    return RedList(
        name="joint",
        title=str(_("Joint events to answer")),
        calm="",
        number=len(rows),
        lines=tuple(map(_waiting, rows[:most])),
        more=None,
    )


def _waiting(row: Invited) -> RedLine:
    event, own = row.event, row.partner
    locale = i18n.current_locale()
    title = event.title.in_locale(locale)[0]
    asks = _(
        "%(station)s asks whether %(partner)s takes part.",
        station=station_named(event.station, event.station_name),
        partner=station_named(own.station, own.name),
    )
    link = Link(str(pgettext("action", "Answer")), url_for("series.event", code=event.code, at=own.station))
    what = at_clock(event.starts_at, own.time_zone, own.station)
    facts = i18n.join_facts([title, i18n.language_name(event.language, locale)])
    return RedLine(what, i18n.facts_and(facts, asks), (link,))
