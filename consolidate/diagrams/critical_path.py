"""The critical path: why the last cutover is no earlier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from consolidate.inventory import Inventory
from consolidate.plan import Move, Plan, ServiceBuild

Work = Move | ServiceBuild


@dataclass(frozen=True)
class CriticalPath:
    """The chain of work that fixes the last cutover, in its order; empty when there is none."""

    works: tuple[Work, ...]

    @cached_property
    def _members(self) -> frozenset[Work]:
        return frozenset(self.works)

    def __contains__(self, work: object) -> bool:
        return work in self._members

    def runs_through(self, moves: Iterable[Move]) -> bool:
        """Whether any of the moves is on the path."""
        return any(move in self._members for move in moves)


def critical_chain(inventory: Inventory, plan: Plan) -> tuple[Work, ...]:
    """Moves and builds that follow each other without a gap up to the last cutover, in their order.

    Each starts in the very quarter in which one that it must wait for is done: a system that it
    comes ``after``, its own first step, a service that it needs, or the systems of its gate. Of all such chains the one
    that begins first; of those the longest, then by name. A single piece of work waits for
    nothing of that kind and is no chain: the result is then empty.
    """
    if not plan.moves:
        return ()
    predecessors = _predecessors(inventory, plan)
    end = max(move.cutover for move in plan.moves)
    best: dict[Work, tuple[Work, ...]] = {}
    chain = min((_longest(move, predecessors, best) for move in plan.moves if move.cutover == end), key=_rank)
    return chain if len(chain) > 1 else ()


def _longest(
    work: Work, predecessors: Mapping[Work, tuple[Work, ...]], best: dict[Work, tuple[Work, ...]]
) -> tuple[Work, ...]:
    """The best chain that ends in ``work``; ``best`` memoises it for each piece of work."""
    if work not in best:
        chains = [(*_longest(other, predecessors, best), work) for other in predecessors[work]]
        best[work] = min(chains, key=_rank, default=(work,))
    return best[work]


def _name(work: Work) -> str:
    return work.service if isinstance(work, ServiceBuild) else f"{work.system}/{work.step}"


def _rank(chain: tuple[Work, ...]) -> tuple[int, int, tuple[str, ...]]:
    """The sort key of chains: the earliest start first, then the longest, then by name."""
    return (chain[0].start, -len(chain), tuple(_name(work) for work in chain))


def _predecessors(inventory: Inventory, plan: Plan) -> Mapping[Work, tuple[Work, ...]]:
    """For each piece of work, what it waits for that is done in the quarter before it starts."""
    moves = {(move.system, move.step): move for move in plan.moves if move.system in inventory.systems}
    builds = {build.service: build for build in plan.builds if build.service in inventory.services}
    predecessors: dict[Work, tuple[Work, ...]] = {}
    for build in plan.builds:
        service = inventory.services.get(build.service)
        waits = [builds[need] for need in service.needs if need in builds] if service else []
        gate = [moves[system, 1] for system in service.after if (system, 1) in moves] if service else []
        predecessors[build] = (
            *(other for other in waits if other.ready == build.start and other != build),
            *(other for other in gate if other.cutover + 1 == build.start),
        )
    for move in plan.moves:
        predecessors[move] = _waits_for(inventory, move, moves, builds)
    return predecessors


def _waits_for(
    inventory: Inventory, move: Move, moves: Mapping[tuple[str, int], Move], builds: Mapping[str, ServiceBuild]
) -> tuple[Work, ...]:
    system = inventory.systems.get(move.system)
    if system is None:
        return ()
    others: list[Move | None] = []
    if move.step == 1:
        others += [moves.get((other, 1)) for other in system.after]
    else:
        others.append(moves.get((move.system, 1)))
    found: list[Work] = [
        other
        for other in others
        if other is not None and other.approach != "refresh" and other.cutover + 1 == move.start
    ]
    needs = next((option.steps for option in system.options if option.number == move.option), ())
    for step in needs[move.step - 1 : move.step]:
        found += [builds[need] for need in step.needs if need in builds and builds[need].ready == move.start]
    return tuple(found)
