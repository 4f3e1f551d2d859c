"""The blueprint that the modules of these pages share, and whose pages they are."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import Form

from booking.accounts import navigation
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.db import db
from booking.guiding.queries.guides import OwnGuide, guide_of

blueprint = Blueprint("guiding", __name__, url_prefix="/guide")
blueprint.record(navigation.link("guiding.today", _l("Today"), "guide", 10))
blueprint.record(navigation.link("guiding.week", _l("Week"), "guide", 20))
blueprint.record(navigation.link("guiding.attendance", _l("Attendance"), "guide", 30))


def find_own_guide() -> OwnGuide | None:
    """The guide who is signed in, if the account is one's and still has the role at the guide's station."""
    staff = required_staff()
    found = guide_of(db.session(), staff.account_id)
    return found if found and staff.may(Role.GUIDE, found.station.code) else None


def own_guide() -> OwnGuide:
    """The same; 404 for an account that is nobody's."""
    return find_own_guide() or abort(404)


def actor() -> str:
    """How the trail names whoever is signed in."""
    return required_staff().actor


def once_more(form: Form, title: str, button: str, status: int = 422) -> ResponseReturnValue:
    """A small form again with what was typed, the field named that cannot be kept."""
    return render_template("guiding/again.html", form=form, title=title, button=button), status


def back_to_today(done: str, **values: Any) -> ResponseReturnValue:  # noqa: ANN401  as url_for takes them
    """To the day's page, which says what was done."""
    return redirect(url_for("guiding.today", done=done, **values), 303)
