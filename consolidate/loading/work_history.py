"""What the reports of progress say of each piece of work, put together in the order of their quarters.

A later entry stands, key by key; `capital` and `effort` belong to their own quarter. What was `stopped` or
`cancelled` and then starts again, starts from nothing: what had been spent until then is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from consolidate.inventory import Delivery, Name, Spent
from consolidate.loading import schema
from consolidate.loading.defaults import default_pot
from consolidate.loading.drafts import Draft
from consolidate.loading.risks import as_risk
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map, Mark, Node, Seq

ENDED = ("stopped", "cancelled")
"""The statuses of work that was given up."""
_DONE = ("live", "off", "ready")
_ReportEntry = schema.ReportedSystem | schema.ReportedService


@dataclass(frozen=True)
class ReportFile:
    """A report on one quarter: its path within the inventory's folder, its model and its tree."""

    path: str
    model: schema.Progress
    node: Map


@dataclass
class WorkHistory:
    """All that is reported of one piece of work.

    Attributes:
        values: the keys as they stand after the last report.
        nodes: where each of them was written last.
        place: where the last entry stands.
        reported: the quarter of the last report.
        off: the quarter in which the old system was reported to be off.
        spent: what was spent, by report.
        lost: what was spent before the work was given up.
    """

    values: dict[str, Any] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    place: Mark | None = None
    reported: int = 0
    off: int | None = None
    spent: list[Spent] = field(default_factory=list)
    lost: list[Spent] = field(default_factory=list)

    def add(self, model: _ReportEntry, node: Map, key: Mark, quarter: int) -> None:
        """Take in the entry of one more report."""
        before = self.values.get("status")
        if before in ENDED and model.status is not None and model.status not in ENDED:
            self.lost += self.spent
            self.spent, self.off = [], None
            self._forget(*({*self.values} - {"approach", "to", "option", "step"}))
        if self._contradicts(model, "approach"):
            self._forget("to", "option")
        elif self._contradicts(model, "to"):
            self._forget("option")
        for name in model.model_fields_set - {"capital", "effort"}:
            self.values[name] = getattr(model, name)
            self.nodes[name] = node[name]
        self.place, self.reported = key, quarter
        if model.status == "off" and before != "off":
            self.off = quarter

    def complete(self, model: _ReportEntry) -> None:
        """Take from a later entry what is known of the same work by now, and was not said before."""
        if self._contradicts(model, "approach") or self._contradicts(model, "to"):
            return
        for name in _FACTS:
            value = getattr(model, name, None)
            if value is not None and self.values.get(name) is None:
                self.values[name] = value

    def _contradicts(self, model: _ReportEntry, name: str) -> bool:
        """Whether a report gives another value than those before; the first value contradicts nothing."""
        return name in model.model_fields_set and self.values.get(name) not in (None, getattr(model, name, None))

    def _forget(self, *names: str) -> None:
        for name in names:
            self.values.pop(name, None)
            self.nodes.pop(name, None)

    @property
    def ended(self) -> bool:
        """Whether the work was given up."""
        return self.values.get("status") in ENDED

    def at(self, name: str) -> Mark:
        """Where a key stands, or the entry that ought to have it."""
        assert self.place is not None
        return self.nodes.get(name, self.place)

    @property
    def source(self) -> str:
        """The file and line of the last entry."""
        return "" if self.place is None else f"{self.place.source}:{self.place.line}"


@dataclass
class Histories:
    """The histories of all work: by system and step, and by service; and how delivery stood, by quarter."""

    systems: dict[tuple[str, int], WorkHistory] = field(default_factory=dict)
    services: dict[str, WorkHistory] = field(default_factory=dict)
    delivery: dict[int, Delivery] = field(default_factory=dict)
    newest: Mark | None = None
    """Where the newest report names its quarter: what has to be said now belongs there."""
    first_open: int = 0
    """The first quarter that no report is on."""


