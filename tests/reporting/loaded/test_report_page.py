"""The report page of the period of 2020: the figures of the report, and events that come to them."""

import re
from html import unescape
from urllib.parse import parse_qsl, urljoin

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.datastructures import MultiDict

from booking import clock
from booking.db import db
from booking.reporting.event_forms import NO_EVENTS, EventsForm, query_of_events
from booking.reporting.presenting_events import DISTINCT
from booking.reporting.queries import report as reports
from booking.reporting.queries.behind import behind
from booking.reporting.services.counting import count
from booking.reporting.services.reading import report
from booking.reporting.table_terms import Cell, Report
from booking.reporting.terms import Figure, Filters
from tests.browser.test_looks import MOST_BYTES, weight
from tests.builders import NOW
from tests.reporting.loaded.test_report import PERIOD, cells
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")

DAYS = "from=2020-07-01&to=2021-01-31"
PAGE, EVENTS = f"/desk/reports?{DAYS}", f"/desk/reports/events?{DAYS}"


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    """Somebody at the desk of New York."""
    with clock.frozen(NOW):
        return sign_in(client, make_account("coordinator", "NYC"))


@pytest.fixture
def made() -> Report:
    return report(Filters(PERIOD), NOW)


def text_of(source: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", source)))


def linked(made: Report) -> list[tuple[Cell, Filters, Figure]]:
    return [
        (cell, cell.filters, cell.figure)
        for _id, cell in cells(made)
        if cell.filters and cell.figure and cell.value and cell.figure not in NO_EVENTS
    ]


def test_five_figures_at_the_top_are_those_of_the_report(desk: FlaskClient) -> None:
    page = text_of(desk.get(PAGE).text)
    for name, number in (
        ("Events held", "454"),
        ("Participants", "15,786"),
        ("Online tours and briefings", "350"),
        ("Countries", "56"),
        ("Languages used", "22"),
    ):
        assert f"{name} {number} a year before: none" in page
    assert "445 of 454 events that were held have their number of participants: 98%." in page
    assert "Events held of which a number is missing: 9" in page


def test_what_is_read_from_an_address_is_what_was_written_into_it(made: Report) -> None:
    """Each number of the report, whatever it was filtered by."""
    asked = {query_of_events(filters, figure): (filters, figure) for _cell, filters, figure in linked(made)}
    assert len(asked) > 300
    for query, (filters, figure) in asked.items():
        form = EventsForm(MultiDict(parse_qsl(query)))
        assert (form.filters(NOW.date()), form.wanted) == (filters, figure), query


def test_the_events_behind_each_number_come_to_it(made: Report) -> None:
    for cell, filters, figure in linked(made):
        _lines, whole = behind(db.session(), filters, figure, page=1, size=1)
        number = count(filters, [figure])[figure] if figure in DISTINCT else whole.number(figure)
        assert number == cell.value, (filters, figure)


OPENING_NOTHING = {"T10.rules", "T10.requests"}
"""Tables of numbers that nothing else is kept of: a note says so."""
OF_REPLIES = ("T8", "T9")
"""Replies and views are no events."""


def test_every_number_of_events_and_groups_opens_what_is_behind_it_or_its_table_says_that_nothing_is(
    made: Report,
) -> None:
    for table in made.tables:
        numbers = [cell for row in table.rows for cell in row.values if isinstance(cell, Cell) and cell.value]
        closed = [cell for cell in numbers if cell.filters is None or cell.figure is None]
        assert not closed or table.id in OPENING_NOTHING or table.id.startswith(OF_REPLIES), table.id
        assert table.id not in OPENING_NOTHING or table.notes


def test_states_reasons_and_groups_that_did_not_come_open_their_events(desk: FlaskClient) -> None:
    for query, says in (
        ("figure=groups&station=NYC&country=US&subdivision=US-AZ", "Groups: 15"),
        ("figure=events-cancelled&station=GVA&reason=premises+closed+again+(C-GVA-03)", "Events cancelled: 8"),
        ("figure=groups-lost&station=NYC&fate=no_show", "Groups that did not come: 12"),
    ):
        assert says in text_of(desk.get(f"/desk/reports/events?in=2020-07..2021-01&{query}").text)


def test_the_way_back_leads_to_the_report_with_its_filters(desk: FlaskClient) -> None:
    report = "/desk/reports?from=2020-07-01&to=2021-01-31&station=NYC&station=GVA&kind=tour"
    opened = "/desk/reports/events?in=2020-08..2020-12&station=NYC&kind=tour&figure=participants"
    first = unescape(desk.get(opened, headers={"Referer": f"http://localhost{report}"}).text)
    assert f'<p class="back"><a href="{report}">' in first
    later = re.search(r'href="(/desk/reports/events\?[^"]*back=[^"]*)"', first)
    assert later
    assert f'<p class="back"><a href="{report}">' in unescape(desk.get(later[1]).text)
    for strange in ("http://evil.example/desk/reports?from=2020-01-01", "http://localhost/desk", "http://[", "\\"):
        page = unescape(desk.get(opened, headers={"Referer": strange}).text)
        assert '<a href="/desk/reports?from=2020-08-01&to=2020-12-31&station=NYC&kind=tour">' in page


@pytest.mark.parametrize(
    "query",
    [
        *("in=2020-13", "in=..", "in=2021-01..2020-07", "in=2020-07..", "in=0001-01..9999-12"),
        *(f"in=2020-07&{one}" for one in ("back=//[", "back=/desk/reports%3Ffrom%3Dx", "late=x&fate=tulips")),
    ],
)
def test_what_no_days_and_no_way_back_are_is_told_or_passed_over(desk: FlaskClient, query: str) -> None:
    answer = desk.get(f"/desk/reports/events?{query}")
    assert answer.status_code in {200, 422}
    assert "Report</a>" in answer.text


def test_a_number_of_the_page_opens_its_events_page_by_page(desk: FlaskClient) -> None:
    link = re.search(r'href="([^"]+figure=participants[^"]+station=NYC)">9,910<', desk.get(PAGE).text)
    assert link
    address = urljoin(PAGE, link[1])
    first = desk.get(address).text
    shown = text_of(first)
    assert "Participants: 9,910" in shown
    assert "212 events" in shown
    assert "Page 1 of 5" in shown
    assert "All events: 212" in shown
    assert first.count('<td class="t day">') == 50
    assert first.count('<th scope="row"><a href="/desk/events/') == 50
    last = desk.get(f"{address}&page=5").text
    assert last.count('<td class="t day">') == 12
    assert "All events: 212" in text_of(last)


def test_a_number_of_countries_opens_the_events_that_they_came_to(desk: FlaskClient) -> None:
    link = re.search(r'href="([^"]+figure=countries-number[^"]+)"><bdi>56<', desk.get(PAGE).text)
    assert link
    shown = text_of(desk.get(urljoin(PAGE, link[1])).text)
    assert "Countries: 56" in shown
    assert "All events: 454" in shown


def test_events_of_other_stations_are_listed_without_their_pages(desk: FlaskClient) -> None:
    page = desk.get(f"{EVENTS}&station=VIE").text
    assert "Events held: 101" in text_of(page)
    assert "/desk/events/" not in page


@pytest.mark.parametrize("asked", ["-1", "0", "1000000000000", "x", "٣", "1&page=2"])
def test_a_page_that_there_is_not_is_the_first_or_the_last(desk: FlaskClient, asked: str) -> None:
    answer = desk.get(f"{EVENTS}&station=VIE&page={asked}")
    assert answer.status_code == 200
    assert "All events: 101" in text_of(answer.text)


@pytest.mark.parametrize("address", [PAGE, EVENTS])
@pytest.mark.parametrize(
    "query",
    [
        "&station=" + ",".join(f"S{number}" for number in range(10_000)),
        "".join(f"&country=C{number}" for number in range(300)),
        "&from=0001-01-01",
        "&theme=%00",
    ],
)
def test_what_no_report_is_made_of_is_refused(desk: FlaskClient, address: str, query: str) -> None:
    assert desk.get(address + query).status_code in {400, 414, 422}


@pytest.mark.parametrize("address", ["/desk/reports", "/desk/reports/events"])
@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("from=2021-01-31&to=2020-07-01", "The period ends before it begins"),
        ("from=1999-01-01&to=2020-01-01", "at most 10 years"),
        ("from=1020-01-01&to=2020-01-01", "Write a date"),
    ],
)
def test_a_wrong_period_is_told_and_nothing_typed_is_lost(
    desk: FlaskClient, address: str, query: str, says: str
) -> None:
    answer = desk.get(f"{address}?{query}&station=NYC")
    assert answer.status_code == 422
    assert says in answer.text
    if not address.endswith("events"):
        assert all(f'value="{day[-10:]}"' in answer.text for day in query.split("&"))
        assert re.search('value="NYC" checked', answer.text)


