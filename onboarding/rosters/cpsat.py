"""A thin door to OR-Tools' CP-SAT: only what a roster needs of it.

`ortools.sat.python.cp_model` imports pandas, which takes longer (1.5 s) than most rosters take to solve;
this talks to the extension module beneath it (0.1 s), and only where it is needed: a start is found without.
Not for the web process.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any


def _ortools() -> ModuleType:
    from ortools.sat.python import cp_model_helper  # noqa: PLC0415 - see above

    return cp_model_helper


@dataclass(frozen=True, slots=True)
class Answer:
    """`values` by variable, empty where no solution was found; `bound` is a lower bound of the objective."""

    values: list[int]
    objective: int
    bound: float
    proven: bool
    infeasible: bool
    effort: float


class Model:
    """A model under construction; variables are numbers."""

    def __init__(self) -> None:
        self._proto = _ortools().CpModelProto()
        self._objective: dict[int, int] = {}
        self._constant = 0
        self._size = 0

    def integer(self, low: int, high: int, hint: int | None = None) -> int:
        """A new variable in [low, high]."""
        self._proto.variables.add().domain.extend([low, high])
        index = self._size
        self._size += 1
        if hint is not None:
            self._proto.solution_hint.vars.append(index)
            self._proto.solution_hint.values.append(hint)
        return index

    def at_most_one(self, literals: Iterable[int]) -> None:
        """At most one of the 0/1 variables is 1."""
        self._proto.constraints.add().at_most_one.literals.extend(literals)

    def linear(self, terms: Sequence[tuple[int, int]], low: int, high: int) -> None:
        """low <= sum of variable times factor <= high; `terms` are (variable, factor)."""
        row = self._proto.constraints.add().linear
        row.vars.extend([variable for variable, _ in terms])
        row.coeffs.extend([factor for _, factor in terms])
        row.domain.extend([low, high])

    def cost(self, variable: int, factor: int) -> None:
        """Add `factor` times `variable` to what is minimised."""
        self._objective[variable] = self._objective.get(variable, 0) + factor

    def constant(self, amount: int) -> None:
        """Add a constant to what is minimised."""
        self._constant += amount

    def solve(self, parameters: dict[str, object]) -> Answer:
        """Minimise under CP-SAT's `parameters` (sat_parameters.proto)."""
        cp = _ortools()
        objective = self._proto.objective
        objective.vars.extend(list(self._objective))
        objective.coeffs.extend(list(self._objective.values()))
        wrapper = cp.SolveWrapper()
        wrapper.set_parameters(_parameters(parameters))
        response = wrapper.solve(self._proto)
        found = response.status in (cp.CpSolverStatus.OPTIMAL, cp.CpSolverStatus.FEASIBLE)
        return Answer(
            values=list(response.solution) if found else [],
            objective=round(response.objective_value) + self._constant if found else 0,
            bound=response.best_objective_bound + self._constant,
            proven=response.status == cp.CpSolverStatus.OPTIMAL,
            infeasible=response.status == cp.CpSolverStatus.INFEASIBLE,
            effort=response.deterministic_time,
        )


def _parameters(values: dict[str, object]) -> Any:
    parameters = _ortools().SatParameters()
    for name, value in values.items():
        if isinstance(value, list):
            getattr(parameters, name).extend(value)
        else:
            setattr(parameters, name, value)
    return parameters
