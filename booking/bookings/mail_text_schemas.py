"""The shapes of mail texts in the API."""

from typing import Annotated

from pydantic import Field

from booking.http.api import Problem
from booking.http.inputs import Schema

_EXAMPLE = {"subject": "Welcome: {time}", "closing": "See [how to find us](https://visits.example.org/way)."}
MOST_PARTS = 20
LONGEST = 20_000


class WhichText(Schema):
    """Whose words."""

    locale: str = Field("", description="ar, zh, en, fr, ru or es; English without it.", max_length=10)
    station: str = Field(
        "",
        description="The code of a station of yours, or `all` for those that have no words of their own. "
        "Without it `all` for an administrator of all stations, else your first station.",
        max_length=40,
    )


class MailTextIn(Schema):
    """New words."""

    parts: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=LONGEST)]] = Field(
        description="Texts by the name of their part: subject and headings of one line, paragraphs in Markdown.",
        max_length=MOST_PARTS,
        examples=[_EXAMPLE],
    )


class MailKindOut(Schema):
    """A kind of mail."""

    kind: str
    label: str
    stations: bool = Field(description="Whether a station may have words of its own.")
    parts: list[str]


class OwnWordsOut(Schema):
    """A mail whose words are not the shipped ones."""

    kind: str
    locale: str
    station: str
    version: int
    parts: list[str]
    outdated: bool = Field(description="The shipped text of a part has changed since its own was written.")


class MailTextsOut(Schema):
    """All mails."""

    kinds: list[MailKindOut]
    own_words: list[OwnWordsOut]


class MailPartOut(Schema):
    """The words of one part."""

    name: str
    label: str
    text: str = Field(description="As mails say it now, with placeholders such as {time}.")
    otherwise: str = Field(description="What they would say without own words.")
    own: bool
    outdated: bool
    placeholders: list[str] = Field(description="Those that the part may hold.")
    required: list[str] = Field(description="Those that it must hold.")


class MailTextOut(Schema):
    """One mail in one locale."""

    kind: str
    locale: str
    station: str
    version: int = Field(description="0 where nobody has written it anew; also the ETag.")
    parts: list[MailPartOut]


class KeptWords(Schema):
    """The words that are kept."""

    version: int
    parts: dict[str, str]


class MailTextProblem(Problem):
    """Somebody else was first."""

    current: KeptWords
    asked: MailTextIn
