"""Attendance reports of meeting platforms: bytes in, people and minutes out. No web, no database, no clock.

`read_report` reads one file, `merge` makes one report of several of the same event, `figures_of` takes the people out.
"""

from booking.attendance.platform_reports.merging import figures_of, merge
from booking.attendance.platform_reports.reading import read_report
from booking.attendance.platform_reports.terms import (
    DateOrder,
    Figures,
    Layout,
    LeftOut,
    NotReadable,
    Person,
    Reason,
    Refusal,
    Remark,
    Report,
)

__all__ = [
    "DateOrder",
    "Figures",
    "Layout",
    "LeftOut",
    "NotReadable",
    "Person",
    "Reason",
    "Refusal",
    "Remark",
    "Report",
    "figures_of",
    "merge",
    "read_report",
]
