"""The secret addresses of calendars to subscribe to; raising a feed's generation ends the old one."""

import re

from booking.accounts.links import LENGTH, is_signed, signed
from booking.scheduling.links import public_url

PURPOSE = "feed"
_SECRET = re.compile(rf"([1-9][0-9]{{0,8}})-([A-Za-z0-9_-]{{{LENGTH}}})")
_NO_GENERATION = 0


def feed_url(feed_id: int, generation: int) -> str:
    """The address of a feed."""
    return public_url(f"/calendars/{feed_id}-{signed(PURPOSE, feed_id, generation)}.ics")


def station_feed_url(code: str) -> str:
    """The address of a station's public feed."""
    return public_url(f"/stations/{code}/events.ics")


def as_webcal(url: str) -> str:
    """The same address in the form that a calendar program opens as a subscription."""
    return f"webcal:{url.partition(':')[2]}"


def parts_of(secret: str) -> tuple[int, str]:
    """The id of the feed and the token in a secret; (0, "") for what is none."""
    found = _SECRET.fullmatch(secret)
    return (int(found[1]), found[2]) if found else (0, "")


def opens(token: str, feed_id: int, generation: int | None) -> bool:
    """Whether the token is that of this feed. Without a generation there is no such feed: the work is the same."""
    return is_signed(token, PURPOSE, feed_id, generation or _NO_GENERATION) and generation is not None