def test_a_figure_of_no_events_opens_nothing(desk: FlaskClient) -> None:
    assert desk.get(f"{EVENTS}&figure=survey-per-cent").status_code == 422
    assert "No event is behind this number." in desk.get(f"{EVENTS}&series=TULIPS").text


def test_a_long_table_is_cut_and_stands_whole_alone(desk: FlaskClient) -> None:
    assert f"{PAGE}&table=T2.countries" in unescape(desk.get(PAGE).text)
    alone = desk.get(f"{PAGE}&table=T2.countries").text
    assert len(re.findall("<tr>", alone)) > 80
    assert "kpis" not in alone
    languages = desk.get(f"{PAGE}&table=languages").text
    assert len(re.findall("<tr>", languages)) == 23


def test_the_page_is_light(desk: FlaskClient) -> None:
    """With room for the words of other languages, which take up to two and a half times the bytes."""
    source = desk.get(PAGE).text
    words = re.sub(r"<[^>]+>|[^A-Za-z]", "", source)
    assert weight(source) + 1.3 * len(words) < MOST_BYTES


def test_a_report_is_at_most_twenty_statements_and_its_page_a_dozen_more(desk: FlaskClient) -> None:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        if str(arguments[2]).lstrip(" (").startswith(("SELECT", "WITH")):  # others keep the test's transaction
            statements.append(str(arguments[2]))

    made = report(Filters(PERIOD), NOW)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        reports.report(db.session(), made.filters, NOW)
        own = len(statements)
        desk.get(PAGE)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert 0 < own <= 20
    assert own < len(statements) - own <= own + 12
