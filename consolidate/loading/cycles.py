"""Systems and services that wait for one another in a circle, so that none of them could ever begin.

A system waits for those in its `after`, and by each way to move for the services that its first step needs (`needs`
of the system and the option, and `to`). A service waits for the services in its `needs` and for the systems in its
`after`. A system moves if one of its ways leaves the circle, so only a circle that every way closes is an error.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping

from consolidate.inventory import Option
from consolidate.loading.drafts import Draft, Entry
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map, Mark, Node, Seq, Text


def check_cycles(draft: Draft, options: Mapping[str, tuple[Option, ...]], findings: Findings) -> None:
    """Reports each cycle once, in full and from its first member on.

    Args:
        options: the options by system; one that has none because of a fault is taken to be free to move.
    """
    circular = _cycles_of_services(draft, findings)
    waits = Waiting(
        {key: (tuple(model.needs), tuple(model.after)) for key, model in draft.services.items()},
        _after(draft),
        options,
    )
    order = {node: place for place, node in enumerate((*draft.services, *waits.after))}
    reported = set(circular)
    stuck = waits.stuck()
    for node in (one for one in order if one in stuck):
        cycle = waits.cycle_from(node, stuck)
        if not reported.intersection(cycle):
            start = cycle.index(min(cycle, key=order.__getitem__))
            _report_mixed(draft, waits, cycle[start:] + cycle[:start], findings)
        reported.update(cycle)


def _after(draft: Draft) -> dict[str, tuple[str, ...]]:
    """The systems that each system waits for, partner by partner."""
    found: dict[str, tuple[str, ...]] = {}
    for partner in draft.partners:
        if partner in draft.kept:
            found |= {key: system.after for key, system in draft.kept[partner].systems.items()}
        else:
            found |= {entry.id: tuple(entry.model.after) for entry in draft.entries_of(partner)}
    return found


class Waiting:
    """What each system and service waits for before it can begin.

    ``services``: by id, the services in its `needs` and the systems in its `after`; ``after``: by system.
    """

    def __init__(
        self,
        services: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]],
        after: Mapping[str, tuple[str, ...]],
        options: Mapping[str, tuple[Option, ...]],
    ) -> None:
        self.services = {
            key: (tuple(need for need in needs if need in services), tuple(one for one in gates if one in after))
            for key, (needs, gates) in services.items()
        }
        self.after = {key: tuple(one for one in others if one in after) for key, others in after.items()}
        # A system without options has a fault that is reported elsewhere, so has what needs an unknown service.
        self._known_of: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.ways: dict[str, tuple[tuple[str, ...], ...]] = {key: self._ways(options.get(key)) for key in after}
        self._waiting_for = self._reversed()
        self.never = self._never()
        self._may: dict[str, frozenset[str]] = {}
        self._gated: dict[tuple[str, ...], bool] = {}
        self._must: dict[str, frozenset[str]] = {}
        self._without: dict[str, set[str]] = {}

    def _ways(self, options: tuple[Option, ...] | None) -> tuple[tuple[str, ...], ...]:
        """The services that each way to move needs; alike ways once."""
        if not options:
            return ((),)
        needs = dict.fromkeys(option.first.needs for option in options if option.goes_live)
        return tuple(map(self._known, needs))

    def _known(self, needs: tuple[str, ...]) -> tuple[str, ...]:
        known = self._known_of.get(needs)
        if known is None:
            known = self._known_of[needs] = tuple(need for need in needs if need in self.services)
        return known

    def _never(self) -> frozenset[str]:
        """Systems that cannot move at all, services that wait for one of them, and so on."""
        never: set[str] = set()

        def hopeless(node: str) -> bool:
            if node in self.services:
                needs, gates = self.services[node]
                return any(other in never for other in (*needs, *gates))
            return all(any(need in never for need in way) for way in self.ways[node])

        self._spread(never, hopeless)
        return frozenset(never)

    def possible(self, without: str | None = None) -> set[str]:
        """All that can be done in some order, if ``without`` is not."""
        done: set[str] = set()

        def ready(node: str) -> bool:
            if node == without or node in self.never:
                return False
            if node in self.services:
                return all(other in done for other in (*self.services[node][0], *self.services[node][1]))
            # Systems that never move hold up nothing.
            free = all(other in done or other in self.never for other in self.after[node])
            return free and any(all(need in done for need in way) for way in self.ways[node])

        self._spread(done, ready)
        return done

    def _spread(self, found: set[str], belongs: Callable[[str], bool]) -> None:
        """Adds to ``found`` all that belongs to it, until nothing more does."""
        open_ = deque((*self.services, *self.after))
        while open_:
            node = open_.popleft()
            if node not in found and belongs(node):
                found.add(node)
                open_.extend(self._waiting_for.get(node, ()))

    def _reversed(self) -> dict[str, list[str]]:
        """By node, all that may wait for it."""
        waiting: dict[str, list[str]] = defaultdict(list)
        for node in (*self.services, *self.after):
            for other in self._all_of(node):
                waiting[other].append(node)
        return waiting

    def _all_of(self, node: str) -> Iterator[str]:
        """All that a node may wait for."""
        if node in self.services:
            yield from (*self.services[node][0], *self.services[node][1])
        else:
            yield from self.after[node]
            yield from {need for way in self.ways[node] for need in way}

    def stuck(self) -> set[str]:
        """What could never begin because of a circle."""
        return {*self.services, *self.after} - self.possible() - self.never

    def cycle_from(self, node: str, stuck: set[str]) -> list[str]:
        """A cycle that something stuck is in, or waits for."""
        path: dict[str, None] = {}
        while node not in path:
            path[node] = None
            node = next(other for other in self._all_of(node) if other in stuck)
        nodes = list(path)
        return nodes[nodes.index(node) :]

    def may_be_closed(self, option: Option) -> bool:
        """Whether an option needs a service that waits for systems, or is never built."""
        needs = option.first.needs
        if needs not in self._gated:
            self._gated[needs] = any(
                need in self.never or not self._waited_for(need) <= self.services.keys() for need in self._known(needs)
            )
        return self._gated[needs]

    def closed_by(self, system: str, option: Option) -> str | None:
        """The service that an option needs although it waits for the system itself; None where there is none."""
        return next((need for need in option.first.needs if self._always_waits(need, system)), None)

    def _always_waits(self, service: str, system: str) -> bool:
        """Whether a service waits for a system, by whichever ways others move."""
        if service not in self.services or service in self.never or system not in self._waited_for(service):
            return False
        return system in self._surely_waited_for(service) or service not in self._possible_without(system)

    def _waited_for(self, service: str) -> frozenset[str]:
        """All that a service may wait for."""
        if service not in self._may:
            self._may[service] = frozenset(self._reached(service, self._all_of))
        return self._may[service]

    def _surely_waited_for(self, service: str) -> frozenset[str]:
        """What a service waits for whichever ways the systems move by; there may be more."""

        def always(node: str) -> Iterable[str]:
            if node in self.services:
                return self._all_of(node)
            common = set.intersection(*map(set, self.ways[node])) if self.ways[node] else set()
            return [*(other for other in self.after[node] if other not in self.never), *common]

        if service not in self._must:
            self._must[service] = frozenset(self._reached(service, always))
        return self._must[service]

    def _possible_without(self, system: str) -> set[str]:
        if system not in self._without:
            self._without = {system: self.possible(without=system)}  # options of one system come one after another
        return self._without[system]

    @staticmethod
    def _reached(node: str, leads: Callable[[str], Iterable[str]]) -> set[str]:
        """All that is met on the way from a node."""
        found: set[str] = set()
        open_ = [node]
        while open_:
            new = [other for other in leads(open_.pop()) if other not in found]
            found.update(new)
            open_ += new
        return found


def _cycles_of_services(draft: Draft, findings: Findings) -> set[str]:
    """Reports cycles in the `needs` of services alone; returns the services in them."""
    graph = {key: tuple(model.needs) for key, model in draft.services.items()}
    order = {node: index for index, node in enumerate(graph)}
    reported: set[str] = set()
    for cycle in _cycles(graph):
        if not reported.intersection(cycle):
            start = cycle.index(min(cycle, key=order.__getitem__))
            cycle = cycle[start:] + cycle[:start]
            _report(cycle, _place(draft, cycle[0], cycle[1 % len(cycle)]), "the `needs` of services", findings)
        reported.update(cycle)
    return reported


def _cycles(graph: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """The cycles that a depth-first search meets."""
    done: set[str] = set()
    for root in graph:
        if root in done:
            continue
        path: dict[str, None] = {root: None}
        stack = [iter(graph[root])]
        while stack:
            other = next(stack[-1], None)
            if other is None:
                stack.pop()
                done.add(path.popitem()[0])
            elif other in path:
                nodes = list(path)
                yield nodes[nodes.index(other) :]
            elif other not in done and other in graph:
                path[other] = None
                stack.append(iter(graph[other]))


def _report_mixed(draft: Draft, waits: Waiting, cycle: list[str], findings: Findings) -> None:
    """Reports a cycle that systems are in."""
    pairs = list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    links = {"`needs`" if other in waits.services else "`after`" for _, other in pairs}
    what = " and ".join(sorted(links))
    inherited = any(one in waits.after and other in _inherited(draft, one) for one, other in pairs)
    hint = "; an option's own `needs: []` frees it of those that it inherits" if inherited else ""
    _report(cycle, _place(draft, *pairs[0]), what, findings, hint)


def _inherited(draft: Draft, system: str) -> set[str]:
    """The services that a system's ways to move may need because `approaches` says so."""
    entry = draft.entry(system)
    programme = draft.programme
    sizes = programme.approaches.values() if programme is not None else ()
    every = (template for by_size in sizes for template in by_size.values())
    needs = {need for template in every for need in template.needs or ()}
    return needs - set(entry.model.needs)


