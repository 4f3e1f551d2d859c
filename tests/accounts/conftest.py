"""What the tests of accounts share."""

from collections.abc import Iterator

import pytest

from tests.accounts.browsing import at


@pytest.fixture
def stopped() -> Iterator[None]:
    """Time stands still at NOW."""
    with at():
        yield
