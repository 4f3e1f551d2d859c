"""The links at the top of every page of staff: each blueprint adds its own, and each person sees those that are open.

`blueprint.record(navigation.link("guiding.week", _l("Week"), "guide", 20))` adds one; the numbers give the order.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask.blueprints import BlueprintSetupState

from booking.accounts.access import Audience
from booking.accounts.identity import current_staff
from booking.accounts.terms import Role

REGISTRY = "booking.navigation"


@dataclass(frozen=True, slots=True)
class Link:
    """A page of staff that has a place in the navigation."""

    endpoint: str
    text: object
    """Translated late."""
    audience: Audience
    order: int


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as a page shows it."""

    url: str
    text: str
    is_current: bool


def link(endpoint: str, text: object, audience: Audience, order: int) -> Callable[[BlueprintSetupState], None]:
    """What a blueprint records to have a link in the navigation."""

    def add(state: BlueprintSetupState) -> None:
        state.app.extensions.setdefault(REGISTRY, []).append(Link(endpoint, text, audience, order))

    return add


def init_app(app: Flask) -> None:
    """Give templates `staff_links("guide")`, `staff_links("desk")` and `staff_name()`."""
    app.extensions.setdefault(REGISTRY, [])
    app.add_template_global(staff_links)
    app.add_template_global(staff_name)


def staff_links(part: str, current: str = "") -> list[ShownLink]:
    """The links of a guide's pages ("guide") or of the desk's ("desk") that are open to whoever is signed in.

    `current` is the endpoint of the page that they are shown on, where it is not that of the request.
    """
    here = current or request.endpoint
    shown = (one for one in _open() if (one.audience == "guide") == (part == "guide"))
    return [ShownLink(url_for(one.endpoint), str(one.text), one.endpoint == here) for one in shown]


def staff_name() -> str:
    """Who is signed in: the name, or the address of somebody without one."""
    staff = current_staff()
    return staff.name or staff.email if staff else ""


def first_page() -> str:
    """Where somebody begins after signing in: the first page of the navigation, else the own account."""
    first = next(_open(), None)
    return url_for(first.endpoint if first else "accounts.account")


def _open() -> Iterator[Link]:
    staff = current_staff()
    links: list[Link] = current_app.extensions[REGISTRY]
    for one in sorted(links, key=lambda one: one.order):
        if staff and (one.audience == "staff" or staff.is_a(Role(one.audience))):
            yield one
