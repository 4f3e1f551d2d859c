"""The official number: the desk, then the guide, the platform with what leaders said, the teacher. Pure rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.attendance.rules import NOTHING, Official, Word, multiplied, official
from booking.attendance.terms import Choice, Source

TEACHER, GUIDE, PLATFORM, DESK = Source.TEACHER, Source.GUIDE, Source.PLATFORM, Source.DESK
people = st.none() | st.integers(0, 400)
spoken = st.builds(Word, st.sampled_from([TEACHER, GUIDE, PLATFORM]), people)
chosen = st.builds(Word, st.just(DESK), people, st.sampled_from(["", *Choice]), st.just("why"))
words = st.lists(spoken | chosen, max_size=12)


def leaders_of(said: list[Word]) -> list[int]:
    """What the leader of one group said last."""
    last = next((word.attended for word in reversed(said) if word.source is TEACHER), None)
    return [] if last is None else [last]


def of(*said: Word) -> Official:
    """The official number of one group."""
    return official(said, leaders_of(list(said)))


def test_the_guides_number_stands_before_teacher_and_platform() -> None:
    assert of(Word(TEACHER, 31), Word(GUIDE, 29), Word(PLATFORM, 3)) == Official(29, "guide")


def test_a_platform_counts_screens_and_the_leader_says_how_many_sit_at_the_own_one() -> None:
    assert of(Word(TEACHER, 31), Word(PLATFORM, 3)) == Official(33, "platform")
    assert of(Word(PLATFORM, 3)) == Official(3, "platform")
    assert of(Word(TEACHER, 31), Word(PLATFORM, 0)) == Official(31, "platform")
    assert multiplied(20, [10, 5]) == 33


def test_the_teachers_own_number_is_the_last_resort() -> None:
    assert of(Word(TEACHER, 31)) == Official(31, "teacher")
    assert of() == NOTHING == Official(None, "")


def test_a_desk_takes_a_source_with_a_reason_and_follows_it() -> None:
    took = Word(DESK, 33, Choice.PLATFORM, "The guide left early")
    said = [Word(TEACHER, 31), Word(GUIDE, 29), Word(PLATFORM, 3), took]
    assert of(*said) == Official(33, "platform", "The guide left early")
    assert of(*said, Word(PLATFORM, 4)) == Official(34, "platform", "The guide left early")
    assert of(*said, Word(PLATFORM, None)) == Official(29, "guide")
    assert of(*said, Word(DESK, None, Choice.RULE)) == Official(29, "guide")


def test_a_number_that_was_loaded_gives_way_to_a_guide_and_not_to_a_teacher() -> None:
    assert official([Word(TEACHER, 31)], [31], loaded=25) == Official(25)
    assert official([Word(GUIDE, 29)], loaded=25) == Official(29, "guide")
    assert official([Word(GUIDE, None)], loaded=25) == Official(25)


@pytest.mark.parametrize("source", list(Source))
def test_nothing_is_never_zero_and_zero_is_never_nothing(source: Source) -> None:
    assert of(Word(source, 0)).attended == 0
    assert of(Word(source, None)).attended is None


@given(words, st.integers(0, 400))
def test_a_later_teacher_never_overrides_a_guide(said: list[Word], number: int) -> None:
    before = of(*said, Word(GUIDE, 7), Word(DESK, None, Choice.RULE))
    after = of(*said, Word(GUIDE, 7), Word(DESK, None, Choice.RULE), Word(TEACHER, number))
    assert before == after == Official(7, "guide")


@given(words, st.none() | st.integers(0, 400))
def test_the_desks_own_number_stands_against_everybody(said: list[Word], number: int | None) -> None:
    others = [word for word in said if word.source is not DESK]
    assert of(*said, Word(DESK, number, "", "counted"), *others) == Official(number, "desk", "counted")


@given(words)
def test_only_the_last_word_of_each_source_counts(said: list[Word]) -> None:
    last = {word.source: word for word in said}
    assert of(*said) == of(*last.values())


@given(st.permutations([Word(TEACHER, 31), Word(GUIDE, 29), Word(PLATFORM, 3), Word(DESK, 30)]))
def test_in_which_order_the_sources_speak_does_not_matter(said: list[Word]) -> None:
    assert of(*said) == Official(30, "desk")


@given(words)
def test_a_number_is_always_somebodys_word(said: list[Word]) -> None:
    found = of(*said)
    assert (found.attended is None) or found.source in set(Source)
    assert not found.reason or any(word.source is DESK for word in said)


@given(st.integers(0, 400), st.lists(st.integers(1, 60), max_size=10))
def test_leaders_never_make_a_platforms_number_smaller(connections: int, said: list[int]) -> None:
    assert multiplied(connections, said) >= max(connections, sum(said))
