"""Which choices a system has: its options, each at every start that the data allow.

A rule that concerns one choice alone is applied here: a choice that breaks it does not exist. When the
search is for the cheapest way out of an impossible inventory, such choices are kept
instead, with what each of them breaks (:attr:`Choice.breaks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from consolidate.inventory import Inventory, Option, Service, System
from consolidate.solving.formulation.costs import NEVER, STAY, Prices, Timing, passage, timing
from consolidate.solving.formulation.stopping import Stop, never, unless_stopped

Break = tuple[str, str | int, int]
"""('latest', system or service, quarters) | ('freeze', number from 0, quarter) | ('horizon', '', quarters)"""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One way to treat one system, at one time (a pulse of the time-indexed formulation)."""

    system: System
    option: Option
    when: Timing
    cost: float
    breaks: tuple[Break, ...] = ()
    live: int | None = None
    """The cutover after which it is live; None if it never is."""
    retired: int = NEVER
    """The cutover after which it is retired; :data:`NEVER` if it is not."""

    @property
    def finish(self) -> int:
        """Its last cutover; -1 without work."""
        return self.when.cutovers[-1] if self.when.cutovers else -1


@dataclass(frozen=True, slots=True, eq=False)
class BuildChoice:
    """A service whose build starts in ``start`` and that is ready from ``ready``."""

    service: Service
    start: int
    ready: int
    cost: float
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True)
class Offer:
    """The choices of every system and the builds of every service, for work in the first ``end`` quarters."""

    end: int
    systems: Mapping[str, tuple[Choice, ...]]
    builds: Mapping[str, tuple[BuildChoice, ...]]

    @property
    def possible(self) -> bool:
        """False when a system is left without a choice."""
        return all(self.systems.values())

    @property
    def size(self) -> int:
        """How many choices and builds there are."""
        return sum(map(len, self.systems.values())) + sum(map(len, self.builds.values()))


@dataclass(frozen=True)
class Windows:
    """Bounds that no plan can leave.

    ``ready``: first quarter a service may be ready; by system, ``start``: first quarter of work,
    ``soonest``: first quarter in which it may cut over, ``live``: last quarter in which its first
    step may, ``finish``: last in which any step may.
    """

    ready: Mapping[str, int]
    start: Mapping[str, int]
    soonest: Mapping[str, int]
    live: Mapping[str, int]
    finish: Mapping[str, int]


LONGER = 48
"""By how many quarters a horizon may be lengthened: what is later than that never happens."""


def windows(inventory: Inventory, end: int, *, relaxed: bool = False) -> Windows:
    """Bounds from ``earliest``, ``needs``, ``after`` and ``latest``, propagated along the links.

    Args:
        inventory: the inventory.
        end: quarters in which work may be done.
        relaxed: ignore ``latest``.
    """
    order = list(topological_order({key: value.after for key, value in inventory.systems.items()}))
    must = {key for key in order if all(option.goes_live for option in inventory.systems[key].options)}
    ready, start, soonest = _soonest(inventory, order, must)
    finish = {
        key: end - 1 if relaxed or system.latest is None else min(end - 1, system.latest)
        for key, system in inventory.systems.items()
    }
    live = {key: soonest[key] if inventory.systems[key].began else last for key, last in finish.items()}
    for key in reversed(order):
        shortest = min((option.first.quarters for option in inventory.systems[key].options), default=0)
        for other in inventory.systems[key].after:
            # `key` has to move, so what it waits for is live before `key` can start at the latest.
            if key in must and other in must:
                live[other] = min(live[other], live[key] - shortest)
    return Windows(ready, start, soonest, live, finish)