def histories(draft: Draft, reports: Mapping[int, ReportFile], findings: Findings) -> Histories:
    """What the reports say, quarter by quarter; reports what is wrong with each entry."""
    reader = _ReportReader(draft, findings)
    for quarter, file in reports.items():
        reader.read(quarter, file.model, file.node)
    return reader.found


_FACTS = ("approach", "to", "option", "start", "cutover", "ready")
"""What is so from when it happened on, whenever it is reported."""


def complete(found: Histories, later: Mapping[int, ReportFile]) -> None:
    """Fills in what later reports were the first to say of work that is under way or done.

    As it stood at the end of an earlier quarter, work had begun when, and moved in the way, that is known today. What
    happens to it later is no part of that; nor is anything that contradicts what had been said, or that follows a
    stop.
    """
    over: set[tuple[str, int] | str] = set()
    for file in later.values():
        entries: list[tuple[tuple[str, int] | str, _ReportEntry, WorkHistory | None]] = [
            ((id, one.step or 1), one, found.systems.get((id, one.step or 1)))
            for id, listed in file.model.systems.items()
            for one in listed
        ]
        entries += [(id, made, found.services.get(id)) for id, made in file.model.services.items()]
        for key, entry, history in entries:
            if history is None or history.ended or key in over:
                continue
            if entry.status in ENDED:
                over.add(key)
            else:
                history.complete(entry)


