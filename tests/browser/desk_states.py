"""Pages of the desk that `staff_states` does not have: an administrator of all stations looks at the furnished one."""

from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.looks import Look
from tests.browser.states import unfold

ADMINISTRATOR = "adm@example.org"
CLOSED = "station=ADD&p1-first_on=2026-12-14&p1-last_on=2026-12-18"


def send(page: Page, selector: str = "main form .btn") -> None:
    """A form as it stands, which says what is wrong with it."""
    page.locator(selector).first.click()
    expect(page.locator(".summary, .msg").first).to_be_visible()
    unfold(page)


def send_empty(field: str, selector: str, page: Page) -> None:
    """The form with nothing in one of its fields."""
    page.locator(field).fill("")
    send(page, selector)


OFFERINGS: dict[str, Look] = {
    "offerings at the desk": Look(path="/desk/catalogue/offerings"),
    "a new offering": Look(path="/desk/catalogue/offerings/new"),
    "a new offering: nothing typed": Look(path="/desk/catalogue/offerings/new", act=send),
    "an offering at the desk": Look(path="/desk/catalogue/offerings/{offering}"),
    "texts of an offering": Look(path="/desk/catalogue/offerings/{offering}/texts"),
    "pictures of an offering": Look(path="/desk/catalogue/offerings/{offering}/images"),
    "material of an offering": Look(path="/desk/catalogue/offerings/{offering}/material"),
    "what stands outside an offering": Look(path="/desk/catalogue/offerings/{offering}/outside"),
    "who waits for an offering": Look(path="/desk/catalogue/offerings/P-ADD-W/interest"),
    "limits of an offering": Look(path="/desk/offerings/{offering}/limits"),
    "missing translations": Look(path="/desk/catalogue/translations"),
    "library": Look(path="/desk/library"),
    "library: something new": Look(path="/desk/library/new"),
    "library: one material": Look(path="/desk/library/{material}"),
    "catalogue: a new station": Look(path="/desk/catalogue/stations/new"),
    "catalogue: a new station, nothing typed": Look(path="/desk/catalogue/stations/new", act=send),
}
REQUESTS: dict[str, Look] = {
    "requests of all stations": Look(path="/desk/requests"),
    "a request without a time": Look(path="/desk/visits/{wished}"),
    "a request without a time: refused without a reason": Look(
        path="/desk/visits/{wished}", act=partial(send, selector="form[action$=refuse] .btn")
    ),
    "a request for advice": Look(path="/desk/visits/{advice}"),
    "a request that nobody knows the topic of": Look(path="/desk/visits/{without}"),
    "a request with a question": Look(path="/desk/visits/{asking}"),
    "a request with another topic": Look(path="/desk/visits/{suggested}"),
    "a request that was refused": Look(path="/desk/visits/{refused}"),
    "a request with a time that is held": Look(path="/desk/requests/{held}"),
    "a booking with its list": Look(path="/desk/bookings/{listed}"),
    "a booking with its test call": Look(path="/desk/bookings/{tested}"),
    "a booking that was cancelled": Look(path="/desk/bookings/{cancelled}"),
    "data of a contact": Look(path="/desk/contacts/{listed}", act=unfold),
    "lists that are missing": Look(path="/desk/lists"),
    "exceptions": Look(path="/desk/exceptions"),
    "merging two spellings": Look(path="/desk/organisations/merge?kept={kept}&merged={spelling}"),
    "a booking for a caller": Look(path="/desk/book?slot=e.{event}"),
}
CLOSURES: dict[str, Look] = {
    "closures": Look(path="/desk/closures"),
    "a new closure": Look(path="/desk/closures/new"),
    "a new closure in phases": Look(path="/desk/closures/new?phases=2"),
    "a new closure: nothing typed": Look(path="/desk/closures/new?station=ADD&phases=1"),
    "a new closure: what it hits": Look(path=f"/desk/closures/new?{CLOSED}&p1-scope=every-visit&reason=Works"),
    "a closure": Look(path="/desk/closures/{closure}"),
    "a closure that was carried out": Look(path="/desk/closures/operations/{carried_out}"),
    "a closure that is prepared": Look(path="/desk/closures/operations/{operation}"),
    "a closure that could not be announced": Look(path="/desk/closures/operations/{stuck}"),
    "another limit: who would be over": Look(path="/desk/limits/{limit}/preview?most=5&starts_on=2026-12-14&version=1"),
}
SERIES: dict[str, Look] = {
    "series": Look(path="/desk/series"),
    "a new series": Look(path="/desk/series/new"),
    "a new series: what it would put": Look(
        path="/desk/series/preview?offering={offering}&language=en&weekdays=mo&times=10:00"
        "&first_on=2027-01-11&count=3&capacity=30"
    ),
    "a new series: nothing typed": Look(path="/desk/series/preview"),
    "one series": Look(path="/desk/series/{series}"),
    "texts of a series": Look(path="/desk/series/{series}/texts"),
    "an event to be changed": Look(
        path="/desk/events/{event}/change?starts_on=2026-12-14&starts_at=12:00&language=en&capacity=30&scope=one"
    ),
    "an event to be called off": Look(path="/desk/events/{event}/cancel?scope=one"),
    "a message to the groups of an event": Look(path="/desk/events/{event}/message"),
    "roster": Look(path="/desk/roster?week=2026-W51"),
    "roster: a proposal": Look(path="/desk/roster/{proposal}"),
    "calendars of the desk": Look(path="/desk/calendars"),
    "guides": Look(path="/desk/guides"),
    "a guide's times": Look(path="/desk/guides/{guide}/availability"),
    "a guide's profile": Look(path="/desk/guides/{guide}/profile"),
}
JOINT: dict[str, Look] = {
    "an event held together": Look(path="/desk/events/{leads}"),
    "an event held together: nobody chosen": Look(
        path="/desk/events/{leads}", act=partial(send, selector="form[action$=partners] .btn")
    ),
    "an event held together: no reason": Look(
        path="/desk/events/{leads}", act=partial(send, selector="form[action$=end] .btn")
    ),
    "an event that another station asks for": Look(path="/desk/events/{asked_for}?at=ADD"),
    "an event that another station asks for: no answer": Look(
        path="/desk/events/{asked_for}?at=ADD", act=partial(send, selector="form[action$=answer] .btn")
    ),
    "an event of another station": Look(path="/desk/events/{joint}?at=ADD"),
    "board: joint events to answer": Look(path="/desk/"),
}
PEOPLE: dict[str, Look] = {
    "people": Look(path="/desk/people"),
    "an invitation": Look(path="/desk/people/invite"),
    "an invitation: no address": Look(path="/desk/people/invite", act=partial(send_empty, "#email", "main form .btn")),
    "a person": Look(path="/desk/people/{account}"),
    "what a person did": Look(path="/desk/people/{account}/deeds"),
}
GUIDE_PAGES: dict[str, Look] = {
    "offers": Look(path="/guide/offers"),
    "meeting rooms": Look(path="/guide/rooms"),
    "own calendars": Look(path="/guide/calendars"),
    "own times": Look(path="/guide/availability"),
    "own profile": Look(path="/guide/profile"),
    "who came to one tour": Look(path="/guide/attendance/{own}"),
    "a platform's report of a tour": Look(path="/guide/attendance/{own}/report"),
}
REPORTS: dict[str, Look] = {
    "report": Look(path="/desk/reports?from=2026-11-01&to=2026-12-31", act=unfold),
    "report: the period ends before it begins": Look(path="/desk/reports?from=2026-12-31&to=2026-11-01"),
    "report: one table": Look(path="/desk/reports?from=2026-11-01&to=2026-12-31&table=T1.station_month"),
    "report: nothing was held": Look(path="/desk/reports?from=2019-11-01&to=2019-12-31"),
    "report for print": Look(path="/desk/reports/print?from=2026-11-01&to=2026-12-31"),
    "report for print: the period ends before it begins": Look(
        path="/desk/reports/print?from=2026-12-31&to=2026-11-01"
    ),
    "events behind a number": Look(path="/desk/reports/events?from=2026-11-01&to=2026-12-31"),
    "events behind no number": Look(path="/desk/reports/events?figure=tulips"),
    "who came on a day": Look(path="/desk/attendance?from=2026-11-01&to=2026-12-31"),
    "who came: everything without a number": Look(path="/desk/attendance?from=2026-11-01&to=2026-12-31&show=missing"),
    "who came to an event": Look(path="/desk/events/{begun}/attendance"),
    "a platform's report of an event": Look(path="/desk/events/{begun}/attendance/report"),
    "exports": Look(path="/desk/reports/export?from=2026-11-01&to=2026-12-31"),
    "exports: the period ends before it begins": Look(path="/desk/reports/export?from=2026-12-31&to=2026-11-01"),
    "a file of no kind": Look(path="/desk/reports/attendance?file=exe"),
    "exports with names: no reason": Look(
        path="/desk/reports/export", act=partial(send, selector="form[method=post][action*=reports] .btn")
    ),
}
FURNISHED: dict[str, Look] = {**REPORTS, **OFFERINGS, **REQUESTS, **CLOSURES, **SERIES, **JOINT, **PEOPLE}
