"""Where things stand in the grid of a week."""

from hypothesis import given
from hypothesis import strategies as st

from booking.guiding.grid import MOST_LANES, Frame, lanes

NINE, TEN, ELEVEN = 540, 600, 660
windows = st.lists(
    st.tuples(st.integers(0, 1380), st.integers(15, 120)).map(lambda one: (one[0], min(one[0] + one[1], 1440))),
    max_size=12,
).map(sorted)


def test_the_grid_begins_with_a_full_hour_and_holds_the_usual_hours_and_whatever_lies_outside() -> None:
    assert Frame.around([], (NINE, 1020)) == Frame(9, 17)
    assert Frame.around([(485, 530), (1010, 1081)], (NINE, 1020)) == Frame(8, 19)
    assert Frame.around([(0, 1440)], (NINE, 1020)) == Frame(0, 24)


def test_a_quarter_of_an_hour_is_a_row() -> None:
    frame = Frame(8, 18)
    assert frame.css((TEN, ELEVEN)) == "r8 n4"
    assert frame.css((TEN + 5, ELEVEN + 5)) == "r8 n5"


def test_what_goes_beyond_the_grid_is_cut_at_its_ends() -> None:
    assert Frame(8, 18).css((0, 1440)) == "r0 n40"


def test_two_at_the_same_time_stand_side_by_side_and_a_third_one_later_has_the_whole_day() -> None:
    assert lanes([(NINE, TEN), (NINE, ELEVEN), (ELEVEN, ELEVEN + 60)]) == [(1, 2), (2, 2), (1, 1)]


def test_a_lane_is_used_again_when_it_is_free() -> None:
    assert lanes([(NINE, ELEVEN), (NINE, TEN), (TEN, ELEVEN)]) == [(1, 2), (2, 2), (2, 2)]


@given(windows)
def test_nothing_stands_in_front_of_anything_unless_there_are_too_many(day: list[tuple[int, int]]) -> None:
    placed = lanes(day)
    for place, (start, end) in enumerate(day):
        lane, share = placed[place]
        assert 1 <= lane <= share <= MOST_LANES
        for other in range(place):
            if day[other][1] > start and day[other][0] < end and share < MOST_LANES:
                assert placed[other][0] != lane
