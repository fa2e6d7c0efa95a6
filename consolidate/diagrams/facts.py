"""What the pictures say about a plan, before anything is drawn: rows, risks, codes, sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, floor, log10

from consolidate.accounts.ledger import Ledger
from consolidate.diagrams.critical_path import critical_chain
from consolidate.diagrams.engine import themes
from consolidate.inventory import Inventory, Milestone, Name, Service, Step, System
from consolidate.language import Language
from consolidate.language import language as speaking
from consolidate.plan import Move, Plan, ServiceBuild
from consolidate.vocabulary import APPROACH_NAMES


@dataclass(frozen=True)
class Row:
    """A system in a picture; ``moves`` by step, none when it stays. ``exposed``: quarters past support."""

    system: System
    moves: tuple[Move, ...]
    exposed: tuple[int, ...]
    risk: str
    language: Language = field(default_factory=lambda: speaking("en"))

    @property
    def name(self) -> str:
        return self.language.name(self.system.name)[0]

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


def _up(gap: float) -> tuple[float, int]:
    """A proven gap with two figures of its percentage, rounded up (it bounds something), and its decimals.

    >>> _up(0.0298), _up(0.00301), _up(0.1234), _up(0.0)
    ((0.03, 1), (0.0031, 2), (0.13, 0), (0.0, 0))
    """
    if gap <= 0:
        return 0.0, 0
    places = max(1 - floor(log10(gap * 100)), 0)
    return round(ceil(gap * 100 * 10**places - 1e-9) / 10 ** (places + 2), places + 2), places


@dataclass(frozen=True)
class Facts:
    """A plan with its inventory and its ledger, arranged for drawing, in a language.

    ``approved``: the plan that was approved, where pictures are to show what has changed since. ``rated``: whether
    they show what risk systems run, and when their support ends.
    """

    inventory: Inventory
    plan: Plan
    ledger: Ledger
    language: Language = field(default_factory=lambda: speaking("en"))
    approved: Plan | None = None
    rated: bool = True

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
        if not self.rated:
            return Row(replace(system, end_of_life=None), moves, (), themes.UNRATED, self.language)
        exposed = tuple(sorted(self.ledger.exposed.get(system.id, ())))
        return Row(system, moves, exposed, risk(exposed, moves, system.end_of_life), self.language)

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

    @cached_property
    def _was(self) -> dict[str, list[Move]]:
        found: dict[str, list[Move]] = {}
        now = {(move.system, move.step, move.start, move.cutover) for move in self.plan.moves}
        for move in self.approved.moves if self.approved else ():
            if (move.system, move.step, move.start, move.cutover) not in now:
                found.setdefault(move.system, []).append(move)
        return found

    def was(self, row: Row) -> Sequence[Move]:
        """Where the approved plan had a system's moves, if that is elsewhere."""
        return self._was.get(row.system.id, ())

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
        """The critical path; see :func:`consolidate.diagrams.critical_path.critical_chain`."""
        return critical_chain(self.inventory, self.plan)

    @cached_property
    def heavy(self) -> frozenset[Move | ServiceBuild]:
        return frozenset(self.critical)

    def is_heavy(self, row: Row) -> bool:
        return any(move in self.heavy for move in row.moves)

    # Words

    def name(self, name: Name) -> str:
        return self.language.name(name)[0]

    def label(self, quarter: int) -> str:
        return self.language.quarter(self.inventory.label(quarter))

    def systems(self, count: int) -> str:
        return self.language.plural("{n} system", "{n} systems", count)

    def quarters(self, count: int) -> str:
        return self.language.plural("{n} quarter", "{n} quarters", count)

    def letter(self, risk: str) -> str:
        """The letter of a risk: R, A or G in English; none of what is not rated."""
        return self.language.rag(themes.RISK_WORD[risk])[0] if risk else ""

    def word(self, risk: str) -> str:
        return self.language.rag(themes.RISK_WORD[risk])[1]

    @cached_property
    def letters(self) -> str:
        """``R red, A amber, G green``."""
        return ", ".join(f"{self.letter(risk)} {self.word(risk)}" for risk in "RAG")

    def approach(self, approach: str) -> tuple[str, str]:
        """How an approach is written, in full and where there is little room."""
        if approach not in APPROACH_NAMES:
            return approach, approach
        full, brief = APPROACH_NAMES[approach]
        return self.language.text(full), self.language.text(brief)

    def partner(self, partner: str) -> str:
        return self.name(self.inventory.partners[partner].name)

    def service(self, service: str | None) -> str:
        """A service's name; for one that nobody knows, what it is called."""
        known = self.inventory.services.get(service or "")
        return self.name(known.name) if known is not None else service or ""

    # Sentences

    @cached_property
    def title(self) -> str:
        return self.name(self.inventory.programme)

    def span(self, start: int, end: int) -> str:
        """``2017/18 Q1 to Q2``, ``2017/18 Q4 to 2018/19 Q1`` or ``2017/18 Q1``."""
        first, last = self.label(start), self.label(end)
        if start == end:
            return first
        same = self.inventory.calendar.year(start) == self.inventory.calendar.year(end)
        return self.language.text("{first} to {last}", first=first, last=last.split()[1] if same else last)

    def counts(self, rows: Iterable[Row]) -> str:
        """``20 systems: 16 move, 2 retire, 1 is renewed in place, 1 stays``."""
        rows = tuple(rows)
        if not rows:
            return self.language.text("no systems")
        return f"{self.systems(len(rows))}: {self._kinds(rows)}"

    def _kinds(self, rows: Iterable[Row]) -> str:
        """``16 move, 2 retire``."""
        kinds = {"move": 0, "retire": 0, "refresh": 0, "retain": 0}
        for row in rows:
            last = row.moves[-1].approach if row.moves else "retain"
            kinds[last if last in kinds else "move"] += 1
        said = {
            "move": self.language.plural("{n} moves", "{n} move", kinds["move"]),
            "retire": self.language.plural("{n} retires", "{n} retire", kinds["retire"]),
            "refresh": self.language.plural("{n} is renewed in place", "{n} are renewed in place", kinds["refresh"]),
            "retain": self.language.plural("{n} stays", "{n} stay", kinds["retain"]),
        }
        return ", ".join(said[kind] for kind, count in kinds.items() if count)

    def unsupported(self, rows: Iterable[Row]) -> str:
        """How many of them run past the end of their support, and for how long."""
        exposed = [len(row.exposed) for row in rows if row.exposed]
        if not self.rated:
            return ""
        if not exposed:
            return self.language.text("None runs past its end of support.")
        return self.language.plural(
            "{n} runs past end of support, for {quarters} in all.",
            "{n} run past end of support, for {quarters} in all.",
            len(exposed),
            quarters=self.quarters(sum(exposed)),
        )

    @cached_property
    def subtitle(self) -> str:
        """The whole programme in three short sentences."""
        parts = [f"{self._what()}. {self.unsupported(self.rows)}".strip()]
        if self.plan.moves:
            last = max(move.cutover for move in self.plan.moves)
            parts.append(self.language.text("Last cutover {quarter}.", quarter=self.label(last)))
        if self.inventory.scenario:
            parts.append(self.language.text("Scenario: {name}.", name=self.inventory.scenario))
        return " ".join([*parts, self._proof()]).strip()

    def _proof(self) -> str:
        gap = self.language.percent(*_up(self.plan.gap))
        if self.plan.status == "optimal":
            return self.language.text("Proven to be the best plan.")
        if self.plan.status == "within_gap":
            return self.language.text("Proven to be within {gap} of the best plan.", gap=gap)
        if self.plan.status != "feasible":
            return ""
        if self.plan.gap > 0:
            return self.language.text("Not proven to be the best plan: it may cost {gap} more.", gap=gap)
        return self.language.text("Not proven to be the best plan.")

    def _what(self) -> str:
        services = self.inventory.services.values()
        used = sum(self.ready(service) is not None for service in services)
        partners = len(self.inventory.partners)
        said = {
            "partners": self.language.plural("{n} partner", "{n} partners", partners),
            "services": self.language.plural("{n} shared service", "{n} shared services", used),
        }
        if not self.rows:
            return self.language.text("no systems of {partners}; {services}", **said)
        systems, what = self.systems(len(self.rows)), self._kinds(self.rows)
        return self.language.text("{systems} of {partners}: {what}; {services}", systems=systems, what=what, **said)

    def sentence(self, row: Row, move: Move) -> str:
        """A move in a full sentence, for whoever points at its bar."""
        parts = [self._moving(row, move)]
        if len(row.moves) > 1:
            parts.append(self.language.text("step {step} of {steps}", step=move.step, steps=len(row.moves)))
        if move.last > move.cutover:
            parts.append(self.language.text("the old system runs on to {quarter}", quarter=self.label(move.last)))
        if self.rated:
            parts.append(self.support(row))
        if move in self.heavy:
            parts.append(self.language.text("on the critical path"))
        return "; ".join(parts) + "."

    def _moving(self, row: Row, move: Move) -> str:
        said = {
            "partner": self.partner(row.system.partner),
            "name": row.name,
            "when": self.span(move.start, move.cutover),
        }
        approach = self.approach(move.approach)[0].lower()
        if move.approach == "retire":
            return self.language.text("{partner}: {name} is retired, {when}", **said)
        if move.approach == "refresh":
            return self.language.text("{partner}: {name} is renewed in place, {when}", **said)
        if not move.to:
            return self.language.text("{partner}: {name} moves by {approach}, {when}", approach=approach, **said)
        said |= {"service": self.service(move.to), "approach": approach}
        return self.language.text("{partner}: {name} moves to {service} by {approach}, {when}", **said)

    def support(self, row: Row) -> str:
        """When its support ends and how that looks."""
        end, risk = row.system.end_of_life, self.word(row.risk)
        said = self.language.text("no end of support is known")
        if end is not None:
            said = self.language.text("support ends {quarter}", quarter=self.label(end))
        if row.exposed:
            time = self.quarters(len(row.exposed))
            said = self.language.text("{support}, unsupported for {quarters}", support=said, quarters=time)
        return self.language.text("{support}; risk {risk}", support=said, risk=risk)

    def service_sentence(self, service: Service) -> str:
        ready, name = self.ready(service), self.name(service.name)
        build = self.builds.get(service.id)
        if ready is None:
            return self.language.text("{service} is not built.", service=name)
        parts = [self._standing(service, build if self.building(service) else None, ready)]
        rows = self.into[service.id]
        into = self.language.plural("{n} system moves in", "{n} systems move in", len(rows))
        if service.capacity:
            share = self.language.percent(sum(row.system.users for row in rows) / service.capacity, 0)
            into = self.language.text("{systems}, {share} of its capacity", systems=into, share=share)
        parts.append(into)
        if build in self.heavy:
            parts.append(self.language.text("on the critical path"))
        return "; ".join(parts) + "."

    def _standing(self, service: Service, build: ServiceBuild | None, ready: int) -> str:
        """When a service is built, and from when it can be used."""
        said = {"service": self.name(service.name), "code": self.codes[service.id], "quarter": self.label(ready)}
        if build is not None:
            said["when"] = self.span(build.start, build.ready - 1)
            if ready > 0:
                return self.language.text("{service} (code {code}) is built {when} and is ready from {quarter}", **said)
            return self.language.text("{service} (code {code}) is built {when} and exists from the start", **said)
        if ready > 0:
            return self.language.text("{service} (code {code}) is ready from {quarter}", **said)
        return self.language.text("{service} (code {code}) exists from the start", **said)

    def exists(self, ready: int | None) -> str:
        """From when a service can be used, in a word or two."""
        if ready is None:
            return self.language.text("not built")
        if ready > 0:
            return self.language.text("ready {quarter}", quarter=self.label(ready))
        return self.language.text("exists already")
