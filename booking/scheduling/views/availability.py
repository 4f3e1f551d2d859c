"""When a guide works and what they can be asked to give: the guide's own pages, and the same for the coordinator.

Each view is there twice: below /guide for whoever is signed in as that guide, below /desk/guides/<code> for the
coordinator of the guide's home station. A guide of another station is unknown there.
"""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from booking import clock, i18n, zones
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.catalogue.queries import all_stations
from booking.db import db
from booking.http.headers import personal
from booking.scheduling import forms
from booking.scheduling.hosts import OtherHours
from booking.scheduling.presenting import profile as presenting
from booking.scheduling.presenting.common import Whose
from booking.scheduling.presenting.times import Times, TimesForms, times_page
from booking.scheduling.queries import profiles
from booking.scheduling.queries.topics import topics_of, topics_offered
from booking.scheduling.services import availability as services
from booking.scheduling.terms import HostRole, Skill

Work = Callable[[Whose], ResponseReturnValue]
blueprint = Blueprint("availability", __name__)
blueprint.record(navigation.link("availability.times", _l("Times"), "guide", 40))
blueprint.record(navigation.link("availability.guides", _l("Guides"), "coordinator", 60))


def for_guide_and_desk(path: str, method: str) -> Callable[[Work], Work]:
    """Give a view its two addresses; its endpoints are its name, and that name after `desk_`."""

    def register(work: Work) -> Work:
        def own() -> ResponseReturnValue:
            return work(_own())

        def at_desk(code: str) -> ResponseReturnValue:
            return work(_at_desk(code))

        name, methods = work.__name__, [method]
        guides, desks = open_to("guide")(personal(own)), open_to("coordinator")(personal(at_desk))
        blueprint.add_url_rule(f"/guide{path}", name, guides, methods=methods)
        blueprint.add_url_rule(f"/desk/guides/<code>{path}", f"desk_{name}", desks, methods=methods)
        return work

    return register


def _own() -> Whose:
    found = profiles.profile_of_account(db.session(), required_staff().account_id, clock.now())
    return Whose(found, at_desk=False) if found else abort(404)


def _at_desk(code: str) -> Whose:
    found = profiles.profile_named(db.session(), code, clock.now()) or abort(404)
    staff_at(Role.COORDINATOR, found.station.code)
    return Whose(found, at_desk=True)


@for_guide_and_desk("/availability", "GET")
def times(whose: Whose) -> ResponseReturnValue:
    """The week, the month of days off, days that are different, and events that do not fit them."""
    return _times(whose, TimesForms())


@for_guide_and_desk("/availability/week", "POST")
def save_week(whose: Whose) -> ResponseReturnValue:
    """The hours of every week."""
    form = forms.WeekForm.read(request.form)
    if not form.validate():
        return _times(whose, TimesForms(week=form), 422)
    services.set_week(whose.profile.id, form.week, now=clock.now(), actor=required_staff().actor)
    return redirect(whose.url("times", done="week"), 303)


@for_guide_and_desk("/availability/day", "POST")
def save_day(whose: Whose) -> ResponseReturnValue:
    """One tap on a day of the month: off, or worked again; said twice it is the same."""
    day = request.form.get("off") or request.form.get("works", "")
    sent = {"first": day, "last": day, "off": forms.WORKS if "off" in request.form else forms.DOES_NOT}
    return _save_days(whose, forms.DaysForm(MultiDict(sent)))


@for_guide_and_desk("/availability/days", "POST")
def save_days(whose: Whose) -> ResponseReturnValue:
    """Several days in a row: off, or worked again."""
    return _save_days(whose, forms.DaysForm(request.form))


def _save_days(whose: Whose, form: forms.DaysForm) -> ResponseReturnValue:
    if not form.validate():
        return _times(whose, TimesForms(days=form), 422)
    first, last, off = form.first.data, form.last.data, form.off.data == forms.WORKS
    actor = required_staff().actor
    services.set_days_off(whose.profile.id, first, last, off=off, now=clock.now(), actor=actor)
    month = first.replace(day=1).isoformat()
    return redirect(whose.url("times", done="days", month=month) + "#days", 303)


@for_guide_and_desk("/availability/hours", "POST")
def save_hours(whose: Whose) -> ResponseReturnValue:
    """One day on which the week is different."""
    form = forms.OtherHoursForm(request.form)
    if not form.validate():
        return _times(whose, TimesForms(other=form), 422)
    opens, closes = forms.minutes(form.opens.data), forms.minutes(form.closes.data, end=True)
    hours = OtherHours(form.on_day.data, opens, closes, form.works.data == forms.WORKS)
    services.add_other_hours(whose.profile.id, hours, now=clock.now(), actor=required_staff().actor)
    return redirect(whose.url("times", done="hours") + "#hours", 303)


