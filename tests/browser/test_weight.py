"""The longest list of times that can be asked for."""

import re

import pytest

from tests.browser.house import House
from tests.browser.test_looks import MOST_BYTES, weight

LONGEST = "/?limit=300&time_zone=Asia/Seoul&from=2026-12-14&to=2026-12-31"


@pytest.mark.parametrize("narrowed", ["", "&station=NYC", "&station=VIE&language=en"])
def test_three_hundred_times_are_light_still(house: House, narrowed: str) -> None:
    answer = house.app.test_client().get(LONGEST + narrowed, base_url=house.url)
    times = len(re.findall(r'<button name="slot"', answer.text))
    assert times == 300
    assert weight(answer.text) < MOST_BYTES
