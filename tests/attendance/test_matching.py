"""Who of a report belongs to which group: proposed with a reason, and left over where it is not sure."""

import pytest

from booking.attendance.matching import BookedGroup, Match, MatchReason, propose
from booking.attendance.platform_reports import Layout, Person, read_report
from booking.attendance.platform_reports.terms import KeyKind, PersonKey
from tests.attendance.samples import HOSTS, bytes_of

LAC = BookedGroup("LAC", "École du Lac", "5B", ("anne@lac.example.org",), ("Anne Dupont",))
LAC_6 = BookedGroup("LAC6", "École du Lac", "6A", ("marc@lac.example.org",), ("Marc Petit",))
RIFT = BookedGroup("RIFT", "Rift Valley Academy", "Form 3", ("office@gmail.com",), ("Wanjiru Kamau",))
SEOUL = BookedGroup("SEOUL", "서울국제학교", "", ("kim@seoul.example",), ("김민준",))
NOOR = BookedGroup("NOOR", "مدرسة النور", "", (), ("ليلى حسن",))
PLAIN = BookedGroup("PLAIN", "High School", "Grade 7", ("a@school.example.com",), ("Li Wu",))
ALL = (LAC, LAC_6, RIFT, SEOUL, NOOR, PLAIN)


def _person(name: str, email: str = "") -> Person:
    key = PersonKey(KeyKind.EMAIL, email) if email else PersonKey(KeyKind.NAME, name)
    return Person(key, name, email, 600, 1)


@pytest.mark.parametrize(
    ("name", "email", "reference", "reason"),
    [
        ("x", "ANNE@lac.example.org", "LAC", MatchReason.EMAIL),
        ("Dupont, Anne", "", "LAC", MatchReason.CONTACT),
        ("iPad de Anne Dupont (Guest)", "", "LAC", MatchReason.CONTACT),
        ("김민준 선생님", "", "SEOUL", MatchReason.CONTACT),
        ("Rift Valley Academy 2", "", "RIFT", MatchReason.ORGANIZATION),
        ("RIFT VALLEY", "", "RIFT", MatchReason.ORGANIZATION),
        ("서울국제학교 3반", "", "SEOUL", MatchReason.ORGANIZATION),
        ("مدرسة النور 2", "", "NOOR", MatchReason.ORGANIZATION),
        ("Ecole du Lac 6A", "", "LAC6", MatchReason.LABEL),
        ("5b laptop 1", "", "LAC", MatchReason.LABEL),
        ("Laptop 7", "x@pupils.school.example.com", "PLAIN", MatchReason.DOMAIN),
        ("Rift Valley Academy", "x@school.example.com", "RIFT", MatchReason.ORGANIZATION),
        ("Grade 7 laptop", "", "PLAIN", MatchReason.LABEL),
        ("Mrs Kamau", "", "RIFT", MatchReason.PART_OF_CONTACT),
        ("Petit", "x@lac.example.org", "LAC6", MatchReason.PART_OF_CONTACT),
    ],
)
def test_somebody_is_taken_for_one_of_a_group_by_the_surest_sign(
    name: str, email: str, reference: str, reason: MatchReason
) -> None:
    person = _person(name, email)
    assert propose([person], ALL).matches == (Match(person, reference, reason),)


@pytest.mark.parametrize(
    ("name", "email", "references"),
    [
        ("École du Lac", "", ("LAC", "LAC6")),
        ("Laptop", "x@lac.example.org", ("LAC", "LAC6")),
        ("High School", "", ()),
        ("Class", "", ()),
        ("Laptop", "x@gmail.com", ()),
        ("Laptop 7", "", ()),
        ("Li", "", ()),
        ("Black", "", ()),
        ("", "", ()),
        ("Laptop", "x@example", ()),
        ("Laptop", "x@org", ()),
    ],
)
def test_who_fits_no_group_or_several_is_left_over(name: str, email: str, references: tuple[str, ...]) -> None:
    (left,) = propose([_person(name, email)], ALL).left_over
    assert (left.references, left.is_ambiguous) == (references, bool(references))


def test_everybody_of_an_event_with_one_group_is_taken_for_one_of_it() -> None:
    proposal = propose([_person("Laptop"), _person("Rift Valley Academy")], [RIFT])
    assert [match.reason for match in proposal.of("RIFT")] == [MatchReason.ONLY_GROUP, MatchReason.ORGANIZATION]
    assert proposal.left_over == ()


def test_an_event_without_groups_leaves_everybody_over() -> None:
    assert len(propose([_person("Laptop"), _person("")], []).left_over) == 2


@pytest.mark.parametrize("layout", Layout)
def test_every_participant_is_matched_or_left_over_once(layout: Layout) -> None:
    people = read_report(bytes_of(layout), hosts=HOSTS.get(layout, [])).participants
    proposal = propose(people, ALL)
    placed = [*(one.person for one in proposal.matches), *(one.person for one in proposal.left_over)]
    assert sorted(placed, key=lambda one: one.key) == sorted(people, key=lambda one: one.key)
