"""Send a body to an address that somebody typed: with the care of `fetching`, and no redirect followed."""

from collections.abc import Mapping

from booking.http.fetching import (
    STRICT,
    Asked,
    Deadline,
    FetchRefused,
    Limits,
    Resolver,
    addresses_of,
    answered,
    check_address,
    connected,
)

READ_AT_MOST = 4_096  # bytes of an answer, which nobody needs: a receiver that sees its answer taken is content


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    limits: Limits = STRICT,
    resolve: Resolver = addresses_of,
) -> int:
    """The status with which the body was answered, a redirect's included; FetchRefused where there was no answer.

    The name is resolved once, each of its addresses looked at, and the connection made to one of these. All of it
    ends when the limits' time is over.
    """
    deadline = Deadline(limits.most_seconds)
    parts = check_address(url, limits)
    asked = Asked("POST", {**headers, "Accept-Encoding": "identity", "Connection": "close"}, body)
    with connected(parts, limits, deadline, resolve) as stream, answered(stream, parts, asked, deadline) as answer:
        answer.read1(READ_AT_MOST)
        if deadline.is_over:
            raise FetchRefused("too_slow")
        return answer.status
