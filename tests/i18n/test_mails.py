"""Every kind of mail in each language: subject, text, HTML and invitation hold no word of another one."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from booking.i18n import LOCALES
from booking.notices import letters
from booking.notices.invitations import invitation
from booking.notices.terms import Claimed
from tests.notices.letters_of_all_kinds import KINDS, claimed

pytestmark = pytest.mark.usefixtures("app")
TRANSLATED = [locale for locale in LOCALES if locale != "en"]
OTHER_SCRIPTS = ["ar", "zh", "ru"]
ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
WORD = re.compile(r"[A-Za-z]{3,}")
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
NAMES = {"UTC", "webhook"}
WRITTEN = "Come ten minutes early, Sora Hanbit."
"""What a desk wrote, with its placeholder filled."""


class _Shown(HTMLParser):
    """The texts of a mail's HTML part that are said in its own language."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.feed(STYLE.sub("", source))

    def handle_data(self, data: str) -> None:
        """Keep what a person reads."""
        if data.strip():
            self.texts.append(" ".join(data.split()))


def _parts(notice: Claimed) -> Iterator[str]:
    """What a person reads: paragraphs of the text, texts of the HTML, lines of the invitation."""
    letter = letters.letter(notice)
    yield letter.subject
    yield from (" ".join(part.split()) for part in letter.text.split("\n\n"))
    yield from _Shown(letter.html).texts
    entry = invitation(notice, "desk@example.org", notice.recipient)
    if entry:
        yield from (entry.summary, *entry.description.splitlines(), entry.location, entry.organizer_name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_speaks_one_language(kind: str) -> None:
    english = {part for part in _parts(claimed(kind)) if len(WORD.findall(ADDRESS.sub("", part))) > 1}
    given = json.dumps(claimed(kind).payload, ensure_ascii=False).replace("\\n", " ") + WRITTEN
    told = set(WORD.findall(given)) | NAMES
    for locale in TRANSLATED:
        parts = list(_parts(claimed(kind, locale)))
        same = {part for part in parts if part in english and part not in given}
        assert same == set(), locale
        if locale in OTHER_SCRIPTS:
            left = {word for part in parts for word in WORD.findall(ADDRESS.sub("", part))} - told
            assert left == set(), locale