class _ReportReader:
    """Reads one report after another."""

    def __init__(self, draft: Draft, findings: Findings) -> None:
        self.draft = draft
        self.findings = findings
        self.found = Histories()

    def read(self, quarter: int, model: schema.Progress, node: Map) -> None:
        """Take in one report."""
        self.found.newest, self.found.first_open = node["quarter"], quarter + 1
        self._read_systems(quarter, model, node)
        self._read_services(quarter, model, node)
        if model.delivery is not None:
            self.found.delivery[quarter] = _delivery(model.delivery)

    def _read_systems(self, quarter: int, model: schema.Progress, node: Map) -> None:
        below = node.get("systems")
        for system, entry, tree, key in self._entries(model, below):
            if not self._takes_part(system, quarter, entry, tree, key):
                continue
            history = self.found.systems.setdefault((system, entry.step or 1), WorkHistory())
            partner = system.partition("/")[0]
            # A partner whose file can't be read is reported elsewhere.
            pot = default_pot(self.draft, partner) if partner in self.draft.partners else None
            if len(model.systems[system]) == 1:
                self._check_which_step(entry, key, system)
            self._read_entry(history, entry, tree, key, quarter, pot)
            if history is self.found.systems.get((system, 1)) and entry.status in ENDED:
                self._forget_second(system, history)

    def _takes_part(self, system: str, quarter: int, entry: schema.ReportedSystem, tree: Map, key: Mark) -> bool:
        """Whether the system's partner had joined when this is said to have happened; reports it where not."""
        partner = self.draft.partners.get(system.partition("/")[0])
        joins = None if partner is None else partner.joins
        first = quarter if entry.start is None else min(entry.start, quarter)
        if joins is None or joins <= 0 or first >= joins:
            return True
        when, name = self.draft.calendar.label(joins), show(system.partition("/")[0])
        place = tree["start"] if first < quarter else key
        self.findings.add(place, f"{name} joins in {when}; nothing of it can be reported before that")
        return False

    def _entries(
        self, model: schema.Progress, below: Node | None
    ) -> Iterator[tuple[str, schema.ReportedSystem, Map, Mark]]:
        """Each entry on a system, with its tree and where it stands: one for each step, the second before the first."""
        for system, listed in model.systems.items():
            assert isinstance(below, Map)
            trees = below[system]
            assert isinstance(trees, Seq)
            told: set[int] = set()
            entries = [(one, tree) for one, tree in zip(listed, trees, strict=True) if isinstance(tree, Map)]
            for entry, tree in sorted(entries, key=lambda one: -(one[0].step or 1)):
                step = entry.step or 1
                if step in told:
                    what = f"another entry here is of its step {step}; write one for each step in a quarter"
                    self.findings.add(tree, what)
                    continue
                told.add(step)
                yield system, entry, tree, below.key(system) if len(trees) == 1 else tree

    def _read_services(self, quarter: int, model: schema.Progress, node: Map) -> None:
        below = node.get("services")
        pots = list(self.draft.programme.capital) if self.draft.programme is not None else []
        for service, entry in model.services.items():
            assert isinstance(below, Map)
            if service not in self.draft.services:
                hint = self.draft.known.suggest(service, self.draft.services)
                self.findings.add(below.key(service), f"unknown service {show(service)}; {hint}")
                continue
            history = self.found.services.setdefault(service, WorkHistory())
            tree = below[service]
            assert isinstance(tree, Map)
            self._read_entry(history, entry, tree, below.key(service), quarter, pots[0] if pots else None)

    def _check_which_step(self, model: schema.ReportedSystem, key: Mark, system: str) -> None:
        """An entry without ``step`` is of the first step; after reports on the second it may have meant that."""
        second = self.found.systems.get((system, 2))
        if model.step is None and second is not None and second.values.get("status") not in (None, "cancelled"):
            what = "taken to be of its first step; write `step: 2` if it is of the second, `step: 1` if it is not"
            self.findings.warn(key, what)

    def _forget_second(self, system: str, first: WorkHistory) -> None:
        """A second step that was given up is planned anew with its first; what was spent on it is lost."""
        second = self.found.systems.get((system, 2))
        if second is not None and second.ended:
            first.lost += second.lost + second.spent
            del self.found.systems[system, 2]

    def _read_entry(
        self, history: WorkHistory, model: _ReportEntry, node: Map, key: Mark, quarter: int, pot: str | None
    ) -> None:
        """Check one entry against what was reported before, and take it in.

        ``key``: where it stands. ``pot``: where capital as a plain number belongs.
        """
        before = history.values.get("status")
        if model.status is None and before is None:
            if "status" not in node.lost:
                self.findings.add(key, "how does it stand? write its `status`: no earlier report does")
            return
        self._check_status(model, node, before)
        history.add(model, node, key, quarter)
        if model.capital is not None or model.effort is not None:
            history.spent.append(Spent(quarter, _capital(model, pot), model.effort))
        self._check_dates(model, node, quarter)

    def _check_status(self, model: _ReportEntry, node: Map, before: str | None) -> None:
        """Whether the status goes with the one reported before."""
        if model.status is None and before in ENDED:
            for name in ("start", "cutover", "expected"):
                if getattr(model, name, None) is not None:
                    self.findings.add(node[name], f"it is {show(before)}; write `status: started` if work goes on")
        if before in _DONE and model.status is not None and model.status not in _DONE:
            so = "as not ready" if before == "ready" else "as not moved"
            what = f"it was {show(before)} before; now it counts {so} again (if it does not, leave `status` out)"
            self.findings.warn(node["status"], what)

    def _check_dates(self, model: _ReportEntry, node: Map, quarter: int) -> None:
        """Whether what is reported has happened by the end of the quarter."""
        for name in ("start", "cutover"):
            when = getattr(model, name, None)
            if when is not None and when > quarter:
                now = self.draft.calendar.label(quarter)
                message = f"`{name}` is after {now}, the quarter reported on; write what has happened, or `expected`"
                self.findings.add(node[name], message)
        if model.status == "started" and getattr(model, "cutover", None) is not None:
            self.findings.add(node["cutover"], "what is `started` has no `cutover` yet; write `expected`, or `live`")


def _capital(model: _ReportEntry, pot: str | None) -> dict[str | None, float] | None:
    """Capital that was spent, by pot."""
    if isinstance(model.capital, Mapping):
        return dict(model.capital.items())
    return None if model.capital is None else {pot: model.capital}


def _delivery(model: schema.Delivery) -> Delivery:
    why = None if model.why is None else Name(model.why)
    return Delivery(model.rag, why, tuple(Name(text) for text in model.decisions), tuple(map(as_risk, model.risks)))
