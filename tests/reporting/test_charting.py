"""Charts: on a round scale, mirrored for readers from right to left, with a mark for the year before."""

import re

import pytest

from booking.reporting.charting import Column, ceiling, columns, parts

MONTHS = [Column("Jul", 10, 20), Column("Aug", None), Column("Sep", 40)]


def starts(path: str) -> list[float]:
    return [float(x) for x in re.findall(r"M(-?[\d.]+) ", path)]


def widths(path: str) -> list[float]:
    return [float(x) for x in re.findall(r"h([\d.]+)", path)]


@pytest.mark.parametrize(
    ("numbers", "top"), [([], 10), ([0], 10), ([1], 10), ([10], 10), ([11], 20), ([2508], 3000), ([99_999], 100_000)]
)
def test_a_scale_ends_with_a_round_number(numbers: list[int], top: int) -> None:
    assert ceiling(numbers) == top


def test_what_nobody_recorded_has_no_column_and_what_was_a_year_before_a_mark() -> None:
    chart = columns(MONTHS, 40, str, is_mirrored=False)
    assert len(starts(chart.bars)) == 2
    assert len(starts(chart.marks)) == 1
    assert re.findall(r"M[\d.]+ ([\d.]+)h", chart.bars) == ["102", "12"]
    assert re.findall(r" ([\d.]+)h", chart.marks) == ["72"]
    assert [one.text for one in chart.labels] == ["Jul", "Aug", "Sep"]
    assert [one.text for one in chart.scale] == ["20", "40"]


def test_from_right_to_left_each_column_stands_as_far_from_the_other_edge() -> None:
    plain, mirrored = (columns(MONTHS, 40, str, is_mirrored=is_mirrored) for is_mirrored in (False, True))
    ends = [x + wide for x, wide in zip(starts(plain.bars), widths(plain.bars), strict=True)]
    assert starts(mirrored.bars) == [pytest.approx(220 - end, abs=0.11) for end in ends]
    assert [float(one.x) for one in mirrored.labels] == [
        pytest.approx(220 - float(one.x), abs=0.11) for one in plain.labels
    ]


def test_long_labels_are_left_out_rather_than_written_over_each_other() -> None:
    many = [Column("septembre", 1) for _each in range(12)]
    assert len(columns(many, 10, str, is_mirrored=False).labels) == 3


def test_the_longest_bar_is_whole_and_the_shortest_is_seen() -> None:
    assert parts([400, 100, 1, 0]) == [100, 25, 1, 0]
    assert parts([]) == []
    assert parts([0]) == [0]
