"""The same looks from right to left: a file of its own, so that two processes share them."""

import pytest

from tests.browser.test_staff_looks import gallery, staffed, test_everybody_of_the_staff_can_use_it, visitors

__all__ = ["gallery", "staffed", "test_everybody_of_the_staff_can_use_it", "visitors"]


@pytest.fixture(scope="module")
def locale() -> str:
    """Arabic."""
    return "ar"
