"""The desk works at one moment, unless a test moves the clock."""

from collections.abc import Iterator

import pytest

from booking import clock
from tests.builders import NOW


@pytest.fixture
def _at_now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield
