"""The vocabulary of who may do what."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is, at one station or at all of them."""

    GUIDE = "guide"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    SET_PASSWORD = "set-password"  # noqa: S105  a purpose, not a password
