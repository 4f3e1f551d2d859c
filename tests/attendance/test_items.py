"""Views of online items: read by day, corrected with a reason, never overwritten, never added to people who came."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.accounts.models import AuditEntry
from booking.accounts.terms import Role
from booking.attendance.models import OnlineItem, ViewReading
from booking.attendance.services.items import Count, ReadMeanwhile, WantsReason, read
from booking.attendance.terms import Qualifier
from booking.catalogue.models import Station, VocabularyTerm
from booking.db import db
from booking.i18n import Translated
from booking.reporting.queries.answers import answers
from booking.reporting.queries.lists import views
from booking.reporting.terms import Figure, Period, Question
from tests.attendance.browsing import save as send
from tests.attendance.making import make_item, make_reading
from tests.builders import NOW, make_station, save
from tests.guiding.signed_in import statements, text_of
from tests.signing_in import make_account, sign_in

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)
GRID = f"/desk/items?day={OCTOBER}"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def station(client: FlaskClient) -> Station:
    """Vienna, whose coordinator this browser is."""
    found = make_station()
    save(*(VocabularyTerm(vocabulary=one, code=code, label=Translated(code.title())) for one, code in WORDS))
    sign_in(client, make_account(Role.COORDINATOR, "VIE"))
    return found


WORDS = (("channel", "YouTube"), ("channel", "web"), ("measure", "views"))


def kept(item: OnlineItem) -> list[tuple[date | None, int | None, str, str]]:
    names = (ViewReading.read_on, ViewReading.value, ViewReading.qualifier, ViewReading.reason)
    rows = db.session.execute(select(*names).where(ViewReading.item_id == item.id).order_by(ViewReading.id))
    return [(read_on, value, str(qualifier), reason) for read_on, value, qualifier, reason in rows]


def enter(item: OnlineItem, day: date | None, value: int | None, seen: int = 0, reason: str = "") -> bool:
    said = Qualifier.NOT_RECORDED if value is None else Qualifier.EXACT
    return read(item.code, day, Count(value, said, reason), seen=seen, now=NOW, actor="account:7")


def test_the_grid_writes_the_rows_in_which_somebody_typed(client: FlaskClient, station: Station) -> None:
    film, stream, silent = make_item(station), make_item(None), make_item(station)
    make_reading(film, SEPTEMBER, 1_200)
    page = client.get(GRID)
    assert "3 items are not read on this day." in text_of(page)
    assert "1,200 (Wed 30 Sep 2026)" in text_of(page)
    typed = {f"n-{film.code}": "1300", f"q-{film.code}": "about", f"q-{stream.code}": "not-recorded"}
    answer = send(client, page, GRID, **(selected(film, stream, silent) | typed))
    assert "2 readings are saved." in text_of(client.get(answer.headers["Location"]))
    assert kept(film)[-1] == (OCTOBER, 1_300, "about", "")
    assert kept(stream) == [(OCTOBER, None, "not-recorded", "")]
    assert kept(silent) == []
    trail = db.session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.after)).all()
    said = {"read_on": "2026-10-31", "views": 1_300, "qualifier": "about"}
    assert ("item.read", f"item:{film.code}", said) in [tuple(row) for row in trail]


def selected(*items: OnlineItem) -> dict[str, str]:
    """The lists of a grid as the browser would send them, nothing chosen."""
    return {f"q-{item.code}": "exact" for item in items}


@pytest.mark.parametrize(
    ("number", "qualifier", "sentence"),
    [
        ("-3", "exact", "Write a number from 0."),
        ("many", "about", "Write a whole number in digits"),
        ("99999999999", "exact", "Write a number up to"),
        ("", "about", "Write the count, or choose “not recorded”."),
        ("5", "not-recorded", "What is not recorded has no count."),
        ("5", "roughly", "Choose one from the list."),
    ],
)
def test_what_is_no_reading_is_named_kept_and_not_written(
    client: FlaskClient, station: Station, number: str, qualifier: str, sentence: str
) -> None:
    film = make_item(station)
    sent = {f"n-{film.code}": number, f"q-{film.code}": qualifier}
    answer = send(client, client.get(GRID), GRID, **sent)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert f'name="n-{film.code}" type="text" inputmode="numeric" autocomplete="off" dir="ltr" value="{number}"' in (
        answer.text
    )
    assert kept(film) == []


def test_a_correction_says_why_and_leaves_what_it_corrects(client: FlaskClient, station: Station) -> None:
    film = make_item(station)
    make_reading(film, OCTOBER, 1_200)
    typed = selected(film) | {f"n-{film.code}": "2100"}
    answer = send(client, client.get(GRID), GRID, **typed)
    assert answer.status_code == 422
    assert "Say why it is corrected: this day was read before." in text_of(answer)
    answer = send(client, client.get(GRID), GRID, **typed, **{f"r-{film.code}": "Two figures were swapped"})
    assert answer.status_code == 303
    assert [row[1] for row in kept(film)] == [1_200, 2_100]
    page = text_of(client.get(f"/desk/items/{film.code}"))
    assert "1,200 corrected since" in page
    assert "Two figures were swapped" in page
    action = select(AuditEntry.before, AuditEntry.after).where(AuditEntry.action == "item.correct")
    before, after = db.session.execute(action).one()
    assert (before["views"], after["views"], after["reason"]) == (1_200, 2_100, "Two figures were swapped")


def test_who_comes_second_sees_both_readings_and_nothing_is_lost(client: FlaskClient, station: Station) -> None:
    film = make_item(station)
    page = client.get(GRID)
    enter(film, OCTOBER, 1_250)
    answer = send(client, page, GRID, **selected(film), **{f"n-{film.code}": "1300"})
    assert answer.status_code == 409
    assert "Somebody has written down 1,250 meanwhile. Yours stands in the field" in text_of(answer)
    assert 'value="1300"' in answer.text
    again = send(client, answer, GRID, **selected(film), **{f"n-{film.code}": "1300"}, **{f"r-{film.code}": "Mine"})
    assert again.status_code == 303
    assert [row[1] for row in kept(film)] == [1_250, 1_300]


def test_the_same_form_sent_twice_is_one_reading(client: FlaskClient, station: Station) -> None:
    film = make_item(station)
    page = client.get(GRID)
    for _time in range(2):
        assert send(client, page, GRID, **selected(film), **{f"n-{film.code}": "1300"}).status_code == 303
    assert len(kept(film)) == 1


def test_a_running_total_that_falls_says_why(app: object) -> None:
    assert app
    total, monthly = make_item(None, is_cumulative=True), make_item(None)
    for item in (total, monthly):
        enter(item, SEPTEMBER, 900)
    with pytest.raises(WantsReason) as wants:
        enter(total, OCTOBER, 850)
    assert wants.value.is_falling
    assert enter(monthly, OCTOBER, 850)
    assert enter(total, OCTOBER, 850, reason="The platform took robots away")


def test_a_reading_of_a_row_that_is_not_there_any_more_is_no_correction(app: object) -> None:
    assert app
    film = make_item(None)
    row = make_reading(film, OCTOBER, 10)
    make_reading(film, OCTOBER, 12)
    with pytest.raises(ReadMeanwhile):
        enter(film, OCTOBER, 11, seen=row.id, reason="Mine")


def test_one_reading_is_written_and_corrected_on_the_page_of_its_item(client: FlaskClient, station: Station) -> None:
    film = make_item(station)
    path = f"/desk/items/{film.code}/readings"
    sent = {"corrects": "0", "day": "2026-10-31", "number": "40", "qualifier": "more-than"}
    token = {"csrf_token": csrf(client, film)}
    assert client.post(path, data=sent | token).status_code == 303
    row = db.session.execute(select(ViewReading.id)).scalar_one()
    assert "Correct a reading" in text_of(client.get(f"/desk/items/{film.code}?correct={row}"))
    for change, code in (
        ({"corrects": "0", "number": "50"}, 409),
        ({"corrects": str(row), "number": "50"}, 422),
        ({"corrects": str(row), "number": "50", "reason": "Counted again"}, 303),
        ({"day": "2037-01-31"}, 422),
        ({"day": ""}, 422),
        ({"corrects": "x"}, 422),
    ):
        assert client.post(path, data=sent | token | change).status_code == code
    assert [row[1] for row in kept(film)] == [40, 50]


def csrf(client: FlaskClient, item: OnlineItem) -> str:
    return client.get(f"/desk/items/{item.code}").text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def test_an_item_is_added_changed_by_the_first_and_shown_to_the_second(client: FlaskClient, station: Station) -> None:
    token = {"csrf_token": csrf(client, make_item(station))}
    sent = {"en": "Film of the roof", "channel": "web", "measure": "views", "owner": "library", "version": "1"}
    sent |= token | {"station": station.code}
    path = client.post("/desk/items/new", data=sent).headers["Location"].partition("?")[0]
    assert path == "/desk/items/film-of-the-roof-web"
    assert client.post("/desk/items/new", data=sent).status_code == 422
    assert client.post("/desk/items/new", data=sent | {"en": "屋頂", "channel": "web"}).status_code == 303
    changed = {**sent, "fr": "Film du toit", "is_cumulative": "yes"}
    assert client.post(path, data=changed).status_code == 303
    assert client.post(path, data=sent | {"version": "1", "owner": "archive"}).status_code == 409
    item = db.session.execute(select(OnlineItem).where(OnlineItem.code == "film-of-the-roof-web")).scalar_one()
    assert (item.title.get("fr"), item.is_cumulative, item.owner, item.version) == ("Film du toit", True, "library", 2)


def test_the_grid_asks_as_often_for_many_items_as_for_few(client: FlaskClient, station: Station) -> None:
    asked = []
    for more in (2, 10):
        for _number in range(more):
            make_reading(make_item(station), SEPTEMBER, 5)
        asked.append(statements(client, GRID))
    assert asked[0] == asked[1]


def test_the_report_takes_the_last_of_running_totals_and_each_of_the_others(app: object) -> None:
    assert app
    total, monthly = make_item(None, is_cumulative=True, items=1), make_item(None, items=3)
    for item in (total, monthly):
        make_reading(item, None, None)
        for number, day in enumerate((AUGUST, SEPTEMBER, OCTOBER), start=1):
            make_reading(item, day, 100 * number)
    enter(monthly, SEPTEMBER, 210, seen=last_id(monthly, SEPTEMBER), reason="Counted again")
    shown = views(db.session(), Period(date(2026, 9, 1), date(2026, 10, 31)))
    assert [(one.is_cumulative, one.value, one.read_on) for one in shown] == [
        (True, 300, OCTOBER),
        (False, 210, SEPTEMBER),
        (False, 300, OCTOBER),
    ]
    [before] = [one for one in views(db.session(), Period(date(2020, 1, 1), date(2020, 2, 1))) if one.is_cumulative]
    assert (before.value, before.read_on, before.qualifier) == (None, None, Qualifier.NOT_RECORDED)
    question = Question(id="m", figure=Figure.ITEMS, paragraph="", text="")
    made = answers(db.session(), [question], Period(date(2026, 9, 1), date(2026, 10, 31)))
    assert made["m"].value == 4


def last_id(item: OnlineItem, day: date) -> int:
    mine = select(ViewReading.id).where(ViewReading.item_id == item.id, ViewReading.read_on == day)
    return max(db.session.execute(mine).scalars())
