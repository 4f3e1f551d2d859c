"""Clients that book over and over, in a process of their own: `python clients.py '{...}'` prints what they saw.

Each keeps one connection to 127.0.0.1 open and sends its next booking when the last is answered, until the time or the
number of bookings is over. No client library: what the clients cost would be taken from the server they measure.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from secrets import token_hex

LONGEST_S, MOST = 120.0, 100_000
ANSWERED_WITHIN_S = 60.0


@dataclass(frozen=True)
class Load:
    """What is sent: `clients` at once book one place in each of `events` in turn, for `seconds` or `orders` times."""

    port: int
    clients: int
    events: list[str]
    seconds: float = LONGEST_S
    orders: int = MOST


@dataclass
class Seen:
    """The answers: how many of each status, the milliseconds each took, and the seconds that all took together."""

    statuses: Counter[str] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    odd: str = ""


def request(run: str, number: int, event: str) -> bytes:
    """A booking by a group that nobody has seen before."""
    body = {
        "slot": f"e.{event}",
        "organisation": {"name": f"College {run} {number}", "type": "university", "country": "FR"},
        "contact": {"name": "Ada Example", "email": f"c{run}-{number}@example.org", "time_zone": "Europe/Paris"},
        "size": 1,
        "youngest_age": 20,
        "technical_contact": {"name": "Tess Example", "email": "tess@example.org"},
    }
    text = json.dumps(body).encode()
    head = (
        "POST /api/v1/bookings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {run}-{number}\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    return head.encode() + text


async def answer(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """Status and body of the next answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    fields = head.lower().split(b"\r\n")
    length = next(int(line[15:]) for line in fields if line.startswith(b"content-length:"))
    return head[9:12].decode(), await reader.readexactly(length)


async def client(load: Load, run: str, numbers: Iterator[int], end: float, seen: Seen) -> None:
    """One of the clients."""
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    while time.perf_counter() < end and (number := next(numbers)) < min(load.orders, MOST):
        writer.write(request(run, number, load.events[number % len(load.events)]))
        begun = time.perf_counter()
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            status, body = await answer(reader)
        seen.ms.append((time.perf_counter() - begun) * 1000)
        seen.statuses[status] += 1
        if status != "201":
            seen.odd = body[:300].decode()
    writer.close()


async def book(load: Load) -> Seen:
    """Let all of them book."""
    seen, numbers, run = Seen(), count(), token_hex(4)
    begun = time.perf_counter()
    end = begun + min(load.seconds, LONGEST_S)
    async with asyncio.TaskGroup() as clients:
        for _ in range(load.clients):
            clients.create_task(client(load, run, numbers, end, seen))
    seen.seconds = time.perf_counter() - begun
    return seen


if __name__ == "__main__":
    print(json.dumps(vars(asyncio.run(book(Load(**json.loads(sys.argv[1])))))))
