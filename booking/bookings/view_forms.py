"""The form of a saved view."""

from urllib.parse import parse_qsl, urlencode

from flask_babel import lazy_gettext as _l

from booking.bookings.forms import LABEL_LENGTH, SeenForm
from booking.fields import ChoiceField, CleanField, FlagField, LineField
from booking.text import InputRefused, clean_line

EXPORTED = (
    *(
        "station",
        "kind",
        "format",
        "theme",
        "language",
        "country",
        "audience",
        "unit",
        "series",
        "columns",
        "from",
        "to",
    ),
)
PAGES = {
    "board": ("desk.board", _l("The week"), ("station", "language")),
    "events": ("desk.events", _l("Events"), ("station", "language", "status")),
    "requests": ("desk.requests", _l("Requests"), ("station", "status")),
    "search": ("desk.search", _l("Search"), ("q",)),
    "reports": ("reports.page", _l("Reports"), EXPORTED),
    "export": ("exports.page", _l("Export attendance"), EXPORTED),
}
"""Pages with a filter: endpoint, name, and what of the address is kept. The week is always the present one."""


class NameField(LineField):
    """A short name."""

    def clean(self, text: str) -> str:
        """At most 60 signs."""
        return clean_line(text, LABEL_LENGTH)


class QueryField(CleanField):
    """The filter, as it stands in the address of its page."""

    kind = "hidden"

    def clean(self, text: str) -> str:
        """The pairs that can be read, in one spelling."""
        if len(text) > 2000:  # noqa: PLR2004  more than any filter
            raise InputRefused("too_long", max=2000)
        return urlencode([(name, value) for name, value in parse_qsl(text) if value.isprintable()])


class ViewForm(SeenForm):
    """A name for a filter."""

    page = ChoiceField(choices=[(name, name) for name in PAGES])
    query = QueryField()
    name_ = NameField(_l("Name of this view"), name="name", required=True)
    station = ChoiceField(_l("Who sees it"), blank=_l("Only me"))
    is_default = FlagField(_l("Open it first"))

    def kept_query(self, page: str) -> str:
        """What of the filter belongs to the page."""
        known = PAGES[page][2]
        return urlencode([(name, value) for name, value in parse_qsl(self.query.data or "") if name in known])
