"""The best roster, proven: HiGHS solves the steps one after the other.

What a step reached is a condition of the later ones. The relaxation of the load (guides in halves) says besides, by
reduced costs, which columns cannot change without giving its best up; those are fixed, and the last step is small.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, inf
from time import monotonic
from typing import TYPE_CHECKING

from booking.scheduling.roster.model import Answer, Question, score_of
from booking.scheduling.roster.programme import Programme, Row, Terms, parts_of, programme_of, steps_of

if TYPE_CHECKING:
    from highspy import Highs, HighsLp

TIME_LIMIT_S = 10.0
_SLACK = 1e-6
_TAKEN = 0.5
_OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,  # every figure is a whole number: less than one from the bound is the best
}


@dataclass
class Bounds:
    """Between what each column still may lie."""

    low: list[float]
    high: list[float]

    def fix(self, costs: list[float], room: float) -> None:
        """Fix what cannot move without costing more than `room` beyond the relaxation; `costs` are reduced costs."""
        for column, cost in enumerate(costs):
            if abs(cost) > _SLACK and self.low[column] < self.high[column]:
                most = floor((room + _SLACK) / abs(cost) + _SLACK)
                if cost > 0:
                    self.high[column] = min(self.high[column], self.low[column] + most)
                else:
                    self.low[column] = max(self.low[column], self.high[column] - most)


def solve(question: Question, time_limit_s: float = TIME_LIMIT_S) -> Answer:
    """The best roster; where the time ends first, the best that was found, and it says so."""
    question, until = question.in_order(), monotonic() + time_limit_s
    given: dict[int, int] = {}
    proven = True
    for part in parts_of(question):
        found, is_best = _solve_part(part, until)
        given |= found
        proven = proven and is_best
    return Answer(given, proven, score_of(question, given))


def _solve_part(part: Question, until: float) -> tuple[dict[int, int], bool]:
    """The best roster of a part, and whether that is proven."""
    made = programme_of(part)
    bounds, given = Bounds([0.0] * made.width, [1.0] * made.width), dict[int, int]()
    steps = [costs for costs in steps_of(made) if costs]
    for place, costs in enumerate(steps):
        given, is_best = _step(made, bounds, costs, given, until)
        if not is_best:
            return given, False
        reached = made.cost(costs, given)
        if 0 < place < len(steps) - 1:  # that so many are covered fixes next to nothing
            _narrow(made, bounds, costs, reached, until)
        made.rows.append(Row(-inf, reached, costs))
    return given, True


def _step(
    made: Programme, bounds: Bounds, costs: Terms, given: dict[int, int], until: float
) -> tuple[dict[int, int], bool]:
    """The best by these costs, and whether that is proven. `given` is where to begin."""
    import highspy  # noqa: PLC0415  a third of a second, and numpy: only a roster needs it

    solver = _solver(until)
    solver.passModel(_linear(made, bounds, costs, whole=True))
    if given:
        start = highspy.HighsSolution()
        start.col_value = made.values(given)
        solver.setSolution(start)
    solver.run()
    taken = solver.getSolution().col_value[: len(made.question.chances)]
    chosen = zip(made.question.chances, taken, strict=False)  # no values at all where the time ended before any
    found = {one.event: one.guide for one, value in chosen if value > _TAKEN}
    return found or given, solver.getModelStatus() == highspy.HighsModelStatus.kOptimal


def _narrow(made: Programme, bounds: Bounds, costs: Terms, reached: int, until: float) -> None:
    """Fix what cannot change without giving up what was reached."""
    import highspy  # noqa: PLC0415  the same

    relaxed = _solver(until)
    relaxed.passModel(_linear(made, bounds, costs))
    relaxed.run()
    if relaxed.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        bounds.fix(relaxed.getSolution().col_dual, reached - relaxed.getInfo().objective_function_value)


def _solver(until: float) -> "Highs":
    import highspy  # noqa: PLC0415  the same

    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the rest of it has types
    for name, value in {**_OPTIONS, "time_limit": max(until - monotonic(), 0.0)}.items():
        solver.setOptionValue(name, value)
    return solver


def _linear(made: Programme, bounds: Bounds, costs: Mapping[int, int], *, whole: bool = False) -> "HighsLp":
    """The programme as HiGHS takes it, row by row; `whole`: nobody gives half an event."""
    import highspy  # noqa: PLC0415  the same

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = made.width, len(made.rows)
    lp.col_cost_ = [float(costs.get(column, 0)) for column in range(made.width)]
    lp.col_lower_, lp.col_upper_ = bounds.low, bounds.high
    lp.row_lower_, lp.row_upper_ = [row.low for row in made.rows], [row.high for row in made.rows]
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * made.width
    matrix, ends = lp.a_matrix_, [0]
    for row in made.rows:
        ends.append(ends[-1] + len(row.terms))
    matrix.format_, matrix.start_ = highspy.MatrixFormat.kRowwise, ends
    matrix.num_col_, matrix.num_row_ = lp.num_col_, lp.num_row_
    matrix.index_ = [column for row in made.rows for column in row.terms]
    matrix.value_ = [float(value) for row in made.rows for value in row.terms.values()]
    return lp
