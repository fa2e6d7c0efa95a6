"""The options of each system: those that it lists, or those that `approaches` and the services make possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from consolidate.inventory import EndOfLife, Option, Step
from consolidate.loading.approaches import (
    NOT_MOVING,
    StepSource,
    as_map,
    check_approaches,
    check_step,
    read_approaches,
)
from consolidate.loading.defaults import size_of
from consolidate.loading.destinations import Destinations
from consolidate.loading.drafts import Draft, Entry
from consolidate.loading.steps import StepBuilder
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Mark

_NumberedSteps = tuple[int, Step | None, Step | None]
"""An option's number, first and second step; without a first step it has a fault that was reported."""


@dataclass(frozen=True)
class SystemOptions:
    """The options by system, numbered as they are written.

    ``forbidden``: those that `must_move` leaves out; a progress report may still say that one was taken. ``allowed``
    names every system.
    """

    allowed: Mapping[str, tuple[Option, ...]]
    forbidden: Mapping[str, tuple[Option, ...]]


def system_options(draft: Draft, support_ends: Callable[[Entry], EndOfLife], findings: Findings) -> SystemOptions:
    """The options of every system; reports what is wrong with them, and with `approaches`.

    ``support_ends``: when support of a system ends, as it is today.
    """
    approaches = read_approaches(draft)
    check_approaches(draft, approaches, findings)
    builder = _OptionBuilder(draft, approaches, support_ends, findings)
    allowed: dict[str, tuple[Option, ...]] = {}
    forbidden: dict[str, tuple[Option, ...]] = {}
    for kept in draft.kept.values():
        allowed |= {key: system.options for key, system in kept.systems.items()}
        forbidden |= kept.forbidden
    for key, entry in draft.systems.items():
        allowed[key], left_out = builder.options(entry)
        if left_out:
            forbidden[key] = left_out
    return SystemOptions(allowed, forbidden)


class _OptionBuilder:
    """Makes the options of one system after another."""

    def __init__(
        self,
        draft: Draft,
        approaches: Mapping[tuple[str, str], StepSource],
        support_ends: Callable[[Entry], EndOfLife],
        findings: Findings,
    ) -> None:
        self.draft = draft
        self.findings = findings
        self.sources = approaches
        self.approaches = tuple(draft.programme.approaches) if draft.programme is not None else ()
        self.destinations = Destinations(draft, findings)
        self.steps = StepBuilder(draft, approaches, self.destinations, support_ends, findings)

    def options(self, entry: Entry) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
        """The options of a system, and those that `must_move` forbids."""
        allowed, forbidden = [], []
        faulty = False
        self.steps.begin(entry)
        for number, first, then in self._listed(entry) if entry.model.options is not None else self._implied(entry):
            if first is None:
                faulty = True
            elif entry.model.must_move and first.approach in NOT_MOVING:
                forbidden.append(Option(number, first, then))
            else:
                allowed.append(Option(number, first, then))
        if not allowed and not faulty:
            self._report_none(entry)
        return tuple(allowed), tuple(forbidden)

    def _report_none(self, entry: Entry) -> None:
        """Report that a system has no option, unless a fault elsewhere leaves that open."""
        uncertain = {"options", "size", "capability", "classification", "must_move"} & entry.node.lost
        programme, lost = self.draft.programme, self.draft.programme_node.lost
        if uncertain or programme is None or not self.destinations.certain or "approaches" in lost:
            return
        place: Mark = entry.key
        if entry.model.must_move and (entry.model.options or "retain" in self.approaches):
            place = entry.node.key("must_move")
            what = "`must_move` forbids every option it has; give it another option"
        elif entry.model.options is not None:
            place = entry.node.key("options")
            what = "its `options` is empty; list at least one, such as `- {approach: retain}`"
        else:
            what = f"no approach has its size {show(size_of(entry))}; give `options`, or add the size in programme.yaml"
        self.findings.add(place, f"{show(entry.id)} is left without an option: {what}")

    def _implied(self, entry: Entry) -> Iterator[_NumberedSteps]:
        """One option for each approach with the system's size, and for each service that fits."""
        number = 0
        for approach in self.approaches:
            if approach == "retain":
                number += 1
                yield number, self.steps.retained(entry), None
            elif (approach, size_of(entry)) in self.sources:
                for to in self.destinations.fitting(entry) if approach == "consolidate" else (None,):
                    number += 1
                    yield number, *self.steps.steps(entry, approach, to, None)

    def _listed(self, entry: Entry) -> Iterator[_NumberedSteps]:
        """The options that the system's file lists."""
        nodes = entry.node.get("options")
        for number, model in enumerate(entry.model.options or (), 1):
            assert isinstance(nodes, list)
            given = StepSource(model, as_map(nodes[number - 1]))
            if model.approach == "retain":
                self._check_retain(given)
                yield number, self.steps.retained(entry), None
                continue
            check_step(model.approach, given, self.findings)
            to = self.destinations.of_step(entry, given)
            if to is None and model.approach == "consolidate":
                yield number, None, None
            else:
                yield number, *self.steps.steps(entry, model.approach, to, given)

    def _check_retain(self, given: StepSource) -> None:
        for key in given.node:
            if key != "approach":
                self.findings.add(given.node.key(key), f"`retain` takes no {show(key)}: nothing is done; take it out")
