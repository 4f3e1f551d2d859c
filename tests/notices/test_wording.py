"""The desk's own words in mails: what may be written, what is made of it, and what is sent where it is broken."""

import logging
import re
from pathlib import Path

import pytest
from flask_babel import force_locale

from booking.i18n import LOCALES
from booking.notices import letters
from booking.notices.mail import compose
from booking.notices.wording import markup
from booking.notices.wording.checks import MOST, cleaned, faults, is_sound
from booking.notices.wording.kinds import KINDS
from booking.notices.wording.parts import PLACEHOLDERS, Part
from booking.settings import resource_dir
from booking.text import InputRefused
from tests.notices.letters_of_all_kinds import FULL, NOW, claimed, payload_of
from tests.notices.letters_of_all_kinds import KINDS as WRITTEN

pytestmark = pytest.mark.usefixtures("office")
EVENT_PARTS = [(kind, part) for kind in KINDS.values() for part in kind.parts]
ARABIC = "نرحب بكم في {station}"
HOSTILE = [
    "<style>p{display:none}</style>",
    '<form action="https://evil.example"><input name="pin"></form>',
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![a picture](https://evil.example/x.png)",
    "[here](javascript:alert(1))",
    "[here](JaVaScRiPt&#58;alert(1))",
    "[here](data:text/html;base64,PHNjcmlwdD4=)",
    '<a href="javascript:alert(1)" onclick="alert(1)" style="position:fixed">here</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<svg><script>alert(1)</script></svg>",
    '<a href="https://x.example/{organisation}">here</a>',
    "<!-- <script> -->",
]


def part_of(kind: str, name: str) -> Part:
    return KINDS[kind].by_name[name]


CLOSING = KINDS["booking_confirmed"].by_name["closing"]


def test_every_kind_of_mail_has_words_that_the_desk_may_write() -> None:
    shipped = {path.stem for path in Path(resource_dir("templates/mail")).glob("*.txt") if path.stem[0] != "_"}
    assert set(KINDS) == shipped
    assert set(WRITTEN) == shipped
    for kind in KINDS.values():
        assert len(kind.by_name) == len(kind.parts)
        assert set().union(*(part.placeholders for part in kind.parts)) <= set(PLACEHOLDERS)


def test_every_part_is_said_by_its_mail_and_no_other_is() -> None:
    folder = Path(resource_dir("templates/mail"))
    for name, kind in KINDS.items():
        plain, html = ((folder / f"{name}.{ending}").read_text(encoding="utf-8") for ending in ("txt", "html"))
        said = [set(re.findall(r'say\("(\w+)"\)', text)) | {"closing"} for text in (plain, html)]
        assert said[0] == set(kind.by_name), name
        subjects = {part for part in said[0] if part.startswith("subject")}  # a line of the text's head alone
        assert said[0] - subjects == said[1] - {"subject"}, name


def test_mails_about_the_security_of_an_account_keep_their_words() -> None:
    guarded = {kind.name for kind in KINDS.values() if kind.is_guarded}
    assert guarded == {"account_invitation", "password_reset", "password_changed", "second_factor_changed"}
    assert all([part.name for part in KINDS[name].parts] == ["closing"] for name in guarded)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_shipped_words_pass_their_own_checks(locale: str) -> None:
    with force_locale(locale):
        for kind, part in EVENT_PARTS:
            assert not part.shipped or is_sound(part, str(part.shipped)), (kind.name, part.name)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_can_be_written_in_other_words_in_every_locale(kind: str, locale: str) -> None:
    parts = KINDS[kind].parts
    own = {part.name: _other_words(part, locale) for part in parts}
    plain, edited = (
        letters.letter(claimed(kind, locale)),
        letters.letter(claimed(kind, locale), {(kind, locale, ""): own}),
    )
    marked = "مرحبا" if locale == "ar" else "Hear ye"
    assert marked in edited.text
    assert f"<strong>{marked}</strong>" in edited.html
    assert ('dir="rtl"' in edited.html) == (locale == "ar")
    assert "\n" not in edited.subject
    assert edited.subject
    assert max(len(line) for line in edited.text.splitlines() if "://" not in line) <= letters.LINE
    assert not re.search(r"\n\n\n|[{}]|\*\*", edited.text)
    for fact in re.findall(r"https?://\S+|\d\d:\d\d to \d\d:\d\d", plain.text):
        assert fact in edited.text


def _other_words(part: Part, locale: str) -> str:
    words = "مرحبا" if locale == "ar" else "Hear ye"
    names = " ".join(f"{{{name}}}" for name in sorted(part.placeholders))
    return f"{words} {names}" if part.is_line else f"**{words}**, {names}\n\n- one\n- [two](https://x.example.org)"


def test_the_words_of_a_station_come_before_those_of_all_and_no_locale_has_anothers() -> None:
    texts = {
        ("booking_confirmed", "en", ""): {"subject": "For all", "closing": "From everybody."},
        ("booking_confirmed", "en", "NYC"): {"subject": "From New York"},
        ("booking_confirmed", "en", "GVA"): {"subject": "From Geneva"},
        ("booking_confirmed", "fr", ""): {"subject": "Pour tous"},
    }
    english = letters.letter(claimed(), texts)
    assert english.subject == "From New York"
    assert "From everybody." in english.text
    assert "Your booking is confirmed." in english.text
    assert letters.letter(claimed(payload={**FULL, "station": "VIE"}), texts).subject == "For all"
    assert letters.letter(claimed(locale="fr"), texts).subject == "Pour tous"
    assert letters.letter(claimed(locale="ar"), texts).subject == letters.letter(claimed(locale="ar")).subject


@pytest.mark.parametrize(
    "broken", ["{tme}", "{", "{{7*7}}", "{0.__class__}", "a\nb", "x" * 201, "", 7, None, "\x00", "\u2028a", " a"]
)
def test_a_broken_text_in_the_database_is_not_sent_and_the_mail_goes(
    broken: object, caplog: pytest.LogCaptureFixture
) -> None:
    texts: dict[tuple[str, str, str], dict[str, str]] = {
        ("booking_confirmed", "en", ""): {"subject": broken}  # type: ignore[dict-item]  # written by hand
    }
    with caplog.at_level(logging.ERROR):
        assert letters.letter(claimed(), texts).subject == "Booked: Tue 1 Dec, 10:00 in Seoul"
    assert bool(caplog.records) == bool(broken)


def test_a_paragraph_that_lacks_its_deadline_is_not_sent() -> None:
    texts = {("waiting_offer", "en", ""): {"deadline": "Be quick."}}
    assert "kept for you until Fri 13 Nov" in letters.letter(claimed("waiting_offer"), texts).text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_has_no_place_in_a_mail_is_taken_out(hostile: str) -> None:
    text = f"Before {hostile} after\n\n{hostile}\n\nthe end"
    made, words = markup.html(text), markup.plain(text)
    tags = set(re.findall(r"<(\w+)", made))
    assert tags <= markup.TAGS
    assert re.findall(r"<\w+[^>]*\s(?!href=)\w+=", made) == []
    assert [href for href in re.findall(r'href="([^"]*)"', made) if not href.startswith("https://fine.example")] == []
    assert "Before" in words
    assert "the end" in words
    assert "alert(1)" not in words
    sent = letters.letter(claimed(), {("booking_confirmed", "en", ""): {"closing": text}}).html.partition("<body>")[2]
    assert not re.search("<(style|form|input|script|img|svg|iframe)|javascript:|onclick|onerror", sent, re.IGNORECASE)


def test_links_to_the_web_and_to_addresses_stay() -> None:
    text = "[a](https://fine.example/x?a=1&b=2) [b](mailto:a@fine.example) <https://fine.example>"
    assert re.findall('href="([^"]*)"', markup.html(text)) == [
        "https://fine.example/x?a=1&amp;b=2",
        "mailto:a@fine.example",
        "https://fine.example",
    ]


@pytest.mark.parametrize(
    "value", ["{time}", "**bold** [x](https://evil.example)", "<b>&", "a {organisation} %s {{7*7}}"]
)
def test_a_value_is_never_read_as_anything_but_text(value: str) -> None:
    texts = {("booking_confirmed", "en", ""): {"closing": "For **{organisation}**.", "subject": "To {organisation}"}}
    written = letters.letter(claimed(payload={**FULL, "organisation": value}), texts)
    assert written.subject == f"To {value}"
    assert f"For {value}." in written.text
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f"<p>For <strong><bdi>{escaped}</bdi></strong>.</p>" in written.html


def test_markdown_becomes_sensible_text() -> None:
    listed = "1. one\n2. two **strong**\n   - inner"
    text = f"Dear *all*,\nnext line\n\n{listed}\n\nSee [the map](https://x.example.org/map) or <a@x.example.org>."
    assert markup.plain(text) == (
        "Dear all,\nnext line\n\n1. one\n2. two strong\n  - inner\n\n"
        "See the map (https://x.example.org/map) or a@x.example.org."
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello {organisation}", []),
        ("50 % and %s and %(time)s", []),
        ("a\nb {tme}", [("unknown", "{tme}", 2, "{time}")]),
        ("{deadline}", [("unknown", "{deadline}", 1, "")]),
        ("{0.__class__}", [("unknown", "{0.__class__}", 1, "")]),
        ("{time!r}", [("unknown", "{time!r}", 1, "{time}")]),
        ("{ time }", [("unknown", "{ time }", 1, "{time}")]),
        ("say {time", [("brace", "say {time", 1, "")]),
        ("time} now", [("brace", "time} now", 1, "")]),
        ("a\n\n[x](javascript:alert)", [("link", "javascript:alert", 3, "")]),
        ("[x](/bookings)", [("link", "/bookings", 1, "")]),
        ("[x](https://x.example.org/{time})", [("placeholder_in_link", "https://x.example.org/%7Btime%", 1, "")]),
        ("[x](https://x.example.org) <mailto:a@x.example.org>", []),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, found: list[tuple[str, str, int, str]]) -> None:
    assert [(one.code, one.found, one.line, one.instead) for one in faults(CLOSING, text)] == found


def test_braces_around_braces_are_no_placeholder() -> None:
    assert {one.code for one in faults(CLOSING, "{{7*7}}")} == {"brace", "unknown"}
    assert not is_sound(CLOSING, "{{time}}")


def test_a_paragraph_that_must_name_its_deadline_says_so() -> None:
    assert [one.code for one in faults(part_of("waiting_offer", "deadline"), "Soon.")] == ["missing"]


def test_lengths_end_at_ten_thousand_and_subjects_stay_on_one_line() -> None:
    assert len(cleaned(CLOSING, "x" * MOST)) == 10_000
    subject = part_of("booking_confirmed", "subject")
    for part, text in ((CLOSING, "x" * 10_001), (subject, "x" * 201), (subject, "a\nb"), (subject, "a\u2028b")):
        with pytest.raises(InputRefused):
            cleaned(part, text)
    for text in ("a\r\nBcc: e@example.org", "a\x00b"):
        with pytest.raises(InputRefused):
            cleaned(subject, text)


@pytest.mark.parametrize("text", ["*" * 10_000, "[" * 10_000, "- " * 5_000, "<" * 10_000, "![" * 5_000, "{" * 10_000])
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    assert isinstance(markup.plain(text), str)
    assert isinstance(faults(CLOSING, text), tuple)


def test_a_mail_that_tries_words_says_so_and_uses_them() -> None:
    tried = {
        **payload_of("booking_confirmed"),
        "calendar": None,
        letters.DRAFTS: {"subject": "New for {title}", "opening": "{"},
    }
    kept = {("booking_confirmed", "en", ""): {"opening": "Kept."}}
    written = letters.letter(claimed(payload=tried), kept)
    assert written.subject == "Test: New for How a resolution is made"
    assert "Kept." in written.text


def test_the_subject_of_the_message_is_the_desks(office: object) -> None:
    settings = office.extensions["booking.settings"]  # type: ignore[attr-defined]  # the application
    texts = {("booking_confirmed", "ar", ""): {"subject": ARABIC}}
    message = compose(claimed(locale="ar"), settings, NOW, texts).message
    assert message["Subject"] == ARABIC.replace("{station}", letters.letter(claimed(locale="ar")).values["station"])
