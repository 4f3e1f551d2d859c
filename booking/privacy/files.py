"""A contact's rows as files: JSON, and CSV with a line for each value."""

import csv
import json
from collections.abc import Mapping
from datetime import datetime
from io import StringIO

from booking.privacy.queries.own import Rows
from booking.sheets import guarded

MIME_TYPES = {"json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8"}


def as_json(rows: Mapping[str, Rows], now: datetime) -> bytes:
    """All of it under what it is; instants in UTC."""
    return json.dumps({"made_at": now.isoformat(), **rows}, ensure_ascii=False, indent=2).encode()


def as_csv(rows: Mapping[str, Rows]) -> bytes:
    """What a row is, its number among those, the name of a value, and the value; no cell runs as a formula."""
    text = StringIO(newline="")
    write = csv.writer(text, lineterminator="\r\n")
    write.writerow(("what", "number", "name", "value"))
    for what, found in rows.items():
        for number, row in enumerate(found, 1):
            write.writerows((what, number, name, guarded(_cell(value))) for name, value in row.items())
    return text.getvalue().encode()


def _cell(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
