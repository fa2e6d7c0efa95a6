"""The landscape at a point in time: where each system runs, which services are there, and what changes between two.

In the sense of ArchiMate such a state is a plateau, and what changes between two of them is a gap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.system_rows import SystemRow
from consolidate.inventory import Service

OUTSIDE, AS_IS, UNDER_WAY, RENEWED, SHARED, RETIRED = "outside", "as is", "under way", "renewed", "shared", "retired"
"""A system: of a partner that has not joined yet; as it was; with its first move under way; renewed where it was;
on a shared service; gone."""
STATES = (AS_IS, UNDER_WAY, RENEWED, SHARED, RETIRED)
LATER, BUILDING, READY = "later", "building", "ready"
"""A service: not begun yet (or never to be); being built; there."""


@dataclass(frozen=True)
class Whereabouts:
    """Where a system is at a point in time.

    Attributes:
        state: one of the states above.
        service: the service that it runs on, where it is shared.
        approach: of the move by which it was renewed.
        beside: whether the old system still runs on beside what it became.
        unsupported: whether it runs past its end of support.
    """

    state: str
    service: str | None = None
    approach: str = ""
    beside: bool = False
    unsupported: bool = False

    @property
    def at_home(self) -> bool:
        """Whether anything of it still runs at its partner."""
        return self.beside or self.state in (AS_IS, UNDER_WAY, RENEWED)


@dataclass(frozen=True)
class Plateau:
    """The landscape at the end of ``quarter``; -1 is how it is at the start, before anything is done.

    ``systems``, ``services``: by id, where each system is, and how far each service is.
    """

    quarter: int
    systems: Mapping[str, Whereabouts]
    services: Mapping[str, str]

    def counts(self, rows: Iterable[SystemRow]) -> Counter[str]:
        """How many of the systems are in each state."""
        return Counter(self.systems[row.system.id].state for row in rows)


def plateau(view: PlanView, quarter: int) -> Plateau:
    """The landscape of a plan at the end of a quarter."""
    systems = {row.system.id: _whereabouts(row, quarter) for row in view.rows.every}
    return Plateau(quarter, systems, {one.id: _stage(view, one, quarter) for one in view.inventory.services.values()})


def _whereabouts(row: SystemRow, quarter: int) -> Whereabouts:
    if row.system.joins > max(quarter, 0):
        return Whereabouts(OUTSIDE)
    done = [move for move in row.moves if move.cutover <= quarter]
    unsupported = max(quarter, 0) in row.exposed  # what lacks support in the first quarter did at its start
    if not done:
        under_way = any(move.start <= quarter for move in row.moves)
        return Whereabouts(UNDER_WAY if under_way else AS_IS, unsupported=unsupported)
    last = done[-1]
    beside = quarter < last.last
    if last.approach == "retire":
        return Whereabouts(RETIRED, beside=beside, unsupported=unsupported)
    service = next((move.to for move in reversed(done) if move.to is not None), None)
    if service is not None:
        return Whereabouts(SHARED, service, last.approach, beside, unsupported)
    return Whereabouts(RENEWED, None, last.approach, False, unsupported)


def _stage(view: PlanView, service: Service, quarter: int) -> str:
    """Ready at the end of the quarter before the first in which it can be used."""
    ready, build = view.services.ready(service), view.services.builds.get(service.id)
    if ready is not None and ready <= quarter + 1:
        return READY
    return BUILDING if build is not None and build.start <= quarter else LATER


@dataclass(frozen=True)
class Gap:
    """What appears and goes from one plateau to the next."""

    view: PlanView
    before: Plateau
    after: Plateau

    def _into(self, state: str) -> tuple[SystemRow, ...]:
        return tuple(
            row
            for row in self.view.rows.every
            if self.after.systems[row.system.id].state == state != self.before.systems[row.system.id].state
        )

    @cached_property
    def joined(self) -> Mapping[str, int]:
        """How many systems come with each partner that joins."""
        came = [
            row.system.partner
            for row in self.view.rows.every
            if self.before.systems[row.system.id].state == OUTSIDE != self.after.systems[row.system.id].state
        ]
        return Counter(came)

    @cached_property
    def ready(self) -> Sequence[str]:
        """The services that appear."""
        return [one for one, stage in self.after.services.items() if stage == READY != self.before.services[one]]

    @cached_property
    def moved(self) -> Mapping[str, Sequence[SystemRow]]:
        """The systems that arrive on each service, in the services' order."""
        found: dict[str, list[SystemRow]] = {service: [] for service in self.view.inventory.services}
        for row in self.view.rows.every:
            to = self.after.systems[row.system.id].service
            if to in found and to != self.before.systems[row.system.id].service:
                found[to].append(row)
        return {service: rows for service, rows in found.items() if rows}

    @cached_property
    def renewed(self) -> Sequence[SystemRow]:
        """The systems that are renewed where they are."""
        return self._into(RENEWED)

    @cached_property
    def retired(self) -> Sequence[SystemRow]:
        """The systems that go, with nothing in their place."""
        return self._into(RETIRED)

    @cached_property
    def begun(self) -> Sequence[SystemRow]:
        """The systems whose work has begun and is not done."""
        return self._into(UNDER_WAY)
