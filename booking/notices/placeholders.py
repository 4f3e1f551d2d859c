"""What may stand in braces in a text that a desk writes to groups: {name}, {time} and a few more; pure."""

import re
from collections.abc import Mapping

PLACEHOLDERS = ("name", "time", "title", "organisation", "reference")
"""The contact, the start on the group's clock, what it is, who comes, and the number of the booking."""

_HELD = re.compile(r"\{([^{}]*)\}")


def wrong_placeholders(text: str) -> list[str]:
    """What stands in braces and means nothing, then single braces; empty where all of it can be filled in."""
    named = [f"{{{name}}}" for name in _HELD.findall(text) if name not in PLACEHOLDERS]
    single = re.findall(r"[{}]", _HELD.sub("", text))
    return list(dict.fromkeys([*named, *single]))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the values in their places; whatever else stands in braces stays."""
    return _HELD.sub(lambda found: values.get(found[1], found[0]), text)
