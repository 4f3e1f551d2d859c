"""Only booking/clock.py asks the time; rules, reads and use cases are given it."""

import ast

import pytest

from tests.guards.tree import ROOT, calls, dotted, findings, imported, modules, modules_of

THE_ONLY_PLACE = ROOT / "booking" / "clock.py"
ASKING = {"now", "utcnow", "today"}
CLASSES = {"datetime", "date", "dt", "func"}
WHOLE_NAMES = {"time.time", "time.time_ns", "time.localtime", "time.gmtime", "func.current_timestamp"}
GIVEN_THE_TIME = {"terms", "rules", "models", "queries", "services", "forms"}


def questions_of_the_time(text: str) -> list[str]:
    """Calls that ask the machine or the database what time it is (a stop-watch such as perf_counter is none)."""
    found = []
    for call in calls(ast.parse(text)):
        name = dotted(call.func)
        before, _, last = name.rpartition(".")
        if name in WHOLE_NAMES or (last in ASKING and before.rpartition(".")[2] in CLASSES):
            found.append(f"{call.lineno}: {name}()")
    return found


def imports_of_the_clock(text: str) -> list[str]:
    """Imports of booking.clock, by whatever form."""
    names = [(line, name) for line, name in imported(ast.parse(text)) if f"{name}.".startswith("booking.clock.")]
    return [f"{line}: {name}" for line, name in names]


def test_nobody_asks_the_time_but_the_clock() -> None:
    assert findings([path for path in modules() if path != THE_ONLY_PLACE], questions_of_the_time) == []


def test_rules_reads_and_use_cases_are_given_the_time() -> None:
    assert findings(modules_of(*GIVEN_THE_TIME), imports_of_the_clock) == []


@pytest.mark.parametrize(
    "line",
    ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "time.time()", "func.now()", "sa.func.now()"],
)
def test_the_guard_sees_a_question_of_the_time(line: str) -> None:
    assert len(questions_of_the_time(line)) == 1


def test_the_guard_lets_the_clock_and_a_stop_watch_pass() -> None:
    assert questions_of_the_time("clock.now(); time.perf_counter(); time.monotonic()") == []
    assert imports_of_the_clock("from booking import clock") == ["1: booking.clock"]
    assert imports_of_the_clock("from booking.clock import now") == ["1: booking.clock.now"]
    assert imports_of_the_clock("from booking import clock_faces") == []
