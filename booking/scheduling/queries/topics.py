"""On what speakers brief."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.models import Offering
from booking.db import table_of
from booking.scheduling.models import GuideTopic
from booking.scheduling.rules import GENERAL_THEMES

OFTEN_ASKED = frozenset({"human-rights-racism-xenophobia", "refugees", "human-rights", "peace-and-security"})
_TOPIC = table_of(GuideTopic).c


def topics_of(session: Session, guide_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    """The codes of their topics, by the id of the guide or speaker; who has named none is left out."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = session.execute(select(_TOPIC.guide_id, _TOPIC.topic).where(_TOPIC.guide_id.in_(guide_ids)))
    for guide_id, topic in rows:
        found[guide_id].add(topic)
    return {guide_id: frozenset(topics) for guide_id, topics in found.items()}


def topics_offered(session: Session) -> frozenset[str]:
    """The topics that a speaker may name: those of offerings, those often asked for, those somebody has."""
    themes = session.execute(select(table_of(Offering).c.theme).distinct()).scalars()
    return (frozenset(themes) | OFTEN_ASKED | topics_known(session)) - GENERAL_THEMES


def topics_known(session: Session) -> frozenset[str]:
    """Every topic on which somebody briefs."""
    return frozenset(session.execute(select(_TOPIC.topic).distinct()).scalars())
