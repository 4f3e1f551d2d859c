"""What somebody must do before a sign-in counts."""

from collections.abc import Collection

from booking.accounts.terms import Person, Role, Staff, Step

NEED_SECOND_FACTOR = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
"""They see the names and addresses of groups, or other people's accounts."""


SHORTEST_PASSWORD, SHORTEST_ALONE = 12, 15
"""Characters of a password, and of one that nothing stands beside."""


def needs_second_factor(staff: Staff) -> bool:
    """Whether one of the person's roles asks for a second factor; a guide may have one."""
    return any(role in NEED_SECOND_FACTOR for role, _station in staff.roles)


def shortest_password(roles: Collection[tuple[Role, str]], *, has_second_factor: bool) -> int:
    """How many characters the person's password has at least."""
    has_or_will = has_second_factor or any(role in NEED_SECOND_FACTOR for role, _station in roles)
    return SHORTEST_PASSWORD if has_or_will else SHORTEST_ALONE


def next_step(person: Person) -> Step | None:
    """What is still missing: the code, or setting up the second factor; None where the person is in."""
    if person.second_factor_waived:
        return None
    if not person.has_second_factor:
        return Step.SET_UP if needs_second_factor(person.staff) else None
    if person.sign_in_id is None or person.gave_second_factor:
        return None
    return Step.CODE


def is_in_reach(roles: Collection[tuple[Role, str]], reach: frozenset[str] | None) -> bool:
    """Whether an administrator of these stations (None: of all) may shut somebody with these roles out of everything.

    Whoever works at another station too is in the hands of its administrators as well: only the roles here are.
    """
    return reach is None or all(station in reach for _role, station in roles)