def _soonest(
    inventory: Inventory, order: list[str], must: set[str]
) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """When services may be ready, systems start and systems cut over at the soonest.

    A gate makes a service wait for systems, which may need other services: so both are taken in turn until nothing
    changes. Every round is a bound; what only grows past the horizon can never be.
    """
    services = list(topological_order({key: value.needs for key, value in inventory.services.items()}))
    cap, far = NEVER // 2, inventory.plan_quarters + LONGER
    live = {id: -1 for service in inventory.services.values() for id in service.after}
    while True:
        ready: dict[str, int] = {}
        start: dict[str, int] = {}
        soonest: dict[str, int] = {}
        for service in services:
            ready[service] = min(_first_ready(inventory.services[service], ready, live, inventory.open), cap)
        for key in order:
            system = inventory.systems[key]
            if system.began:
                start[key] = system.began[0]
                soonest[key] = start[key] + system.options[0].first.quarters - 1
                continue
            waits = (soonest[other] + 1 for other in system.after if other in must)
            start[key] = max([system.earliest, inventory.open, *waits])
            soonest[key] = min((_first_live(option, start[key], ready) for option in system.options), default=NEVER)
        moved = {id: _first_move(inventory.systems[id], start[id], ready) for id in live}
        later = {id: quarter if quarter <= far else cap for id, quarter in moved.items()}
        if later == live:
            return ready, start, soonest
        live = later


def _first_move(system: System, start: int, ready: Mapping[str, int]) -> int:
    """The first quarter in which a system can have moved; beyond all horizons if it cannot move at all."""
    if system.began:
        return system.began[0] + system.options[0].first.quarters - 1 if system.options[0].goes_live else NEVER
    return min((_first_live(one, start, ready) for one in system.options if one.goes_live), default=NEVER)


def _first_ready(service: Service, ready: Mapping[str, int], live: Mapping[str, int], open_: int) -> int:
    if service.build is None:
        return max(service.ready or 0, 0)
    gates = (live[id] + 1 for id in service.after)
    start = max([service.earliest, open_, *gates, *(ready[need] for need in service.needs)])
    return start + service.build.quarters


def _first_live(option: Option, start: int, ready: Mapping[str, int]) -> int:
    return max([start, *(ready[need] for need in option.first.needs)]) + option.first.quarters - 1