@for_guide_and_desk("/availability/hours/remove", "POST")
def remove_hours(whose: Whose) -> ResponseReturnValue:
    """That day is like every week again."""
    form = forms.RemoveHoursForm(request.form)
    if not form.validate():
        abort(422)
    opens, actor = forms.minutes(form.opens.data), required_staff().actor
    services.remove_other_hours(whose.profile.id, form.on_day.data, opens, now=clock.now(), actor=actor)
    return redirect(whose.url("times", done="removed") + "#hours", 303)


def _times(whose: Whose, sent: TimesForms, status: int = 200) -> ResponseReturnValue:
    now, session, profile = clock.now(), db.session(), whose.profile
    asked = forms.MonthForm(request.args)
    asked.validate()
    today = zones.local_date(now, profile.station.time_zone)
    ahead = profiles.events_of(session, profile.id, now, now + profiles.AHEAD)
    known = Times(
        now=now,
        month=forms.month_between(asked.first, today, today + profiles.AHEAD),
        events=ahead,
        misfits=profiles.not_possible(session, profile.id, ahead),
        done=asked.done.data or "",
    )
    page = times_page(whose, known, sent)
    return render_template("scheduling/availability.html", page=page), status


@for_guide_and_desk("/profile", "GET")
def profile(whose: Whose) -> ResponseReturnValue:
    """Languages, skills, other stations; limits and what the week has used of them."""
    return _profile(whose)


@for_guide_and_desk("/profile/abilities", "POST")
def save_abilities(whose: Whose) -> ResponseReturnValue:
    """What somebody can be asked to give."""
    session, host = db.session(), whose.profile.host
    stations = all_stations(session)
    form = forms.AbilitiesForm()
    offered = presenting.language_choices(whose, profiles.languages_offered(session))
    topics = presenting.topic_choices(whose, topics_offered(session))
    form.offer(offered, presenting.station_choices(whose, stations), topics).process(request.form)
    if not form.validate():
        return _profile(whose, abilities=form, status=422)
    ids = {station.code: station.id for station in stations}
    elsewhere = {ids[code]: False for code in form.online.data} | {ids[code]: True for code in form.on_site.data}
    leads = frozenset(map(Skill, form.leads.data)) if host.role is HostRole.GUIDE else host.leads
    wanted = services.Abilities(frozenset(form.languages.data), leads, elsewhere, frozenset(form.topics.data))
    services.set_abilities(whose.profile.id, wanted, now=clock.now(), actor=required_staff().actor)
    return redirect(whose.url("profile", done="abilities"), 303)


@for_guide_and_desk("/profile/limits", "POST")
def save_limits(whose: Whose) -> ResponseReturnValue:
    """How much somebody gives at most."""
    form = forms.LimitsForm(request.form)
    if not form.validate():
        return _profile(whose, limits=form, status=422)
    services.set_limits(whose.profile.id, form.limits, now=clock.now(), actor=required_staff().actor)
    return redirect(whose.url("profile", done="limits") + "#limits", 303)


def _profile(
    whose: Whose,
    abilities: forms.AbilitiesForm | None = None,
    limits: forms.LimitsForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    now, session, own = clock.now(), db.session(), whose.profile
    today = zones.local_date(now, own.station.time_zone)
    ahead = profiles.events_of(session, own.id, now, now + profiles.AHEAD)
    asked = forms.MonthForm(request.args)
    asked.validate()
    known = presenting.Known(
        today=today,
        load=profiles.load_of_week(session, own, today),
        languages=profiles.languages_offered(session),
        stations=all_stations(session),
        misfits=profiles.not_possible(session, own.id, ahead),
        topics=topics_of(session, [own.id]).get(own.id, frozenset()),
        offered_topics=topics_offered(session),
        done=asked.done.data or "",
    )
    page = presenting.profile_page(whose, known, abilities, limits)
    return render_template("scheduling/profile.html", page=page), status


@blueprint.get("/desk/guides")
@open_to("coordinator")
@personal
def guides() -> ResponseReturnValue:
    """The guides and speakers of the coordinator's stations."""
    session, locale = db.session(), i18n.current_locale()
    names = {one.code: i18n.station_name(one.code, locale, one.name) for one in all_stations(session)}
    found = profiles.guides_at(session, required_staff().stations(Role.COORDINATOR))
    rows = [presenting.listed(guide, names[guide.station_code]) for guide in found]
    return render_template("scheduling/guides.html", guides=rows)
