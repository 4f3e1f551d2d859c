"""Reasons against a host in words: each continues a sentence that begins with the host's name."""

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.scheduling.terms import Reason, Unfit


def in_words(unfit: Unfit) -> str:
    """What stands against a host, in the page's language: "has the day off"."""
    return _of_limit(unfit) if unfit.limit and unfit.reason is not Reason.REST else _of_person(unfit)


def _of_person(unfit: Unfit) -> str:
    words: dict[Reason, str] = {
        Reason.ROLE: _("has another role"),
        Reason.LANGUAGE: _("does not work in this language"),
        Reason.SKILL: _("does not lead this kind of visit"),
        Reason.STATION: _("does not give this for the station"),
        Reason.DAY_OFF: _("has the day off"),
        Reason.HOURS: _("does not work at that hour"),
        Reason.BUSY: _("is busy elsewhere"),
        Reason.EVENT: _("gives %(code)s at that time", code=unfit.code),
        Reason.REST: _("would have too short a rest before or after %(code)s", code=unfit.code),
    }
    return words.get(unfit.reason) or _("takes no more events")


def _of_limit(unfit: Unfit) -> str:
    most = unfit.limit
    words: dict[Reason, str] = {
        Reason.DAY_LIMIT: ngettext("gives at most %(num)d event a day", "gives at most %(num)d events a day", most),
        Reason.DAY_MINUTES: ngettext("gives at most %(num)d minute a day", "gives at most %(num)d minutes a day", most),
        Reason.WEEK_LIMIT: ngettext("gives at most %(num)d event a week", "gives at most %(num)d events a week", most),
        Reason.WEEK_MINUTES: ngettext(
            "gives at most %(num)d minute a week", "gives at most %(num)d minutes a week", most
        ),
    }
    return words[unfit.reason]
