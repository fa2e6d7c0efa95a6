"""The systems of a plan as rows to draw: their moves, their risk, and where each is grouped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from consolidate.accounts.ledger import Ledger
from consolidate.diagrams.engine import themes
from consolidate.inventory import Inventory, Milestone, Step, System
from consolidate.language import Language
from consolidate.plan import Move, Plan


@dataclass(frozen=True)
class SystemRow:
    """A system as it is drawn.

    Attributes:
        name: its name in the language of the drawing.
        moves: its moves by step; none when it stays.
        exposed: the quarters in which it runs past the end of its support.
        risk: ``R``, ``A``, ``G``, or :data:`.themes.UNRATED`.
        approved: its moves in the approved plan that stand elsewhere in this one.
    """

    system: System
    name: str
    moves: tuple[Move, ...]
    exposed: tuple[int, ...]
    risk: str
    approved: tuple[Move, ...] = ()

    @property
    def order(self) -> tuple[int, int, str, str]:
        """The sort key of moving rows: by start, so that the bars make a staircase."""
        return (self.moves[0].start, self.moves[-1].cutover, self.name, self.system.id)

    @cached_property
    def arrival(self) -> Move:
        """The move that counts for the system: the first that goes to a service, else its last."""
        return next((move for move in self.moves if move.to is not None), self.moves[-1])

    @property
    def destination(self) -> str:
        """Where the system goes: a service's id, or the approach."""
        return self.arrival.to or self.arrival.approach

    def step(self, move: Move) -> Step:
        """The step of an option that ``move`` carries out; a move with an unknown option needs nothing."""
        for option in self.system.options:
            if option.number == move.option and move.step <= len(option.steps):
                return option.steps[move.step - 1]
        return Step(move.approach, move.to, 1, {}, {}, 0.0, 0.0, 0, None, ())


def risk(exposed: Collection[int], moves: tuple[Move, ...], end_of_life: int | None) -> str:
    """R: two or more quarters unsupported. A: one, or the old system's last quarter is that in which
    support ends or the one before it. G: otherwise.

    >>> move = Move(3, "a/b", 1, 1, "retire", None, 4, 4)
    >>> [risk((), (move,), end) for end in (4, 5, 6, None)], risk((5, 6), (move,), 4), risk((5,), (), 4)
    (['A', 'A', 'G', 'G'], 'R', 'A')
    """
    if len(exposed) >= 2:
        return "R"
    close = bool(moves) and end_of_life is not None and end_of_life - moves[0].last <= 1
    return "A" if exposed or close else "G"


def worst_risk(rows: Iterable[SystemRow]) -> str:
    """The highest risk among ``rows``; there must be one."""
    return min((row.risk for row in rows), key="RAG".index)


@dataclass(frozen=True)
class SystemRows:
    """All rows of a plan, in the inventory's order, and the groups in which drawings need them."""

    inventory: Inventory
    every: tuple[SystemRow, ...]

    @cached_property
    def moving(self) -> tuple[SystemRow, ...]:
        """The systems that the plan moves."""
        return tuple(row for row in self.every if row.moves)

    @cached_property
    def first_cutovers(self) -> Mapping[str, int]:
        """When the first step of each moving system cuts over."""
        return {row.system.id: row.moves[0].cutover for row in self.moving}

    @cached_property
    def moving_by_partner(self) -> Mapping[str, tuple[SystemRow, ...]]:
        """Each partner's moving systems, by start; a partner without any has an empty entry."""
        groups = self._by_partner(self.moving)
        return {partner: tuple(sorted(rows, key=lambda row: row.order)) for partner, rows in groups.items()}

    @cached_property
    def staying_by_partner(self) -> Mapping[str, tuple[SystemRow, ...]]:
        """Each partner's systems that stay as they are, in the inventory's order."""
        groups = self._by_partner(row for row in self.every if not row.moves)
        return {partner: tuple(rows) for partner, rows in groups.items()}

    @cached_property
    def with_name(self) -> Mapping[str, int]:
        """How many systems have each name."""
        return Counter(row.name for row in self.every)

    @cached_property
    def by_partner(self) -> Mapping[str, tuple[SystemRow, ...]]:
        """Each partner's systems, those that move before those that stay; a partner without any has an empty entry."""
        moving, staying = self.moving_by_partner, self.staying_by_partner
        return {partner: (*moving[partner], *staying[partner]) for partner in self.inventory.partners}

    def _by_partner(self, rows: Iterable[SystemRow]) -> dict[str, list[SystemRow]]:
        groups: dict[str, list[SystemRow]] = {partner: [] for partner in self.inventory.partners}
        for row in rows:
            groups[row.system.partner].append(row)
        return groups

    @cached_property
    def moving_into(self) -> Mapping[str, tuple[SystemRow, ...]]:
        """The systems that move into each service."""
        groups: dict[str, list[SystemRow]] = {service: [] for service in self.inventory.services}
        for row in self.moving:
            for service in dict.fromkeys(move.to for move in row.moves):
                if service in groups:
                    groups[service].append(row)
        return {service: tuple(rows) for service, rows in groups.items()}

    @cached_property
    def needing(self) -> Mapping[str, int]:
        """How many systems need each service without moving into it."""
        counts = dict.fromkeys(self.inventory.services, 0)
        for row in self.moving:
            needs = {need for move in row.moves for need in row.step(move).needs}
            for service in needs - {move.to for move in row.moves}:
                counts[service] += 1
        return counts

    def live_by(self, milestone: Milestone) -> int:
        """How many of a milestone's systems the plan has live by its quarter."""
        return sum(self._cutovers.get(system, milestone.by + 1) <= milestone.by for system in milestone.who.systems)

    @cached_property
    def _cutovers(self) -> Mapping[str, int]:
        return {row.system.id: row.moves[0].cutover for row in self.moving if row.moves[0].approach != "refresh"}


def system_rows(
    inventory: Inventory, plan: Plan, ledger: Ledger, language: Language, approved: Plan | None, rated: bool
) -> SystemRows:
    """A row for each system of the inventory; where ``rated`` is false, without support dates and risk."""
    moves: dict[str, list[Move]] = {}
    for move in plan.moves:
        moves.setdefault(move.system, []).append(move)
    elsewhere = _moved_since(approved, plan)
    rows = []
    for system in inventory.systems.values():
        own = tuple(sorted(moves.get(system.id, ()), key=lambda move: move.step))
        name, before = language.name(system.name)[0], tuple(elsewhere.get(system.id, ()))
        if rated:
            exposed = tuple(sorted(ledger.exposed.get(system.id, ())))
            rated_risk = risk(exposed, own, system.end_of_life)
            rows.append(SystemRow(system, name, own, exposed, rated_risk, before))
        else:
            rows.append(SystemRow(replace(system, end_of_life=None), name, own, (), themes.UNRATED, before))
    return SystemRows(inventory, tuple(rows))


def _moved_since(approved: Plan | None, plan: Plan) -> Mapping[str, Sequence[Move]]:
    """By system, the moves of the approved plan that this plan has not, or has at another time."""
    found: dict[str, list[Move]] = {}
    now = {(move.system, move.step, move.start, move.cutover) for move in plan.moves}
    for move in approved.moves if approved is not None else ():
        if (move.system, move.step, move.start, move.cutover) not in now:
            found.setdefault(move.system, []).append(move)
    return found
