"""A key is taken once, on each database; whoever finds it taken gives the first answer."""

import pytest

from booking.bookings.services.writing import Key, Replayed, answer_to, put_key
from booking.bookings.terms import KeyReused
from booking.db import transaction
from tests.builders import NOW

ANSWER = {"reference": "VE-AAAA-BBBB-CC"}
KEY = Key.of("key", "group:a@example.org", {"size": 1})


@pytest.mark.usefixtures("app")
def test_a_key_that_is_taken_is_not_taken_again() -> None:
    with transaction() as session:
        put_key(session, KEY, ANSWER, NOW)
        with pytest.raises(Replayed):
            put_key(session, KEY, {"reference": "VE-DDDD-EEEE-FF"}, NOW)
        assert answer_to(session, KEY) == ANSWER


@pytest.mark.usefixtures("app")
def test_a_key_of_another_caller_is_another_key() -> None:
    other = Key.of("key", "group:b@example.org", {"size": 1})
    with transaction() as session:
        put_key(session, KEY, ANSWER, NOW)
        assert answer_to(session, other) is None
        put_key(session, other, ANSWER, NOW)


@pytest.mark.usefixtures("app")
def test_a_key_with_another_request_is_refused() -> None:
    with transaction() as session:
        put_key(session, KEY, ANSWER, NOW)
        with pytest.raises(KeyReused):
            answer_to(session, Key.of("key", "group:a@example.org", {"size": 2}))
