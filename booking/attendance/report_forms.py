"""The form of a platform's report: how it is to be read, and whose each person is."""

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from booking.attendance.platform_reports import DateOrder
from booking.attendance.proposal import Options
from booking.bookings.forms import ChosenForm
from booking.fields import ChoiceField, FlagField, NoteField, NumberField, OpaqueField

MOST_MINUTES = 24 * 60
PERSON = "p-"
"""How the field of a person begins."""
ORDERS = [(DateOrder.DAY_FIRST.value, _l("Day first, 31/12")), (DateOrder.MONTH_FIRST.value, _l("Month first, 12/31"))]
MOST_HOSTS = 50


class ReportForm(ChosenForm):
    """How the report is to be read; whose each person is, stands in a field of each."""

    threshold = NumberField(_l("Short stays: less than so many minutes"), high=MOST_MINUTES)
    leave_out = FlagField(_l("Do not count short stays"))
    order = ChoiceField(_l("The dates in the file"), choices=ORDERS, blank=_l("not known"))
    hosts = NoteField(
        _l("Who is no participant"), hint=_l("Names or addresses of guides and colleagues, one in each line.")
    )
    of_this_event = FlagField(_l("It is the report of this event all the same"))
    state = OpaqueField()

    def options(self, sent: MultiDict[str, str]) -> Options:
        """How the files are to be read."""
        hosts = (line.strip() for line in (self.hosts.data or "").splitlines())
        return Options(
            threshold_min=5 if self.threshold.data is None else self.threshold.data,
            leaves_out_short=bool(self.leave_out.data),
            date_order=DateOrder(self.order.data) if self.order.data else None,
            hosts=tuple(host for host in hosts if host)[:MOST_HOSTS],
            groups={name.removeprefix(PERSON): value for name, value in sent.items() if name.startswith(PERSON)},
            is_of_this_event=bool(self.of_this_event.data),
        )
