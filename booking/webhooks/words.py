"""Kinds of messages, states and reasons in words."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from booking.accounts.code_words import WEBHOOK_TYPES
from booking.webhooks.terms import DeliveryState, Off

TYPE_WORDS: Mapping[str, object] = {**WEBHOOK_TYPES, "webhook.test": _l("A test message")}
STATE_WORDS: Mapping[DeliveryState, object] = {
    DeliveryState.QUEUED: _l("waits"),
    DeliveryState.SENDING: _l("on its way"),
    DeliveryState.DELIVERED: _l("arrived"),
    DeliveryState.FAILED: _l("given up"),
}
OFF_WORDS: Mapping[Off, object] = {
    Off.NOT: "",
    Off.BY_HAND: _l("Switched off by hand."),
    Off.GONE: _l("Switched off: its receiver has answered that it wants nothing any more (410)."),
    Off.FAILING: _l("Switched off: nothing has arrived there for five days."),
}
NO_ANSWER: Mapping[str, object] = {
    "address": _l("the address leads nowhere"),
    "inside": _l("the address leads to a machine that is not on the internet"),
    "unreachable": _l("nobody answers"),
    "certificate": _l("its certificate is not valid"),
    "too_slow": _l("no answer within 15 seconds"),
}
ADDRESS_REFUSED = _l("Write the address of a program on the internet, beginning with https:// and without a port.")
CHANGED_MEANWHILE = _l("Somebody else has changed this webhook meanwhile. Look at both, then save yours or leave it.")
CHOOSE_STATIONS = _l("Choose at least one of your stations.")
UNKNOWN_STATION = _l("Choose among your own stations.")
CHOOSE_TYPES = _l("Choose at least one kind of message.")
