"""Who may open a page: said at each route, so that a guard test can ask every one of them."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

Audience = Literal["everybody", "holder", "staff", "guide", "coordinator", "administrator"]
"""`holder`: whoever holds the link of that thing, or staff of its station. `staff`: whoever is signed in."""

View = TypeVar("View", bound=Callable[..., Any])


def open_to(audience: Audience) -> Callable[[View], View]:
    """Say who may open a route, directly below its `@blueprint.get(...)`; kept as `view.__audience__`."""

    def mark(view: View) -> View:
        view.__audience__ = audience  # type: ignore[attr-defined]  # functions take attributes
        return view

    return mark


def audience_of(view: object) -> str | None:
    """Who may open this view, or None where nobody said."""
    return getattr(view, "__audience__", None)
