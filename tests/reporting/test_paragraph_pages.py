"""The desk reads, edits and signs the report's paragraphs."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event as sql
from sqlalchemy import select

from booking import clock
from booking.accounts.models import AuditEntry
from booking.db import db
from booking.i18n import LOCALES
from booking.reporting.narrative.models import ReportSignature, ReportText, ReportVersion
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.builders import NOW, make_event
from tests.reporting.paragraph_house import DAYS, PAGE, Desk, digest, held, make_desk, plain, recount

ONE_DATABASE = pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)
"""What is only shown is the same on both."""
EDIT = f"/desk/reports/paragraphs/13?{DAYS}&locale=en"
BACK = f"/desk/reports/paragraphs/13/back?{DAYS}&locale=en"
SIGN = f"/desk/reports/paragraphs/sign?{DAYS}"
CHOOSE = f"/desk/reports/paragraphs/choices?{DAYS}"
OWN = "We held {events} tours for {people} people."


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


def done() -> list[str]:
    """What was done to reports."""
    found = select(AuditEntry.action).where(AuditEntry.subject == "report:2026-08-01/2026-10-31")
    return list(db.session.scalars(found.order_by(AuditEntry.id)))


@ONE_DATABASE
def test_each_figure_leads_to_its_events_and_the_margin_says_how_it_was_reached(desk: Desk) -> None:
    page = desk.ilse.get(PAGE)
    assert page.status_code == 200
    assert "2 online tours or briefings were held, with a total of about 300 participants." in plain(page.text)
    assert "participants in them: 302 “About”: two significant figures" in plain(page.text)
    links = [unescape(one) for one in re.findall('class="fig" href="([^"]*)"', page.text)]
    people = [
        one for one in links if one.startswith("/desk/reports/events?figure=participants&in=2026-08..2026-10&kind=")
    ]
    assert people
    for link in links:
        assert link.startswith("#f-") or desk.ilse.get(link).status_code == 200
    source = desk.ilse.get(people[0], headers={"Referer": f"http://localhost{PAGE}"}).text
    behind = plain(source)
    assert "Participants: 302" in behind
    assert all(f"{code} " in behind for code in desk.events)
    assert f'<a href="/desk/reports/paragraphs?{DAYS}">' in unescape(source)


@ONE_DATABASE
@pytest.mark.parametrize("locale", LOCALES)
def test_the_paragraphs_stand_in_their_language_in_their_direction(desk: Desk, locale: str) -> None:
    page = desk.ilse.get(f"{PAGE}&locale={locale}").text
    direction = "rtl" if locale == "ar" else "ltr"
    assert f'<p class="text" lang="{locale}" dir="{direction}">' in page
    copied = desk.ilse.get(f"{PAGE}&format=text&locale={locale}")
    assert copied.mimetype == "text/plain"
    assert copied.text.startswith("13. ")
    assert all(line[2:4] == ". " for line in copied.text.split("\n\n") if line.strip())


WRONG_DAYS = {
    "from=2026-10-31&to=2026-08-01": "The period ends before it begins.",
    "from=1026-10-31&to=2026-08-01": "",
    "from=2006-10-31&to=2026-08-01": "A report covers at most 10 years.",
    "from=2026-10-31": "",
    "from=x&to=2026-08-01": "",
    "from=2026-08-01&from=2026-08-02&to=2026-08-03": "",
}


@ONE_DATABASE
@pytest.mark.parametrize("days", WRONG_DAYS)
def test_a_period_that_is_none_names_its_field(desk: Desk, days: str) -> None:
    page = desk.ilse.get(f"/desk/reports/paragraphs?{days}")
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert WRONG_DAYS[days] in page.text
    assert desk.ilse.get(f"/desk/reports/paragraphs/13?{days}").status_code == 404


@ONE_DATABASE
def test_a_number_of_statements_that_does_not_grow_with_the_events(desk: Desk) -> None:
    asked: list[str] = []

    def count(*args: object) -> None:
        if not str(args[2]).startswith(("SAVEPOINT", "ROLLBACK", "RELEASE")):
            asked.append(str(args[2]))

    def statements() -> int:
        asked.clear()
        assert desk.ilse.get(PAGE).status_code == 200
        return len(asked)

    sql.listen(db.engine, "before_cursor_execute", count)
    desk.ilse.get(PAGE)
    few = statements()
    for day in range(1, 28):
        held(desk.offering, day, 10)
    desk.ilse.get(PAGE)  # facts are brought up to date
    many = statements()
    sql.remove(db.engine, "before_cursor_execute", count)
    assert (many, few <= 23) == (few, True)


@ONE_DATABASE
def test_only_coordinators_see_and_change_the_report(desk: Desk) -> None:
    for address in (PAGE, EDIT):
        assert desk.guide.get(address).status_code == 404
    for address in (EDIT, BACK, SIGN, CHOOSE):
        assert desk.guide.post(address, data={"version": "0", "text": OWN}).status_code == 404
    for unknown in ("99?", "13?locale=xx&", "12.events?"):
        assert desk.ilse.get(f"/desk/reports/paragraphs/{unknown}{DAYS}").status_code == 404


def test_a_desk_writes_a_text_whose_figures_stay_bound(desk: Desk) -> None:
    page = desk.ilse.get(EDIT).text
    assert "In the reporting period, {events} online tours or briefings were held" in unescape(page)
    saved = desk.ilse.post(EDIT, data={"version": "0", "text": OWN})
    assert (saved.status_code, saved.headers["Location"]) == (303, f"{PAGE}&locale=en&done=saved")
    assert "We held 2 tours for about 300 people." in plain(desk.ilse.get(PAGE).text)
    recount(desk.bookings[0], 1_150)
    assert "We held 2 tours for about 1,300 people." in plain(desk.ben.get(PAGE).text)
    assert "Pendant la période considérée, 2 visites" in plain(desk.ilse.get(f"{PAGE}&locale=fr").text)
    same = desk.ilse.post(EDIT, data={"version": "1", "text": OWN})
    assert same.headers["Location"].endswith("done=same")
    assert desk.ilse.post(BACK, data={"version": "1"}).headers["Location"].endswith("done=back")
    assert "In the reporting period" in plain(desk.ilse.get(PAGE).text)
    assert [(one.version, one.text) for one in db.session.scalars(select(ReportText).order_by(ReportText.id))] == [
        (1, OWN),
        (2, ""),
    ]
    assert done() == ["report.text", "report.text_back"]


WRONG = {
    "We held many for {people}.": "{events} is missing: a figure stays in its sentence.",
    "We held {event} for {people} and {events}.": "There is no {event} here. Is {events} meant?",
    "{events} {people} {countries}": "There is no {countries} here. Choose from the marks",
    "{events} {people": "at “{people” a brace stands alone",
    "{events, plural, one{x}} {people}": "a brace stands alone, or a choice is cut off",
    "{events.__class__} {people}": "a brace stands alone",
    "{events} {people}" + "x" * 4_000: "Shorten this to 4000 characters.",
    "a\x00b {events} {people}": "signs that cannot be kept",
    "": "",
}


@ONE_DATABASE
@pytest.mark.parametrize("typed", WRONG)
def test_a_wrong_text_is_refused_with_the_mark_named_and_kept_for_the_writer(desk: Desk, typed: str) -> None:
    answer = desk.ilse.post(EDIT, data={"version": "0", "text": typed})
    assert answer.status_code == 422
    assert WRONG[typed] in unescape(answer.text)
    assert typed.replace("\x00", "�") in unescape(answer.text)
    assert db.session.scalars(select(ReportText)).all() == []


def test_the_second_of_two_writers_sees_both_and_may_replace(desk: Desk) -> None:
    desk.ben.post(EDIT, data={"version": "0", "text": "Theirs: {events}, {people}."})
    late = desk.ilse.post(EDIT, data={"version": "0", "text": OWN})
    assert late.status_code == 409
    assert "Meanwhile Ben Invented has saved this paragraph" in late.text
    assert OWN in unescape(late.text)
    assert "Theirs: {events}, {people}." in unescape(late.text)
    assert desk.ilse.post(BACK, data={"version": "0"}).status_code == 409
    assert 'name="version" value="1"' in late.text
    assert desk.ilse.post(EDIT, data={"version": "1", "text": OWN}).status_code == 303
    assert done() == ["report.text", "report.text"]


def test_a_text_whose_figure_is_gone_gives_way_to_the_shipped_one_and_keeps_the_report_from_being_signed(
    desk: Desk,
) -> None:
    desk.ilse.post(EDIT, data={"version": "0", "text": OWN})
    for booking in desk.bookings:
        recount(booking, None)
    page = plain(desk.ilse.get(PAGE).text)
    assert "2 online tours or briefings were held; the number of participants was not recorded." in page
    assert "names {people}, which this report does not have: the shipped text is shown." in page
    assert "Not ready: Paragraph 13 in English names {people}" in page


def test_qualifiers_are_chosen_for_all_languages_and_two_choosers_see_each_other(desk: Desk) -> None:
    chosen = {
        "version": "0",
        "order": "english",
        "said_13_events": "rule",
        "said_13_people": "more",
        "said_19_count": "rule",
    }
    assert desk.ilse.post(CHOOSE, data=chosen).status_code == 303
    assert "more than 300 participants" in plain(desk.ilse.get(PAGE).text)
    assert "más de 300 participantes" in plain(desk.ilse.get(f"{PAGE}&locale=es").text)
    late = desk.ben.post(CHOOSE, data={**chosen, "said_13_people": "exact"})
    assert late.status_code == 409
    assert "Somebody else has saved other choices meanwhile." in late.text
    assert '<option value="exact" selected>' in late.text
    assert desk.ben.post(CHOOSE, data={**chosen, "version": "1", "said_13_people": "exact"}).status_code == 303
    assert "participants in them: 302" in plain(desk.ilse.get(PAGE).text)
    assert desk.ilse.post(CHOOSE, data={**chosen, "version": "2", "said_13_people": "roughly"}).status_code == 422
    assert done() == ["report.choose", "report.choose"]


def test_two_different_coordinators_sign_and_a_correction_is_a_new_version(desk: Desk) -> None:
    shown = digest(desk.ilse.get(PAGE).text)
    assert desk.ilse.post(SIGN, data={"digest": shown}).headers["Location"].endswith("done=signed")
    twice = desk.ilse.post(SIGN, data={"digest": shown})
    assert (twice.status_code, "The second signature is somebody else’s" in twice.text) == (409, True)
    assert "Sign and freeze as version 1" in desk.ben.get(PAGE).text
    assert desk.ben.post(SIGN, data={"digest": shown}).headers["Location"].endswith("done=frozen")
    again = desk.ben.post(SIGN, data={"digest": shown})
    assert (again.status_code, "nothing has changed since" in again.text) == (409, True)
    recount(desk.bookings[0], 170)
    other = held(desk.offering, 24, 30)
    page = plain(desk.ilse.get(PAGE).text)
    assert "with a total of about 350 participants" in page
    code, new = desk.events[0], db.session.get_one(Event, other.event_id).code
    assert "This is not version 1 any more" in page
    assert f"participants in them: 302 → 352 {new} came in; {code} (150, now 170) changed" in page
    kept = plain(desk.ilse.get(f"{PAGE}&version=1").text)
    assert "2 online tours or briefings were held, with a total of about 300 participants." in kept
    assert "signed by Ilse Invented and Ben Invented" in kept
    for one in (desk.ben, desk.ilse):
        assert one.post(SIGN, data={"digest": digest(one.get(PAGE).text)}).status_code == 303
    second = plain(desk.ilse.get(f"{PAGE}&version=2").text)
    assert "Other than in the version before: online tours and briefings held: 2 → 3" in second
    assert desk.ilse.get(f"{PAGE}&version=3").status_code == 404
    numbers = db.session.scalars(select(ReportVersion.number).order_by(ReportVersion.id)).all()
    assert list(numbers) == [1, 2]
    assert done() == ["report.sign", "report.sign", "report.freeze"] * 2
    assert "about 300" in desk.ilse.get(f"{PAGE}&format=text&version=1").text


@ONE_DATABASE
def test_each_paragraph_stands_beside_that_of_the_last_report_that_was_signed(desk: Desk) -> None:
    later = "/desk/reports/paragraphs?from=2026-09-01&to=2026-11-15"
    assert "No report before this one was signed." in desk.ilse.get(f"{later}&compare=yes").text
    for one in (desk.ilse, desk.ben):
        one.post(SIGN, data={"digest": digest(one.get(PAGE).text)})
    held(desk.offering, 24, 30)
    link = re.search(r'<a href="([^"]*compare=yes[^"]*)#p13">Compare with the last report', desk.ilse.get(later).text)
    assert link
    page = plain(desk.ilse.get(unescape(link[1])).text)
    assert "Sat 1 Aug 2026 to Sat 31 Oct 2026, version 1" in page
    assert "with a total of about 300 participants." in page
    assert "participants in them: 302 → 332" in page


def test_a_signature_lapses_when_a_figure_or_a_text_changes(desk: Desk) -> None:
    shown = digest(desk.ilse.get(PAGE).text)
    desk.ilse.post(SIGN, data={"digest": shown})
    recount(desk.bookings[1], 153)
    late = desk.ben.post(SIGN, data={"digest": shown})
    assert late.status_code == 409
    assert "A figure or a text has changed since you opened the page." in late.text
    assert "No longer holds Ilse Invented" in plain(late.text)
    assert desk.ben.post(SIGN, data={"digest": digest(late.text)}).headers["Location"].endswith("done=signed")
    desk.ben.post(EDIT, data={"version": "0", "text": OWN})
    page = desk.ilse.get(PAGE).text
    assert plain(page).count("No longer holds") == 2
    assert desk.ilse.post(SIGN, data={"digest": digest(page)}).headers["Location"].endswith("done=signed")
    assert db.session.scalars(select(ReportVersion)).all() == []


def test_signing_waits_for_numbers_and_for_the_end_of_the_period(desk: Desk) -> None:
    held(desk.offering, 3, None)
    make_event(desk.offering, NOW.replace(month=9), status=EventStatus.OPEN)
    page = desk.ilse.get(PAGE)
    assert "Not ready: 1 event is not concluded." in plain(page.text)
    assert "Not ready: 1 event is without a number." in plain(page.text)
    assert 'aria-disabled="true" aria-describedby="why-not"' in page.text
    refused = desk.ilse.post(SIGN, data={"digest": digest(page.text)})
    assert (refused.status_code, "the report waits for what is named below" in refused.text) == (409, True)
    for figure in ("undecided", "unrecorded"):
        link = re.search(f'<a href="([^"]*figure=events-{figure}[^"]*)">Show them', page.text)
        assert link
        assert "1 event" in plain(desk.ilse.get(unescape(link[1])).text)
    running = f"from=2026-11-01&to={NOW.date()}"
    open_page = desk.ilse.get(f"/desk/reports/paragraphs?{running}")
    assert "The period is not over" in open_page.text
    answer = desk.ilse.post(f"/desk/reports/paragraphs/sign?{running}", data={"digest": digest(open_page.text)})
    assert answer.status_code == 409
    assert db.session.scalars(select(ReportSignature)).all() == []
    for wrong in ("", "x" * 300, "\u0661"):
        assert desk.ilse.post(SIGN, data={"digest": wrong}).status_code == 400


@ONE_DATABASE
def test_without_a_period_the_one_worked_on_last_is_shown(desk: Desk) -> None:
    assert "Sat 1 Aug 2026 to Sat 31 Oct 2026" in desk.ilse.get("/desk/reports/paragraphs").text
    september = "from=2026-09-01&to=2026-09-30"
    desk.ilse.post(f"/desk/reports/paragraphs/13?{september}&locale=en", data={"version": "0", "text": OWN})
    assert "30 Sep 2026" in desk.ilse.get("/desk/reports/paragraphs").text.replace("Sept", "Sep")
