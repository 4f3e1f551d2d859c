"""Who is who in a report, and who is no participant."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from booking.attendance.platform_reports.drafts import Draft, Line
from booking.attendance.platform_reports.terms import KeyKind, PersonKey, Reason
from booking.attendance.platform_reports.words import ROLES, Field, folded, without_guest

MOST_OF_A_NAME = 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_IN_BRACKETS = re.compile(r"^(?P<name>.*?) ?\((?P<email>[^@\s()]+@[^@\s()]+)\)$")


def key_of(line: Line) -> PersonKey:
    """By what a row's person is told apart: the address, else the platform's id, else the name, else the connection."""
    email, name = email_of(line), folded(line.name)
    if email:
        return PersonKey(KeyKind.EMAIL, email)
    if line.upn and line.session:
        return PersonKey(KeyKind.PLATFORM_ID, folded(line.upn))
    if name:
        return PersonKey(KeyKind.NAME, name)
    return PersonKey(KeyKind.CONNECTION, folded(line.session) or f"row {line.row}")


def email_of(line: Line) -> str:
    """The address in a row, in lower case; Teams writes it as the participant's id too. Empty where there is none."""
    found = (folded(text) for text in (line.email, line.upn))
    return next((text for text in found if _EMAIL.fullmatch(text)), "")


def shown(name: str) -> str:
    """A name as it may be shown: one line, nothing unseen that would turn or hide its neighbours."""
    if name.isascii() and name.isprintable():
        return " ".join(name.split())[:MOST_OF_A_NAME]
    plain = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} else sign for sign in name[: 4 * MOST_OF_A_NAME]
    )
    return unicodedata.normalize("NFC", " ".join(plain.split()))[:MOST_OF_A_NAME]


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names and addresses of people who are no participants, folded, and why."""

    reasons: Mapping[str, Reason]

    @classmethod
    def of(cls, named: Iterable[str], draft: Draft) -> "Hosts":
        """Those whom the reader names, and the host whom the report names."""
        found = dict.fromkeys(_spellings(draft.facts.get(Field.HOST, "")), Reason.HOST)
        for name in named:
            found.update(dict.fromkeys(_spellings(name), Reason.NAMED_BY_READER))
        return cls(found)

    def reason_for(self, lines: Collection[Line]) -> Reason | None:
        """Why the person of these rows is left out; None for a participant."""
        for line in lines:
            if line.reason or folded(line.role) in ROLES:
                return line.reason or ROLES[folded(line.role)]
        for line in lines:
            for text in (email_of(line), folded(line.name), without_guest(folded(line.name))):
                if text and text in self.reasons:
                    return self.reasons[text]
        return Reason.WAITING_ROOM if all(line.is_waiting for line in lines) else None


def _spellings(name: str) -> set[str]:
    """How somebody who is named so may be written: "Ada (ada@example.org)" names her twice."""
    plain = folded(name)
    found = _IN_BRACKETS.match(plain)
    both = {found["name"], found["email"]} if found else set()
    return {text for text in {plain, without_guest(plain), *both} if text}
