"""The form of an endpoint."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import Form

from booking.fields import ChoicesField, LineField, NumberField, WebAddressField
from booking.webhooks.queries.endpoints import Listed
from booking.webhooks.terms import TYPES, Wish
from booking.webhooks.words import CHOOSE_STATIONS, TYPE_WORDS

MOST_VERSIONS = 1_000_000


class EndpointForm(Form):
    """Where messages go, and which."""

    url = WebAddressField(
        _l("Address"), required=True, hint=_l("Of the program that receives the messages, beginning with https://.")
    )
    description = LineField(_l("What is it for?"), hint=_l("A name by which your colleagues know it."))
    stations = ChoicesField(_l("Stations"))
    types = ChoicesField(_l("Kinds of messages"), required=True, choices=[(kind, TYPE_WORDS[kind]) for kind in TYPES])
    version = NumberField(high=MOST_VERSIONS)

    def offer(self, stations: Mapping[str, str], *, may_leave_out: bool) -> None:
        """Let these stations be chosen, names by code; none of them means every station, where that may be."""
        self.stations.choices = list(stations.items())
        self.stations.required = not may_leave_out
        if may_leave_out:
            self.stations.hint = _l("None chosen means every station, those to come included.")

    def validate(self, extra_validators: object = None) -> bool:
        """Whether all of it could be read, and stations are named where they must be."""
        fine: bool = super().validate(extra_validators)
        if fine and self.stations.required and not self.stations.data:
            self.stations.errors = [CHOOSE_STATIONS]
            return False
        return fine

    def wish(self) -> Wish:
        """What was asked for."""
        return Wish(self.url.data, self.description.data or "", self.stations.data or (), self.types.data)


def filled(endpoint: Listed) -> dict[str, object]:
    """The fields of an endpoint as it is."""
    return {
        "url": endpoint.url,
        "description": endpoint.description,
        "stations": endpoint.stations,
        "types": endpoint.types,
        "version": endpoint.version,
    }
