"""What the pictures say about a plan, before anything is drawn: rows, risks, codes, sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from consolidate.inventory import Inventory, Milestone, Service, Step, System
from consolidate.ledger import Ledger
from consolidate.pictures import themes
from consolidate.pictures.critical import critical_chain
from consolidate.plan import Move, Plan, ServiceBuild

RISK_TEXT = {
    "R": "unsupported for two quarters or more",
    "A": "unsupported for one quarter, or off within a quarter of end of support",
    "G": "in good time",
}

NAMES = {
    "rehost": ("Rehost", "Rehost"),
    "replatform": ("Replatform", "Replat."),
    "refactor": ("Refactor", "Refact."),
    "relocate": ("Relocate", "Reloc."),
    "repurchase": ("Repurchase", "Repur."),
    "retire": ("Retire", "Retire"),
    "consolidate": ("Consolidate", "Consol."),
    "refresh": ("Refresh", "Refresh"),
    "retain": ("Retain", "Retain"),
}
"""How an approach is written on a bar, in full and where there is little room."""


@dataclass(frozen=True)
class Row:
    """A system in a picture; ``moves`` by step, none when it stays. ``exposed``: quarters past support."""

    system: System
    moves: tuple[Move, ...]
    exposed: tuple[int, ...]
    risk: str

    @property
    def name(self) -> str:
        return str(self.system.name)

    @property
    def order(self) -> tuple[int, int, str, str]:
        """Rows stand by start, so that the bars make a staircase."""
        return (self.moves[0].start, self.moves[-1].cutover, self.name, self.system.id)


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


def codes(ids: Iterable[str]) -> dict[str, str]:
    """A short code for each id, unique: initials, else its first letter and another one of it.

    >>> codes(["hr-payroll", "email", "hr-portal", "e"])
    {'hr-payroll': 'HP', 'email': 'EM', 'hr-portal': 'HO', 'e': 'E'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for identity in ids:
        found[identity] = next(code for code in _candidates(identity) if code not in taken)
        taken.add(found[identity])
    return found


def _candidates(identity: str) -> Iterable[str]:
    parts = [part for part in identity.upper().split("-") if part]
    letters = "".join(parts)
    if len(parts) > 1:
        yield parts[0][0] + parts[1][0]
    elif len(letters) == 1:
        yield letters
    for others in (*parts[1:], letters[1:]):
        for letter in others:
            yield letters[0] + letter
    count = 1
    while True:
        yield f"{letters[0]}{count}"
        count += 1


def plural(count: int, one: str, many: str = "") -> str:
    """
    >>> plural(1, "system"), plural(2, "system"), plural(0, "stays", "stay")
    ('1 system', '2 systems', '0 stay')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


@dataclass(frozen=True)
class Facts:
    """A plan with its inventory and its ledger, arranged for drawing."""

    inventory: Inventory
    plan: Plan
    ledger: Ledger

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """A row for each system, in the inventory's order."""
        moves: dict[str, list[Move]] = {}
        for move in self.plan.moves:
            moves.setdefault(move.system, []).append(move)
        return tuple(
            self._row(system, tuple(sorted(moves.get(system.id, ()), key=lambda move: move.step)))
            for system in self.inventory.systems.values()
        )

    def _row(self, system: System, moves: tuple[Move, ...]) -> Row:
        exposed = tuple(sorted(self.ledger.exposed.get(system.id, ())))
        return Row(system, moves, exposed, risk(exposed, moves, system.end_of_life))

    @cached_property
    def moving(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.moves)

    @cached_property
    def by_partner(self) -> dict[str, tuple[Row, ...]]:
        """Each partner's moving systems, by start; partners without any are left in."""
        groups: dict[str, list[Row]] = {partner: [] for partner in self.inventory.partners}
        for row in self.moving:
            groups[row.system.partner].append(row)
        return {partner: tuple(sorted(rows, key=lambda row: row.order)) for partner, rows in groups.items()}

    @cached_property
    def staying(self) -> dict[str, tuple[Row, ...]]:
        groups: dict[str, list[Row]] = {partner: [] for partner in self.inventory.partners}
        for row in self.rows:
            if not row.moves:
                groups[row.system.partner].append(row)
        return {partner: tuple(rows) for partner, rows in groups.items()}

    @cached_property
    def builds(self) -> dict[str, ServiceBuild]:
        return {build.service: build for build in self.plan.builds if build.service in self.inventory.services}

    @cached_property
    def codes(self) -> dict[str, str]:
        return codes(self.inventory.services)

    @cached_property
    def colours(self) -> dict[str, str]:
        return {
            service: themes.SERVICES[index % len(themes.SERVICES)]
            for index, service in enumerate(self.inventory.services)
        }

    @cached_property
    def into(self) -> dict[str, tuple[Row, ...]]:
        """The systems that move into each service."""
        groups: dict[str, list[Row]] = {service: [] for service in self.inventory.services}
        for row in self.moving:
            for service in dict.fromkeys(move.to for move in row.moves):
                if service in groups:
                    groups[service].append(row)
        return {service: tuple(rows) for service, rows in groups.items()}

    @cached_property
    def needed_by(self) -> dict[str, int]:
        """How many systems need each service without moving into it."""
        counts = dict.fromkeys(self.inventory.services, 0)
        for row in self.moving:
            needs = {need for move in row.moves for need in self.step(row, move).needs}
            for service in needs - {move.to for move in row.moves}:
                counts[service] += 1
        return counts

    def step(self, row: Row, move: Move) -> Step:
        """The step of an option that a move is; a move with an unknown option needs nothing."""
        for option in row.system.options:
            if option.number == move.option and move.step <= len(option.steps):
                return option.steps[move.step - 1]
        return Step(move.approach, move.to, 1, {}, {}, 0.0, 0.0, 0, None, ())

    def ready(self, service: Service) -> int | None:
        """The first quarter in which a service can be used; None when it is never built."""
        if service.build is None:
            return service.ready or 0
        build = self.builds.get(service.id)
        return None if build is None else build.ready

    @cached_property
    def _first_cutovers(self) -> dict[str, int]:
        return {row.system.id: row.moves[0].cutover for row in self.moving if row.moves[0].approach != "refresh"}

    @cached_property
    def _live(self) -> dict[Milestone, int]:
        return {
            milestone: sum(
                self._first_cutovers.get(system, milestone.by + 1) <= milestone.by for system in milestone.who.systems
            )
            for milestone in self.inventory.milestones
        }

    def live(self, milestone: Milestone) -> int:
        """How many of a milestone's systems the plan has live by then."""
        return self._live[milestone]

    def building(self, service: Service) -> bool:
        """Whether it takes time to build."""
        build = self.builds.get(service.id)
        return build is not None and build.ready > build.start

    @cached_property
    def critical(self) -> tuple[Move | ServiceBuild, ...]:
        """The critical path; see :func:`consolidate.pictures.critical.critical_chain`."""
        return critical_chain(self.inventory, self.plan)

    @cached_property
    def heavy(self) -> frozenset[Move | ServiceBuild]:
        return frozenset(self.critical)

    def is_heavy(self, row: Row) -> bool:
        return any(move in self.heavy for move in row.moves)

    def partner(self, partner: str) -> str:
        return str(self.inventory.partners[partner].name)

    def service(self, service: str | None) -> str:
        """A service's name; for one that nobody knows, what it is called."""
        known = self.inventory.services.get(service or "")
        return str(known.name) if known is not None else service or ""

    # Sentences

    @cached_property
    def title(self) -> str:
        return str(self.inventory.programme)

    def span(self, start: int, end: int) -> str:
        """``2017/18 Q1 to Q2``, ``2017/18 Q4 to 2018/19 Q1`` or ``2017/18 Q1``."""
        first, last = self.inventory.label(start), self.inventory.label(end)
        if start == end:
            return first
        same = self.inventory.calendar.year(start) == self.inventory.calendar.year(end)
        return f"{first} to {last.split()[1] if same else last}"

    def counts(self, rows: Iterable[Row]) -> str:
        """``20 systems: 16 move, 2 retire, 1 is renewed in place, 1 stays``."""
        rows = tuple(rows)
        kinds = {"move": 0, "retire": 0, "refresh": 0, "retain": 0}
        for row in rows:
            last = row.moves[-1].approach if row.moves else "retain"
            kinds[last if last in kinds else "move"] += 1
        words = {
            "move": ("moves", "move"),
            "retire": ("retires", "retire"),
            "refresh": ("is renewed in place", "are renewed in place"),
            "retain": ("stays", "stay"),
        }
        said = ", ".join(plural(count, *words[kind]) for kind, count in kinds.items() if count)
        return f"{plural(len(rows), 'system')}: {said}" if rows else "no systems"

    def unsupported(self, rows: Iterable[Row]) -> str:
        """How many of them run past the end of their support, and for how long."""
        exposed = [len(row.exposed) for row in rows if row.exposed]
        if not exposed:
            return "None runs past its end of support."
        verb = "runs" if len(exposed) == 1 else "run"
        return f"{len(exposed):,} {verb} past end of support, for {plural(sum(exposed), 'quarter')} in all."

    @cached_property
    def subtitle(self) -> str:
        """The whole programme in three short sentences."""
        parts = [f"{self._what()}. {self.unsupported(self.rows)}"]
        if self.plan.moves:
            last = max(move.cutover for move in self.plan.moves)
            parts.append(f"Last cutover {self.inventory.label(last)}.")
        if self.inventory.scenario:
            parts.append(f"Scenario: {self.inventory.scenario}.")
        gap = f"{self.plan.gap:.2%}" if self.plan.gap < 0.1 else f"{self.plan.gap:.0%}"
        parts.append(
            {
                "optimal": "Proven to be the best plan.",
                "within_gap": f"Proven to be within {gap} of the best plan.",
                "feasible": "Not proven to be the best plan"
                + (f": it may cost {gap} more." if self.plan.gap > 0 else "."),
            }.get(self.plan.status, "")
        )
        return " ".join(parts).strip()

    def _what(self) -> str:
        systems, rest = self.counts(self.rows).partition(":")[::2]
        partners = plural(len(self.inventory.partners), "partner")
        services = self.inventory.services.values()
        used = sum(self.ready(service) is not None for service in services)
        said = f"{systems} of {partners}:{rest}" if rest else f"no systems of {partners}"
        return f"{said}; {plural(used, 'shared service')}"

    def sentence(self, row: Row, move: Move) -> str:
        """A move in a full sentence, for whoever points at its bar."""
        where = {"retire": "is retired", "refresh": "is renewed in place"}.get(move.approach)
        if where is None:
            to = f" to {self.service(move.to)}" if move.to else ""
            where = f"moves{to} by {move.approach}"
        parts = [f"{self.partner(row.system.partner)}: {row.name} {where}, {self.span(move.start, move.cutover)}"]
        if len(row.moves) > 1:
            parts.append(f"step {move.step} of {len(row.moves)}")
        if move.last > move.cutover:
            parts.append(f"the old system runs on to {self.inventory.label(move.last)}")
        parts.append(self.support(row))
        if move in self.heavy:
            parts.append("on the critical path")
        return "; ".join(parts) + "."

    def support(self, row: Row) -> str:
        """When its support ends and how that looks."""
        end = row.system.end_of_life
        said = "no end of support is known" if end is None else f"support ends {self.inventory.label(end)}"
        if row.exposed:
            said += f", unsupported for {plural(len(row.exposed), 'quarter')}"
        return f"{said}; risk {themes.RISK_WORD[row.risk]}"

    def service_sentence(self, service: Service) -> str:
        ready = self.ready(service)
        build = self.builds.get(service.id)
        if ready is None:
            return f"{service.name} is not built."
        said = f"{service.name} (code {self.codes[service.id]})"
        if build is not None and self.building(service):
            said += f" is built {self.span(build.start, build.ready - 1)} and"
        said += f" is ready from {self.inventory.label(ready)}" if ready > 0 else " exists from the start"
        rows = self.into[service.id]
        said += f"; {plural(len(rows), 'system moves', 'systems move')} in"
        if service.capacity:
            said += f", {sum(row.system.users for row in rows) / service.capacity:.0%} of its capacity"
        if build in self.heavy:
            said += "; on the critical path"
        return said + "."
