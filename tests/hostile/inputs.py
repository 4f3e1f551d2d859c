"""What nobody should type: the numbered rows of the list of hostile inputs, by the kind of field they aim at."""

import os

TURNS = 1 if os.environ.get("HOSTILE") == "full" else 3
"""Of what is tried at each page, form and field, the next takes another third; `make fuzz` tries everything at each."""

REFUSED = {400, 413, 415, 422}
"""What an input that cannot be kept is answered with."""

LONG_TEXT = "x" * 10_001

UNKEEPABLE_LINES: dict[str, str | bytes] = {
    "A01 1 MB": "x" * 1_000_000,
    "A01 201 signs": "x" * 201,
    "A19 NUL": "a\x00b",
    "A20 half a character": b"a%ed%a0%80",
    "A21 no UTF-8": b"%ff%fe",
    "A21 a mark of broken text": "a\ufffdb",
    "A23 zero width": "\u200b\u200d\u2060\ufeff",
    "A26 escape": "Schule \x1b[31m",
    "A26 a second line": "Schule\r\nInjected: yes",
    "A26 a tab": "Schule\tWien",
    "A46 Bcc": "Bob\r\nBcc: e@example.org",
    "A47 U+2028": "Bob\u2028Bcc",
}
"""Bytes are urlencoded already."""

UNKEEPABLE_NOTES: dict[str, str | bytes] = {
    "A02 10,001 signs": LONG_TEXT,
    "A19 NUL": "a\x00b",
    "A20 half a character": b"a%ed%a0%80",
    "A21 no UTF-8": b"%ff%fe",
    "A26 escape": "Schule \x1b[31m",
}

UNKEEPABLE_NUMBERS: dict[str, str | bytes] = {
    "A06 NaN": "NaN",
    "A06 Infinity": "Infinity",
    "A08 5,000 digits": "9" * 5_000,
    "A09": "-1",
    "A11": "2147483648",
    "A12": "9223372036854775808",
    "A13": "1e3",
    "A14 full width": "\uff11\uff12",
    "A14 Arabic digits": "\u0662\u0664",
    "A15": "0x10",
    "a fraction": "5.5",
    "signed": "+5",
    "separated": "1_000",
    "A19": "5\x00",
    "A37": "5 OR 1=1",
}

UNKEEPABLE_ADDRESSES: dict[str, str | bytes] = {
    **{name: text for name, text in UNKEEPABLE_LINES.items() if not name.startswith("A01 2")},
    "A48 NUL": "a@example.org\x00",
    "A49 Bcc": "a@x.org\r\nBcc: e@x.org",
    "A49 quoted": '"q q"@x.org',
    "A49 two": "a,b@x.org",
    "A49 number": "a@[127.0.0.1]",
    "A49 local": "a@localhost",
    "A50 65 signs": f"{'a' * 65}@x.org",
    "no address": "nobody",
}

UNKEEPABLE_CHOICES: dict[str, str | bytes] = {
    "not on the list": "XX",
    "A27": "<script>alert(1)</script>",
    "A29": "javascript:alert(1)",
    "A37": "%' OR '1'='1",
    "A92 a path": "../de",
    "A92 a header": "en\r\nSet-Cookie:a=b",
    "A19": "a\x00",
    "A21": b"%ff",
}

LITERAL_LINES = {
    "A24 families": "👨‍👩‍👧‍👦" * 25,
    "A24 marks": "e" + "\u0301" * 100,
    "A27": "<script>alert(1)</script>",
    "A28": '"><img src=x onerror=alert(1)>',
    "A29": "javascript:alert(1)",
    "A30": "</textarea><svg/onload=1>",
    "A31 braces": "{{7*7}}",
    "A31 dollar": "${7*7}",
    "A31 percent": "%s%n{0}%(a)s",
    "A33": "</script><script>",
    "A37": "%' OR '1'='1 _ %",
    "A38": "=cmd|'/c calc'!A1",
    "A41": '","',
    "A43": 'Bob"; X-EVIL=1:x\\n^n',
    "right to left": "مدرسة فيينا",
}
"""Kept as they are, and inert wherever they are shown."""

LITERAL_NOTES = {
    **LITERAL_LINES,
    "A42": "Tour\r\nATTENDEE:mailto:evil@x.example\r\nEND:VEVENT",
    "A43 lines": 'Bob"\r\nX-EVIL:1',
}

ELSEWHERE = {
    "A51": "//evil.example",
    "A52": "/\\evil.example",
    "A53": "\t//evil.example",
    "A54": "https:evil.example",
    "A55": "http:///evil.example",
    "A56": "/\n/evil.example",
    "A57": "javascript:alert(1)",
    "A58": "https://ok@evil.example",
}
"""Where no page leads to."""
