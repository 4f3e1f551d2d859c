"""Each layout gives what the people who took part would count, in whatever encoding the file comes."""

import codecs
import csv
import io

import pytest

from booking.attendance.platform_reports import DateOrder, Layout, NotReadable, Reason, Refusal, Report, read_report
from tests.attendance.samples import HOSTS, bytes_of, text_of

EXPECTED = {
    Layout.TEAMS_2020: ([48.98, 45.03, 46.5], 0, ["named_by_reader"]),
    Layout.TEAMS_2021: ([57.82, 55.63, 56.2, 60], 0, ["organizer"]),
    Layout.TEAMS_SECTIONS: ([60.63, 13], 0, ["organizer", "presenter"]),
    Layout.TEAMS_LIVE_EVENT: ([37.77, 64.78, 64], 0, ["producer"]),
    Layout.ZOOM_PARTICIPANTS: ([48, 40, 34, 1], 1, ["host"]),
    Layout.ZOOM_TOTALS: ([58, 61, 12], 0, ["named_by_reader"]),
    Layout.ZOOM_WEBINAR: ([70, 67, 73], 0, ["host", "panelist"]),
}
ORDERS = {
    Layout.TEAMS_2021: DateOrder.MONTH_FIRST,
    Layout.TEAMS_SECTIONS: DateOrder.MONTH_FIRST,
    Layout.ZOOM_WEBINAR: DateOrder.MONTH_FIRST,
}
ENCODINGS = {
    "utf-8": b"",
    "utf-8 with a mark": codecs.BOM_UTF8,
    "utf-16-le": b"",
    "utf-16-be": b"",
    "utf-16-le with a mark": codecs.BOM_UTF16_LE,
    "utf-16-be with a mark": codecs.BOM_UTF16_BE,
    "utf-16-le with a mark of utf-8": codecs.BOM_UTF8,
    "utf-16-be with a mark of utf-8": codecs.BOM_UTF8,
    "utf-16-le with both marks": codecs.BOM_UTF8 + codecs.BOM_UTF16_LE,
    "utf-32-le with a mark": codecs.BOM_UTF32_LE,
}


def _read(layout: Layout, data: bytes) -> Report:
    return read_report(data, hosts=HOSTS.get(layout, []))


def _seen(report: Report) -> tuple[list[float], int, list[str]]:
    minutes = [person.minutes for person in report.participants]
    return minutes, report.under_threshold, [one.reason.value for one in report.left_out]


@pytest.mark.parametrize("layout", Layout)
def test_every_sample_gives_its_people_their_minutes_and_who_is_left_out(layout: Layout) -> None:
    report = _read(layout, bytes_of(layout))
    assert (report.layout, _seen(report)) == (layout, EXPECTED[layout])
    assert report.remarks == ()
    assert report.date_order is ORDERS.get(layout)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("layout", Layout)
def test_every_sample_is_read_in_every_encoding(layout: Layout, encoding: str) -> None:
    codec = encoding.split(" ", maxsplit=1)[0]
    report = _read(layout, ENCODINGS[encoding] + text_of(layout).encode(codec))
    assert _seen(report) == EXPECTED[layout]
    assert (report.encoding, report.is_encoding_guessed) == (codec, False)


@pytest.mark.parametrize("layout", [Layout.TEAMS_2020, Layout.TEAMS_2021])
def test_latin_1_is_read_and_said_to_be_guessed(layout: Layout) -> None:
    report = _read(layout, text_of(layout).encode("latin-1"))
    assert _seen(report) == EXPECTED[layout]
    assert (report.encoding, report.is_encoding_guessed) == ("windows-1252", True)
    names = {person.name for person in report.participants}
    assert names & {"Müller, Ágnes", "École du Lac 1"}


@pytest.mark.parametrize("layout", [Layout.TEAMS_2020, Layout.ZOOM_TOTALS])
def test_hosts_whom_the_report_does_not_mark_are_participants_unless_they_are_named(layout: Layout) -> None:
    assert len(read_report(bytes_of(layout)).participants) == 4
    assert [one.reason for one in _read(layout, bytes_of(layout)).left_out] == [Reason.NAMED_BY_READER]


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_any_delimiter_will_do(layout: Layout, delimiter: str) -> None:
    data = _delimited(layout, delimiter)
    assert _seen(_read(layout, data)) == EXPECTED[layout]


def _delimited(layout: Layout, delimiter: str) -> bytes:
    rows = csv.reader(io.StringIO(text_of(layout), newline=""), delimiter="\t" if "\t" in text_of(layout) else ",")
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


@pytest.mark.parametrize("layout", Layout)
def test_half_a_file_is_said_to_be_cut_off_or_no_report(layout: Layout) -> None:
    data = bytes_of(layout)
    with pytest.raises(NotReadable) as refused:
        _read(layout, data[: len(data) // 2])
    assert refused.value.code in {Refusal.CUT_OFF, Refusal.UNKNOWN}
