"""Who may give what: pure decisions."""

from booking.catalogue.terms import Kind
from booking.scheduling.terms import HostRole, Skill

GENERAL_THEMES = frozenset({"", "on-request", "united-nations-general"})
"""Themes that every guide can lead, and the one that says that the group names its own."""


def role_for(kind: Kind) -> HostRole:
    """A guide leads tours and visits, a speaker briefs."""
    return HostRole.SPEAKER if kind is Kind.BRIEFING else HostRole.GUIDE


def skill_needed(kind: Kind, audience: str, theme: str) -> Skill | None:
    """What a guide must be able to lead to give an offering; None for a general tour, and for what speakers give."""
    if kind is Kind.BRIEFING:
        return None
    if kind is Kind.COURTESY_VISIT:
        return Skill.PROTOCOL
    if audience == "children":
        return Skill.CHILDREN
    return None if theme in GENERAL_THEMES else Skill.THEMATIC
