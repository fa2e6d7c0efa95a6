"""Step rows of options: what each piece of work is, how long it takes, what it uses and what it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from consolidate.inventory import Inventory, Option, Step, System
from consolidate.solving.decomposition.arrays import LIVE, REFRESH, RETIRE, SECOND, SECOND_RETIRE
from consolidate.solving.decomposition.rows import Block, StepRow
from consolidate.solving.formulation.choices import Choice
from consolidate.solving.formulation.costs import Timing
from consolidate.solving.formulation.resources import Resources


class RowMaker:
    """Makes the step rows of options.

    Args:
        resources: what is limited, and what steps use of it.
        closure: by service, all services that it needs, directly or not.
        roles, pots, services: the numbers of roles, pots and services.
    """

    def __init__(
        self,
        resources: Resources,
        closure: Mapping[str, frozenset[str]],
        roles: Mapping[str, int],
        pots: Mapping[str, int],
        services: Mapping[str, int],
    ) -> None:
        self.resources, self.closure = resources, closure
        self.roles, self.pots, self.service_index = roles, pots, services
        self.services = resources.inventory.services

    def rows(self, number: int, system: System, option: Option) -> Iterator[StepRow]:
        """The step rows of an option of system number ``number``."""
        seen: set[str] = set()
        limited = self._services_that_fill_up(system, option)
        for place, step in enumerate(option.steps):
            # What the first step waited for is there when the second starts; and a service that
            # another one needed is ready before that one's build starts.
            needs = {need for need in step.needs if self.services[need].build is not None} - seen
            needs = {need for need in needs if not any(need in self.closure[other] for other in needs)}
            seen |= needs | {deep for need in needs for deep in self.closure[need]}
            fills = step.to in limited and step.to not in [earlier.to for earlier in option.steps[:place]]
            into = self.service_index[step.to] if fills and step.to is not None else -1
            yield StepRow(
                number, option, step, place + 1, self._kind(option, place),
                self._staff(step), self._money(step),
                tuple(sorted(self.service_index[need] for need in needs)), into,
            )  # fmt: skip

    def _kind(self, option: Option, place: int) -> int:
        retires = option.steps[place].approach == "retire"
        if place == 1:
            return SECOND_RETIRE if retires else SECOND
        return REFRESH if option.approach == "refresh" else RETIRE if retires else LIVE

    def _services_that_fill_up(self, system: System, option: Option) -> set[str]:
        """The services whose limited capacity an option uses, whenever it is carried out."""
        family = self.resources.families.get("capacity")
        choice = Choice(system, option, Timing(), 0.0)
        return set() if family is None else {rule for (_, rule, _), _ in family.of_choice(choice)}

    def _by_quarter(self, name: str, step: Step) -> dict[str, list[float]]:
        """What a step uses of a family's resources: by rule, the amount in each quarter of work."""
        found: dict[str, list[float]] = {}
        family = self.resources.families.get(name)
        for (_, rule, offset), amount in () if family is None else family.of_work(step, 0):
            found.setdefault(rule, [0.0] * step.quarters)[offset] = amount
        return found

    def _staff(self, step: Step) -> tuple[tuple[int, tuple[float, ...]], ...]:
        roles = self.roles
        return tuple((roles[role], tuple(days)) for role, days in self._by_quarter("staff", step).items())

    def _money(self, step: Step) -> tuple[tuple[int, float], ...]:
        """Money is spread evenly over the quarters of work, so the first quarter says all."""
        pots = self.pots
        return tuple((pots[pot], amounts[0]) for pot, amounts in self._by_quarter("capital", step).items())


def blocks_of(rows: Sequence[StepRow], roles: int) -> list[Block]:
    """Blocks of neighbouring rows that have the same layout.

    Args:
        rows: the step rows, in the order of their layouts.
        roles: how many roles there are.
    """
    blocks = []
    low = 0
    for high in range(1, len(rows) + 1):
        if high == len(rows) or rows[high].layout != rows[low].layout:
            quarters, kind, even = rows[low].layout
            effort = np.zeros((high - low, roles * (1 if even else quarters)))
            for at, row in enumerate(rows[low:high]):
                for role, days in row.staff:
                    if even:
                        effort[at, role] = days[0]
                    else:
                        effort[at, role * quarters : (role + 1) * quarters] = days
            blocks.append(Block(low, high, quarters, kind, even, effort))
            low = high
    return blocks


def closures(inventory: Inventory) -> dict[str, frozenset[str]]:
    """By service, all services that it needs, directly or not."""
    found: dict[str, frozenset[str]] = {}

    def visit(service: str) -> frozenset[str]:
        if service not in found:
            needs = inventory.services[service].needs
            found[service] = frozenset(needs).union(*(visit(need) for need in needs))
        return found[service]

    for service in inventory.services:
        visit(service)
    return found
