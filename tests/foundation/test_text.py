"""What may be typed, and what is refused at the door."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.text import (
    Blank,
    InputRefused,
    clean_email,
    clean_int,
    clean_line,
    clean_text,
    clean_web_address,
    email_for_staff,
    number_in,
)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param("a\x00b", "control", id="A19 NUL"),
        pytest.param("a\ud800b", "surrogate", id="A20 lone surrogate"),
        pytest.param("\ufffd\ufffdx", "broken", id="A21 broken encoding"),
        pytest.param("\u200b\u200d\u2060", "blank", id="A23 zero width"),
        pytest.param("\u0301", "blank", id="a combining mark alone"),
        pytest.param("   ", "blank", id="spaces"),
        pytest.param("", "blank", id="nothing"),
        pytest.param("a\x1b[31mb", "control", id="A26 escape"),
        pytest.param("a\r\nb", "line_break", id="A26 CR LF"),
        pytest.param("a\u2028b", "line_break", id="A47 line separator"),
        pytest.param("a\x85b", "line_break", id="next line"),
        pytest.param("a\tb", "control", id="tab"),
        pytest.param("x" * 201, "too_long", id="too long"),
    ],
)
def test_a_line_that_cannot_be_kept_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        clean_line(typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("  Haneulsaem \n", "Haneulsaem", id="edges"),
        pytest.param("Schule \u202eexe.", "Schule exe.", id="A22 override"),
        pytest.param("E\u0301cole", "École", id="A25 NFD"),
        pytest.param(
            "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 40,
            "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 40,
            id="A24",
        ),
        pytest.param("<script>alert(1)</script>", "<script>alert(1)</script>", id="A27 kept literally"),
        pytest.param("{{7*7}} ${7*7} %s%n{0}", "{{7*7}} ${7*7} %s%n{0}", id="A31"),
    ],
)
def test_a_line_is_kept_as_it_reads(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


def test_length_is_counted_in_code_points_after_composing() -> None:
    assert clean_line("e\u0301" * 200) == "é" * 200


def test_a_note_keeps_its_lines_with_one_kind_of_end() -> None:
    assert clean_text("one\r\ntwo\rthree\tx") == "one\ntwo\nthree\tx"


def test_a_note_of_2001_code_points_is_too_long() -> None:
    with pytest.raises(InputRefused) as refused:
        clean_text("x" * 2001)
    assert (refused.value.code, refused.value.values) == ("too_long", {"max": 2000})


@given(st.text(max_size=60))
def test_what_is_kept_is_kept_unchanged_a_second_time(typed: str) -> None:
    try:
        kept = clean_line(typed)
    except InputRefused:
        return
    assert clean_line(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("A@EXAMPLE.org", "A@example.org"),
        (" sora@haneulsaem.example.org ", "sora@haneulsaem.example.org"),
        ("rene\u0301@example.org", "ren\u00e9@example.org"),
    ],
)
def test_one_address_is_written_one_way(typed: str, kept: str) -> None:
    assert clean_email(typed) == kept


def test_staff_see_what_a_domain_looks_like_and_what_it_is() -> None:
    kept = clean_email("a@xn--80ak6aa92e.com")
    assert email_for_staff(kept) == "a@\u0430\u0440\u0440\u04cf\u0435.com (xn--80ak6aa92e.com)"
    assert email_for_staff("ren\u00e9@example.org") == "ren\u00e9@example.org"
    assert email_for_staff("a@example.org") == "a@example.org"
    assert email_for_staff("") == ""


@pytest.mark.parametrize(
    "typed",
    [
        "a@x.org\r\nBcc: e@x.org",
        '"q q"@x.org',
        "a,b@x.org",
        "a@[127.0.0.1]",
        "a@localhost",
        "Bob <bob@example.org>",
        "x" * 65 + "@example.org",
        "a@\x00x.org",
        "a@example.org\u2028",
        "no-at-sign",
    ],
)
def test_an_address_that_could_harm_a_mail_is_refused(typed: str) -> None:
    with pytest.raises(InputRefused):
        clean_email(typed)


@pytest.mark.parametrize(("typed", "number"), [("28", 28), (" 5 ", 5), ("0028", 28), ("1", 1), ("300", 300)])
def test_a_number_is_plain_digits(typed: str, number: int) -> None:
    assert clean_int(typed, 1, 300) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("-1", "too_small"),
        ("0", "too_small"),
        ("301", "too_large"),
        ("2147483648", "too_large"),
        ("9223372036854775808", "too_large"),
        ("9" * 5000, "too_large"),
        ("-" + "9" * 5000, "too_small"),
        ("1e3", "digits"),
        ("\uff11\uff12", "digits"),
        ("0x10", "digits"),
        ("1_0", "digits"),
        ("+5", "digits"),
        ("5.0", "digits"),
        ("5\n", "digits"),
        ("NaN", "digits"),
    ],
)
def test_any_other_number_is_refused(typed: str, code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        clean_int(typed, 1, 300)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "10.0.0.7",
            "169.254.169.254",
            "100.64.0.1",
            "[::]",
            "[::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.7]",
        ),
        *(
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "intranet",
            "2130706433",
            "0x7f000001",
            "127.1",
            "0x7f.1",
            "10.0.0.010",
        ),
    ],
)
def test_no_address_leads_whoever_follows_it_inside(host: str) -> None:
    with pytest.raises(InputRefused) as refused:
        clean_web_address(f"https://{host}/room")
    assert refused.value.code == "inside"


@pytest.mark.parametrize("host", ["meet.example.org", "93.184.216.34", "[2606:2800:220:1::1]", "1.example.org", "a.x1"])
def test_an_address_of_the_internet_is_kept(host: str) -> None:
    assert clean_web_address(f"https://{host}/room") == f"https://{host}/room"


@pytest.mark.parametrize(("written", "number"), [("0", 0), ("28", 28), ("0028", 28), ("2147483647", 2_147_483_647)])
def test_a_number_of_an_address_is_read(written: str, number: int) -> None:
    assert number_in(written) == number


@pytest.mark.parametrize(
    "written",
    ["", " 5", "-1", "2147483648", "9" * 5000, "0001" + "9" * 5000, "1e3", "\uff11", "\u0661", "\u00b2", "1_0"],
)
def test_whatever_else_stands_in_an_address_is_no_number(written: str) -> None:
    assert number_in(written) is None


def test_a_number_of_an_address_has_a_largest_one() -> None:
    assert number_in("200", 200) == 200
    assert number_in("201", 200) is None


@pytest.mark.parametrize("typed", ["", "  ", "\u200b"])
def test_no_number_is_blank(typed: str) -> None:
    with pytest.raises(Blank):
        clean_int(typed, 1, 300)
