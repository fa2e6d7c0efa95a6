"""The steps of options, complete: what an option leaves out comes from the entry of `approaches` for its size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from consolidate.inventory import NO_END, Effort, EndOfLife, Step
from consolidate.loading import schema
from consolidate.loading.approaches import NOT_MOVING, StepModel, StepSource, check_effort_lengths, wrong_lengths
from consolidate.loading.defaults import capital_by_pot, default_pot, effort_by_quarter, size_of, users_of
from consolidate.loading.destinations import Destinations
from consolidate.loading.drafts import Draft, Entry
from consolidate.loading.schema import Percent
from consolidate.yaml_files.findings import Findings

CONTRACT_RUNS_ON = ("rehost", "relocate", "replatform")
"""Approaches after which the contract of today runs on, unless the option says otherwise: the software does, too."""
SAME_SOFTWARE = ("rehost", "relocate", "refresh")
"""Approaches after which the software is what it was: new hardware makes no software supported."""
_NOTHING: StepModel = schema.Template.model_construct()
_Value = TypeVar("_Value")


class StepBuilder:
    """Makes the steps of options, and reports what is wrong with them.

    Args:
        approaches: the entries of `approaches`, by approach and size.
        support_ends: when support of a system ends, as it is today.
    """

    def __init__(
        self,
        draft: Draft,
        approaches: Mapping[tuple[str, str], StepSource],
        destinations: Destinations,
        support_ends: Callable[[Entry], EndOfLife],
        findings: Findings,
    ) -> None:
        self.draft = draft
        self.support_ends = support_ends
        self.approaches = approaches
        self.destinations = destinations
        self.findings = findings
        self._efforts: dict[tuple[int, int], Effort] = {}
        self._supported = NO_END
        self._pot: str | None = None

    def begin(self, entry: Entry) -> None:
        """Turn to a system: what its steps have in common is found once."""
        self._supported = self.support_ends(entry)
        self._pot = default_pot(self.draft, entry.partner)

    def steps(
        self, entry: Entry, approach: str, to: str | None, given: StepSource | None
    ) -> tuple[Step | None, Step | None]:
        """The first and, if there is one, the second step of an option.

        ``given``: the option as the system's file has it; None when it comes from `approaches` alone. Without a
        first step the option has a fault that was reported.
        """
        template = self.approaches.get((approach, size_of(entry)))
        first = self._step(entry, approach, to, given, template, self._supported)
        source = given if given is not None and given.has("then") else template
        second = source.then if source is not None else None
        if second is None or approach in ("refresh", "retire"):
            return first, None
        assert isinstance(second.model, schema.Then)
        follows = second.model.approach
        if follows in NOT_MOVING:
            return None, None
        to = self.destinations.of_step(entry, second)
        if to is None and follows == "consolidate":
            return None, None
        template = self.approaches.get((follows, size_of(entry)))
        return first, self._step(entry, follows, to, second, template, first.support_ends)

    @staticmethod
    def retained(entry: Entry) -> Step:
        """The step of `retain`: nothing is done, and the system runs on."""
        return Step("retain", None, 0, {}, {}, 0.0, entry.model.run_cost, 0, None, ())

    def _step(
        self,
        entry: Entry,
        approach: str,
        to: str | None,
        given: StepSource | None,
        template: StepSource | None,
        before: EndOfLife,
    ) -> Step:
        """One step; ``before``: when support ends of what it is done to."""
        own: StepModel = given.model if given is not None else _NOTHING
        base: StepModel = template.model if template is not None else _NOTHING
        quarters = _first_given(own.quarters, base.quarters) or 1
        run_cost: float | Percent | None = own.run_cost if own.run_cost is not None else base.run_cost
        capital: float | dict[str, float] | None = own.capital if own.capital is not None else base.capital
        contract: str | None = _first_given(own.contract, base.contract)
        support_ends = _support_after(approach, _first_given(own.end_of_life, base.end_of_life), before)
        needs = (*entry.model.needs, *(_first_given(own.needs, base.needs) or ()), *((to,) if to is not None else ()))
        return Step(
            approach=approach,
            to=to,
            quarters=quarters,
            effort=self._effort(entry, quarters, given, template),
            capital=capital_by_pot(capital, self._pot),
            one_off=_first_given(own.one_off, base.one_off) or 0.0,
            run_cost=self._run_cost(entry, approach, to, run_cost),
            parallel_run=_first_given(own.parallel_run, base.parallel_run) or 0,
            end_of_life=support_ends.quarter,
            needs=tuple(dict.fromkeys(needs)),
            ends_contract=_ends_contract(approach, contract),
            support_ends=support_ends,
        )

    def _effort(self, entry: Entry, quarters: int, given: StepSource | None, template: StepSource | None) -> Effort:
        """The effort of a step; thousands of options share that of one entry of `approaches`, so it is kept."""
        source = given if given is not None and given.has("effort") else template
        if source is None or not source.model.effort:
            return {}
        known = self._efforts.get((id(source.node), quarters))
        if known is None:
            known = self._efforts[id(source.node), quarters] = effort_by_quarter(source.model.effort, quarters)
        if wrong_lengths(source, quarters):
            programme, lost = self.draft.programme, self.draft.programme_node.lost
            uncertain = "size" in entry.node.lost or programme is None or "approaches" in lost
            self._report_lengths(quarters, source, given, template, uncertain)
        return known

    def _report_lengths(
        self,
        quarters: int,
        source: StepSource,
        given: StepSource | None,
        template: StepSource | None,
        uncertain: bool,
    ) -> None:
        """Report effort lists of the wrong length; where all is inherited that was done at the entry itself."""
        if given is None or "quarters" in given.node.lost:
            return
        if not given.has("quarters") and (uncertain or (template is not None and "quarters" in template.node.lost)):
            return
        if source is given:
            check_effort_lengths(given, quarters, self.findings)
        elif given.has("quarters"):
            for _, message in wrong_lengths(source, quarters):
                message = f"{message} (the list is inherited: give `effort` here)"
                self.findings.add(given.place("quarters"), message)

    def _run_cost(self, entry: Entry, approach: str, to: str | None, given: float | Percent | None) -> float:
        """Running cost a year once the step is done."""
        if isinstance(given, Percent):
            # The quotient of whole numbers is rounded once, as that of the fraction would be.
            (part, whole), (cost, scale) = given.share.as_integer_ratio(), entry.model.run_cost.as_integer_ratio()
            return part * cost / (whole * scale)
        if given is not None:
            return given
        if to is not None:
            service = self.draft.services[to]
            return service.run_cost_per_user * users_of(self.draft, entry) + service.run_cost_per_system
        return 0.0 if approach == "retire" else entry.model.run_cost


def _ends_contract(approach: str, given: str | None) -> bool:
    """Whether the contract of today ends with a step by ``approach``, for which ``given`` is written."""
    if approach in NOT_MOVING:
        return False
    return approach not in CONTRACT_RUNS_ON if given is None else given == "ends"


def _support_after(approach: str, given: schema.WrittenEndOfLife | None, before: EndOfLife) -> EndOfLife:
    """When support ends of what a step leads to; ``before``: of what it is done to."""
    if given is None:
        return EndOfLife(software=before.software) if approach in SAME_SOFTWARE else NO_END
    software = before.software if approach in SAME_SOFTWARE and "software" not in given.given else given.software
    return EndOfLife(software, given.hardware)


def _first_given(given: _Value | None, otherwise: _Value | None) -> _Value | None:
    return otherwise if given is None else given
