"""What the pages about webhooks show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n, zones
from booking.i18n import current_locale, format_date_time
from booking.webhooks.forms import EndpointForm
from booking.webhooks.queries.endpoints import Delivery, Listed
from booking.webhooks.terms import DeliveryState, Off
from booking.webhooks.words import NO_ANSWER, OFF_WORDS, STATE_WORDS, TYPE_WORDS

SHOWN = 100


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An endpoint in the list."""

    code: str
    host: str
    description: str
    stations: str
    kinds: str
    """How many kinds of messages it is sent."""
    trouble: str
    """Why nothing is sent, or what did not arrive; empty for nothing."""
    is_on: bool


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message to an endpoint."""

    message: str
    type: str
    words: str
    subject: str
    made: str
    state: str
    is_bad: bool
    answer: str
    """How the last try ended, and which that was."""
    next_try: str
    may_go_again: bool


@dataclass(frozen=True, slots=True)
class EndpointPage:
    """One endpoint, with its form and its latest messages."""

    row: EndpointRow
    form: EndpointForm
    off: str
    old_secret: str
    """Until when the secret before is valid too; empty: it is not."""
    messages: Sequence[MessageRow]
    now_says: Sequence[str]
    """Where somebody else has changed it meanwhile: what it is now."""


def row(endpoint: Listed, names: Mapping[str, str]) -> EndpointRow:
    """An endpoint in the list; `names`: of stations by code."""
    return EndpointRow(
        code=endpoint.code,
        host=urlsplit(endpoint.url).hostname or "",
        description=endpoint.description,
        stations=i18n.join_facts(names.get(one, one) for one in endpoint.stations) or str(_("Every station")),
        kinds=str(ngettext("%(num)d kind of message", "%(num)d kinds of messages", len(endpoint.types))),
        trouble=_trouble(endpoint),
        is_on=endpoint.off is Off.NOT,
    )


def _trouble(endpoint: Listed) -> str:
    if endpoint.off is not Off.NOT:
        return str(OFF_WORDS[endpoint.off])
    if endpoint.failing_since:
        return str(_("Nothing has arrived since %(time)s.", time=_moment(endpoint.failing_since)))
    return ""


def page(
    endpoint: Listed,
    names: Mapping[str, str],
    form: EndpointForm,
    messages: Sequence[Delivery],
    *,
    changed: bool = False,
) -> EndpointPage:
    """What the page of an endpoint shows; `changed`: somebody else has changed it meanwhile."""
    return EndpointPage(
        row=row(endpoint, names),
        form=form,
        off=str(OFF_WORDS[endpoint.off]),
        old_secret=_moment(endpoint.old_secret_until) if endpoint.old_secret_until else "",
        messages=[_message(one) for one in messages],
        now_says=_now_says(endpoint, names) if changed else (),
    )


def _now_says(endpoint: Listed, names: Mapping[str, str]) -> list[str]:
    shown = row(endpoint, names)
    kinds = "; ".join(str(TYPE_WORDS[kind]) for kind in endpoint.types)
    return [endpoint.url, endpoint.description or str(_("without a name")), shown.stations, kinds]


def _message(one: Delivery) -> MessageRow:
    is_open = one.state in {DeliveryState.QUEUED, DeliveryState.SENDING}
    return MessageRow(
        message=one.message,
        type=one.type,
        words=str(TYPE_WORDS.get(one.type, one.type)),
        subject=one.subject.partition(":")[2],
        made=_moment(one.made_at),
        state=str(STATE_WORDS[one.state]),
        is_bad=one.state is DeliveryState.FAILED,
        answer=_answer(one),
        next_try=_moment(one.next_try_at) if one.state is DeliveryState.QUEUED and one.attempts else "",
        may_go_again=not is_open,
    )


def _answer(one: Delivery) -> str:
    if one.status is None and not one.error:
        return ""
    said = str(one.status) if one.status else str(NO_ANSWER.get(one.error, one.error))
    return str(_("try %(number)s: %(answer)s, %(ms)s ms", number=one.attempts, answer=said, ms=one.took_ms))


def _moment(at: datetime) -> str:
    """An instant as machines write their logs: UTC."""
    return f"{format_date_time(zones.to_local(at, 'UTC'), current_locale())} UTC"