def topological_order(before: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Keys in topological order: predecessors first (the inventory has no cycles)."""
    done: set[str] = set()
    for root in before:
        stack = [(root, iter(before[root]))]
        while stack:
            key, rest = stack[-1]
            following = next((other for other in rest if other not in done), None)
            if following is not None:
                stack.append((following, iter(before[following])))
                continue
            stack.pop()
            if key not in done:
                done.add(key)
                yield key


def system_choices(prices: Prices, system: System, bounds: Windows, horizon: int, *, relaxed: bool) -> Iterator[Choice]:
    """Every choice of a system whose work lies inside its window.

    ``relaxed`` keeps those that break ``latest``, a freeze or the ``horizon`` (in quarters).
    """
    frozen = freezes_of(prices.inventory, system)
    for option in system.options:
        for when in _timings(system, option, bounds, prices.inventory.open):
            breaks = tuple(_breaks(system, when, frozen, horizon))
            if not breaks or relaxed:
                cost = prices.choice(system, option, when).total
                live = when.cutovers[0] if option.goes_live else None
                yield Choice(system, option, when, cost, breaks, live, passage(option, when).retired)


def settled_choice(prices: Prices, system: System) -> Choice | None:
    """The only choice of a system of which nothing is left to decide by what was reported; None of all others."""
    option = system.options[0] if system.options else None
    if option is None or (option != STAY and len(system.began) < len(option.steps)):
        return None
    when = timing(option, *system.began)
    live = when.cutovers[0] if option.goes_live else None
    cost = prices.choice(system, option, when).total
    return Choice(system, option, when, cost, (), live, passage(option, when).retired)


def _timings(system: System, option: Option, bounds: Windows, open_: int) -> Iterator[Timing]:
    """Starts of the first step, and with ``then`` each start of the second that follows it."""
    if len(system.began) == len(option.steps):
        yield timing(option, *system.began)
        return
    if option.approach == "retain":
        yield Timing()
        return
    first_start = max([bounds.start[system.id], *(bounds.ready[need] for need in option.first.needs)])
    for start in range(first_start, bounds.live[system.id] - option.first.quarters + 2):
        if option.then is None:
            yield timing(option, start)
            continue
        follows = max([start + option.first.quarters, open_, *(bounds.ready[need] for need in option.then.needs)])
        for second in range(follows, bounds.finish[system.id] - option.then.quarters + 2):
            yield timing(option, start, second)


def freezes_of(inventory: Inventory, system: System) -> list[tuple[int, bool, frozenset[int]]]:
    """(number of the freeze, stops work, quarters) of those that apply to a system."""
    return [
        (number, freeze.stops_work, freeze.quarters)
        for number, freeze in enumerate(inventory.freezes)
        if system.id in freeze.who.systems
    ]


def _breaks(
    system: System, when: Timing, frozen: list[tuple[int, bool, frozenset[int]]], horizon: int
) -> Iterator[Break]:
    if len(when.cutovers) == len(system.began):
        return  # it stays, or has happened
    finish = when.cutovers[-1]
    if system.latest is not None and finish > system.latest:
        yield ("latest", system.id, finish - system.latest)
    if finish >= horizon:
        yield ("horizon", "", finish - horizon + 1)
    for number, stops_work, quarters in frozen:
        for start, cutover in list(zip(when.starts, when.cutovers, strict=True))[len(system.began) :]:
            for quarter in range(start if stops_work else cutover, cutover + 1):
                if quarter in quarters:
                    yield ("freeze", number, quarter)


def breaks_of(inventory: Inventory, system: System, when: Timing, horizon: int) -> tuple[Break, ...]:
    """Which of ``latest``, freezes and horizon a choice breaks."""
    return tuple(_breaks(system, when, freezes_of(inventory, system), horizon))


def build_choices(
    prices: Prices, service: Service, bounds: Windows, end: int, horizon: int, *, relaxed: bool
) -> Iterator[BuildChoice]:
    """Every quarter in which a service's build may start, to be ready before quarter ``end``."""
    if service.build is None:
        return
    for ready in range(bounds.ready[service.id], end):
        start = ready - service.build.quarters
        breaks = tuple(_build_breaks(service, ready, horizon))
        if not breaks or relaxed:
            yield BuildChoice(service, start, ready, prices.build(service, start).total, breaks)


def _build_breaks(service: Service, ready: int, horizon: int) -> Iterator[Break]:
    """Which of ``latest`` and horizon a build breaks that is ready in a quarter."""
    if service.latest is not None and ready > service.latest:
        yield ("latest", service.id, ready - service.latest)
    if ready >= horizon:
        yield ("horizon", "", ready - horizon + 1)


def offer(
    inventory: Inventory, end: int, *, relaxed: bool = False, horizon: int | None = None, stop: Stop = never
) -> Offer:
    """All that the data allow.

    Args:
        inventory: the inventory.
        end: quarters in which work may be done.
        relaxed: keep what breaks ``latest``, a freeze or the horizon, with what it breaks.
        horizon: quarters of the horizon itself; ``end`` by default.
        stop: asked before each system.

    Raises:
        OutOfTime: it was stopped.
    """
    prices = Prices(inventory)
    bounds = windows(inventory, end, relaxed=relaxed)
    limit = end if horizon is None else horizon
    return Offer(
        end,
        {
            key: tuple(system_choices(prices, system, bounds, limit, relaxed=relaxed))
            for key, system in unless_stopped(inventory.systems.items(), stop)
        },
        {
            key: tuple(build_choices(prices, service, bounds, end, limit, relaxed=relaxed))
            for key, service in inventory.services.items()
        },
    )


def wanted_services(inventory: Inventory, needs: Iterable[tuple[str, ...]]) -> set[str]:
    """The services named and those that must be built, and all that they need in turn."""
    wanted: set[str] = set()
    open_ = [service for group in needs for service in group]
    open_ += [service.id for service in inventory.services.values() if service.must_build]
    while open_:
        service = open_.pop()
        if service not in wanted:
            wanted.add(service)
            open_.extend(inventory.services[service].needs)
    return wanted


def shortened(inventory: Inventory, whole: Offer, end: int) -> Offer:
    """The same, for moves in the first ``end`` quarters; builds that no move waits for may end later."""
    free = wanted_services(inventory, ())
    return Offer(
        end,
        {key: tuple(choice for choice in found if choice.finish < end) for key, found in whole.systems.items()},
        {
            key: found if key in free else tuple(build for build in found if build.ready < end)
            for key, found in whole.builds.items()
        },
    )
