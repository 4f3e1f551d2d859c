"""What somebody typed, made safe to keep: one door for forms, the API and files.

Text is kept in NFC and measured in code points. What can be no part of a name or a note (NUL, control characters,
lone surrogates, the mark that a broken encoding leaves) is refused, never repaired; marks that would turn the
neighbouring text around are taken out without a word, since word processors copy them along unseen.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from email_validator import EmailNotValidError, validate_email

LINE_LENGTH = 200
"""Code points of a name or a title."""
TEXT_LENGTH = 2_000
"""Code points of a note."""
EMAIL_LENGTH = 254
"""Octets of an address, RFC 5321."""
WEB_ADDRESS_LENGTH = 500
"""Code points of an address on the web."""

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # bidi embeddings, overrides and isolates
_EDGES = " \t\n\u00a0\u200b\u2060\ufeff"
_BREAKS = re.compile("[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BROKEN = re.compile("[\ufffd\ufffe\uffff]")
_WEB_ADDRESS = re.compile(r"https://[!#-;=?-\[\]_a-z{-~]+", re.IGNORECASE)
_DIGITS = re.compile(r" *(-?)([0-9]+) *")
_NUMERIC = re.compile(r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)")
_WAYS_IN = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "fec0::/10"))
"""IPv6 networks that lead to an IPv4 address written inside, or nowhere public."""
_MOST_DIGITS = 18
LARGEST_NUMBER = 2**31 - 1
"""The largest that a column of numbers holds, and that an id or a version can be."""


class InputRefused(ValueError):
    """A text or number that cannot be kept. `code` names why, `values` what its sentence needs."""

    def __init__(self, code: str, **values: int) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, int] = values


class Blank(InputRefused):
    """Nothing was typed, or nothing that can be seen."""

    def __init__(self) -> None:
        super().__init__("blank")


def clean_line(text: str, max_length: int = LINE_LENGTH) -> str:
    """One line of text; `InputRefused` blank, surrogate, broken, line_break, control or too_long(max)."""
    if _BREAKS.search(text.strip(_EDGES)):
        raise InputRefused("line_break")
    if "\t" in text.strip(_EDGES):
        raise InputRefused("control")
    return _clean(text, max_length)


def clean_text(text: str, max_length: int = TEXT_LENGTH) -> str:
    """Text of several lines, their ends made one character; `InputRefused` as for a line, breaks and tabs allowed."""
    return _clean(text.replace("\r\n", "\n").replace("\r", "\n"), max_length)


def _clean(text: str, max_length: int) -> str:
    _refuse_unwritable(text)
    kept = unicodedata.normalize("NFC", _TURNING.sub("", text)).strip(_EDGES)
    if not _is_visible(kept):
        raise Blank
    if len(kept) > max_length:
        raise InputRefused("too_long", max=max_length)
    return kept


def _refuse_unwritable(text: str) -> None:
    """What no database, mail or calendar should ever meet."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise InputRefused("surrogate")
    if _BROKEN.search(text):
        raise InputRefused("broken")
    if _CONTROLS.search(text):
        raise InputRefused("control")


def _is_visible(text: str) -> bool:
    """Whether anything is left to see: format signs (Cf), separators and combining marks alone are nothing."""
    return any(unicodedata.category(sign)[0] not in "ZCM" for sign in text)


def clean_email(text: str) -> str:
    """A plain address, domain in lower case, NFC; `InputRefused` email besides the codes of a line. Asks no server."""
    line = clean_line(text, EMAIL_LENGTH)
    try:
        return validate_email(line, check_deliverability=False, strict=True).normalized
    except EmailNotValidError as error:
        raise InputRefused("email") from error


def email_for_staff(address: str) -> str:
    """An address with its domain as it travels beside it, where letters of one script may stand for another's (A50)."""
    if address.isascii():
        return address
    try:
        domain = validate_email(address, check_deliverability=False).ascii_domain
    except EmailNotValidError:
        return address
    return address if address.endswith(f"@{domain}") else f"{address} ({domain})"


def clean_web_address(text: str) -> str:
    """An https address in its one spelling; `InputRefused` web_address, inside, or the codes of a line. Asks no server.

    Nobody's name or password stands in it, nor anything but ASCII: it goes into mails and calendars as it is. Nor does
    it lead whoever follows it to a machine of a network of their own.
    """
    line = clean_line(text, WEB_ADDRESS_LENGTH)
    if not _WEB_ADDRESS.fullmatch(line):
        raise InputRefused("web_address")
    try:
        parts = urlsplit(line)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise InputRefused("web_address") from error
    if not host or "@" in parts.netloc:
        raise InputRefused("web_address")
    if leads_inside(host):
        raise InputRefused("inside")
    at = f"[{host}]" if ":" in host else host
    netloc = at if port in {None, 443} else f"{at}:{port}"
    return urlunsplit(("https", netloc, parts.path or "/", parts.query, parts.fragment))


def leads_inside(host: str) -> bool:
    """Whether a host is an ip of the inside, however it is written, or a name that nothing of the internet has."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        name = host.rstrip(".").lower()
        _rest, dot, last = name.rpartition(".")
        return not dot or last == "localhost" or bool(_NUMERIC.fullmatch(last))
    return not is_public(host)


def is_public(text: str) -> bool:
    """Whether an ip address is one of the public internet: not private, shared, local, reserved, nor a way to those."""
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.scope_id or any(ip in network for network in _WAYS_IN):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def clean_int(text: str, low: int, high: int) -> int:
    """A whole number in ASCII digits, spaces around it; `InputRefused` digits, too_small(min) or too_large(max)."""
    if not text.strip(_EDGES):
        raise Blank
    found = _DIGITS.fullmatch(text)
    if not found:
        raise InputRefused("digits")
    sign, digits = found.groups()
    if len(digits) > _MOST_DIGITS:
        raise InputRefused("too_small", min=low) if sign else InputRefused("too_large", max=high)
    return in_range(int(sign + digits), low, high)


def number_in(text: str, most: int = LARGEST_NUMBER) -> int | None:
    """The number that our own page wrote into an address or a hidden field; None for all but ASCII digits up to `most`.

    What people type goes by `clean_int`, which says what is wrong with it.
    """
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number and int(text) <= most else None


def in_range(number: int, low: int, high: int) -> int:
    """The number itself, if it lies between both; `InputRefused` too_small(min) or too_large(max)."""
    if number < low:
        raise InputRefused("too_small", min=low)
    if number > high:
        raise InputRefused("too_large", max=high)
    return number


_OWN_PATH = re.compile(r"/[A-Za-z0-9][!-\[\]-~]{0,2000}|/")


def own_path(wish: str | None) -> str | None:
    """The wish, if it is a path of this site, to which somebody may be sent after signing in; else None.

    It begins with one slash and a letter or digit: nothing that a browser could read as the name of another host. It
    holds visible ASCII signs only, and no backslash.
    """
    return wish if wish and _OWN_PATH.fullmatch(wish) else None