def _report(cycle: list[str], place: Mark, what: str, findings: Findings, hint: str = "") -> None:
    full = [*cycle, cycle[0]]
    shown = full if len(full) <= 100 else [*full[:50], f"({len(full) - 100} more)", *full[-50:]]
    findings.add(place, f"a cycle in {what}: {' -> '.join(shown)}; take one of these out{hint}")


def _place(draft: Draft, node: str, other: str) -> Mark:
    """Where the files say that one waits for another."""
    if node in draft.services:
        below = draft.services_node[node]
        assert isinstance(below, Map)
        return _word(below, other, None) or draft.services_node.key(node)
    entry = draft.entry(node)
    return _word(entry.node, other, entry) or _in_options(entry, other) or entry.key


def _word(node: Map, other: str, entry: Entry | None) -> Mark | None:
    """The word in `after` or `needs` of a mapping that names ``other``; a partner's own systems by short ids, too."""
    for key in ("after", "needs", "to"):
        below: Node | None = node.get(key)
        for word in below if isinstance(below, Seq) else (below,):
            if isinstance(word, Text) and (word == other or (entry and f"{entry.partner}/{word}" == other)):
                return word
    return None


def _in_options(entry: Entry, other: str) -> Mark | None:
    for option in entry.node.list_of("options"):
        found = _word(option, other, None) if isinstance(option, Map) else None
        if found is not None:
            return found
    return None


def show_cycle(system: str, service: str) -> str:
    """Why an option that closes a cycle by itself can never be taken."""
    return f"it needs {show(service)}, which waits for {show(system)} itself (`after`)"
