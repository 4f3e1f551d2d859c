"""How many bookings a second: through HTTP into one hot event and over 1,000, beside a bare view's.

The server is `booking run`, rate limits off; the yardstick is `bare.py` in the same kind of server. Both are measured
in turn, round by round, so that a slow moment of the machine meets both; the one that is not measured stands still.
The yardstick writes no mails, so the ratios are those of `booking run --no-worker`; what `booking run` does while its
worker sends a mail for each booking on the same processors is told below them. FULL=1 takes more and longer rounds.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from clients import Load
from databases import databases
from servers import Server, bare, product
from sqlalchemy import create_engine

from booking.bookings.models import Organisation
from booking.bookings.terms import OrganisationType
from booking.catalogue.models import Offering, Station, StationLanguage
from booking.catalogue.terms import Basis, Format, Kind, LanguagePolicy
from booking.db import Base, engine_options, table_of
from booking.i18n import Translated
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus, Visibility

FULL = os.environ.get("FULL") == "1"
ROUNDS, SECONDS = (5, 4.0) if FULL else (3, 0.7)
CLIENTS = (1, 4, 16)
EVENTS = 1000
PLACES, ATTEMPTS = 100, 400
HOT, SMALL = 1, 2
TARGETS = {"one hot event": [f"HOT-{HOT}"], f"{EVENTS:,} events": [f"HOT-{number}" for number in range(3, EVENTS + 3)]}
AT_LEAST, ORDERS, P95_MS, RACE_S = 0.5, 100, 300, 4


@dataclass
class Measured:
    """The rounds of one server."""

    rates: list[float] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)

    def add(self, seen: dict[str, object]) -> None:
        """A round; SystemExit where an answer was no booking."""
        statuses, ms = Counter(seen["statuses"]), seen["ms"]
        if set(statuses) != {"201"}:
            sys.exit(f"not all were booked: {dict(statuses)} {seen['odd']}")
        self.ms += ms
        self.rates.append(statuses["201"] / seen["seconds"])

    def __str__(self) -> str:
        return f"{self.rate:>10.0f}{statistics.median(self.ms):>8.1f}{percentile(self.ms, 95):>8.1f}"

    @property
    def rate(self) -> float:
        """Bookings a second, the median of the rounds."""
        return statistics.median(self.rates)


def percentile(values: list[float], part: int) -> float:
    """The value that so many in a hundred do not exceed."""
    return sorted(values)[max(0, -(-len(values) * part // 100) - 1)]


def load(server: Server, **what: object) -> dict[str, object]:
    """Let clients book at a server that runs meanwhile."""
    asked = json.dumps(asdict(Load(port=server.port, **what)))
    command = [sys.executable, str(Path(__file__).with_name("clients.py")), asked]
    with server.running():
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=150)
    return json.loads(done.stdout)


def fill(url: str) -> None:
    """A station, an offering, an event of 100 places, and events that never fill, 16 a day; ids are in the codes."""
    engine = create_engine(url, **engine_options(url))
    today = datetime.now(UTC).date()
    first = datetime.combine(today + timedelta(weeks=4, days=-today.weekday()), time(8), UTC)  # a Monday
    times = [first + timedelta(weeks=n // 80, days=n // 16 % 5, minutes=30 * (n % 16)) for n in range(EVENTS + 2)]
    rows: list[tuple[type[Base], list[dict[str, object]]]] = [
        (Station, [_station()]),
        (StationLanguage, [{"station_id": 1, "language": "en", "basis": Basis.OFFICIAL, "tours": True}]),
        (Offering, [_offering()]),
        (Organisation, [{"id": 1, "name": "-", "name_key": "-", "type": OrganisationType.SCHOOL, "country": "ZZ"}]),
        (Event, [_event(number, starts_at) for number, starts_at in enumerate(times, 1)]),
    ]
    with engine.begin() as connection:
        for model, values in rows:
            connection.execute(table_of(model).insert(), values)
    engine.dispose()


def _station() -> dict[str, object]:
    hours = {"virtual_opens": 0, "virtual_closes": 1440, "on_site_opens": 540, "on_site_closes": 1020}
    return {"id": 1, "code": "HOT", "name": "Hotville", "time_zone": "Europe/Vienna", **hours}


def _offering() -> dict[str, object]:
    return {
        "id": 1,
        "code": "P-HOT-01",
        "slug": "hot",
        "station_id": 1,
        "unit": "visitors-service",
        "title": Translated({"en": "Virtual tour"}),
        "kind": Kind.TOUR,
        "format": Format.VIRTUAL_LIVE,
        "theme": "united-nations-general",
        "audience": "mixed",
        "language_policy": LanguagePolicy.STATION,
        "duration_min": 60,
        "min_group": 1,
        "max_group": 35,
        "lead_working_days": 5,
        "min_age": 10,
    }


def _event(number: int, starts_at: datetime) -> dict[str, object]:
    return {
        "id": number,
        "code": f"HOT-{number}",
        "station_id": 1,
        "offering_id": 1,
        "unit": "visitors-service",
        "format": Format.VIRTUAL_LIVE,
        "kind": Kind.TOUR,
        "theme": "united-nations-general",
        "audience": "mixed",
        "language": "en",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "time_zone": "Europe/Vienna",
        "starts_local": f"{starts_at:%Y-%m-%dT%H:%M}",
        "starts_on": starts_at.date(),
        "capacity": PLACES if number == SMALL else 10_000_000,
        "taken": 0,
        "status": EventStatus.OPEN,
        "visibility": Visibility.OPEN,
    }


def measure(ours: Server, yardstick: Server, kind: str, target: str, clients: int) -> None:
    """One line of the table."""
    found = {ours: Measured(), yardstick: Measured()}
    for server in found:
        load(server, clients=clients, events=TARGETS[target], seconds=SECONDS / 2)
    for _ in range(ROUNDS):
        for server, measured in found.items():
            measured.add(load(server, clients=clients, events=TARGETS[target], seconds=SECONDS))
    ratio = found[ours].rate / found[yardstick].rate
    print(f"{kind:12}{target:15}{clients:>7}{found[ours]}{found[yardstick]}{ratio:>7.2f}", flush=True)


def alone(ours: Server, kind: str, target: str, clients: int) -> str:
    """One line of the second table."""
    measured = Measured()
    load(ours, clients=clients, events=TARGETS[target], seconds=SECONDS / 2)
    for _ in range(ROUNDS):
        measured.add(load(ours, clients=clients, events=TARGETS[target], seconds=SECONDS))
    return f"{kind:12}{target:15}{clients:>7}{measured}"


def race(server: Server, kind: str) -> str:
    """400 attempts at 100 places; SystemExit where not exactly 100 were booked."""
    seen = load(server, clients=16, events=[f"HOT-{SMALL}"], orders=ATTEMPTS)
    if seen["statuses"] != {"201": PLACES, "409": ATTEMPTS - PLACES}:
        sys.exit(f"{kind}: {ATTEMPTS} attempts at {PLACES} places: {seen['statuses']} {seen['odd']}")
    return f"{kind:12}{PLACES:>7} booked, {ATTEMPTS - PLACES} refused in {seen['seconds']:.1f} s"


def main() -> None:
    """Print both tables."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = stack.enter_context(databases(folder, ("ours", "bare")))
        print(f"bookings through HTTP; {ROUNDS} rounds of {SECONDS:g} s in turn with the bare view; times in ms")
        print(f"{'':34}{'booking run':^26}{'bare view':^26}")
        print(f"{'':27}clients{'orders/s     p50     p95':>26}{'orders/s     p50     p95':>26}  ratio")
        raced: list[str] = []
        sending: list[str] = []
        wanted = sys.argv[1:] or list(made)
        for kind in wanted:
            urls = made[kind]
            for url in urls.values():
                fill(url)
            home = folder / kind
            home.mkdir()
            with product(urls["ours"], home, "--no-worker") as ours, bare(urls["bare"], home) as yardstick:
                for target in TARGETS:
                    for clients in CLIENTS:
                        measure(ours, yardstick, kind, target, clients)
            with product(urls["ours"], home) as ours:
                sending.extend(alone(ours, kind, target, max(CLIENTS)) for target in TARGETS)
                raced.append(race(ours, kind))
        print("\nthe same with its worker, which sends a mail for each")
        print(*sending, sep="\n")
        print(f"\n{ATTEMPTS} attempts of 16 clients at an event with {PLACES} places (at most {RACE_S} s)")
        print(*raced, sep="\n")
        print(f"aims: ratio at least {AT_LEAST}; at 16 clients {ORDERS} orders/s, p95 under {P95_MS} ms")


if __name__ == "__main__":
    main()
