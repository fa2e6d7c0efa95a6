r"""The mixed-integer program: a time-indexed formulation with pulse variables.

Sets and variables
    :math:`x_j \in \{0,1\}`: choice :math:`j` is taken (system, option, start of each step);
    :math:`z_{vb} \in \{0,1\}`: the build of service :math:`v` starts in quarter :math:`b`;
    :math:`a_{kq} \ge 0`: agency person-days of role :math:`k` in quarter :math:`q`, at :math:`r_{kq} - w_{kq}` each:
    the price of one less the worth of the own day that it replaces, which choices have in their own price;
    :math:`y_{so} \in \{0,1\}`: option :math:`o` is taken, whenever (where pots or capacities ask);
    :math:`w_{sq}, w_{vq} \in \{0,1\}`: system :math:`s` is live after quarter :math:`q`, service :math:`v` ready in it;
    :math:`y_{iq} \ge 0`: interface :math:`i` is paid for in quarter :math:`q`;

:data:`FAMILIES` is the model: one function for each family of rows, named as the rule is
named everywhere else; those that limit a sum take what there is and what is used of it from
:mod:`consolidate.solving.formulation.resources`. What concerns one choice alone is not here: see
:mod:`consolidate.solving.formulation.choices` (it does not exist) and :mod:`consolidate.solving.formulation.costs`
(its price). Why these rows and not weaker or fewer ones: ``docs/model.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import fsum
from typing import Any

import pulp

from consolidate.inventory import Inventory, System
from consolidate.solving.exact.digits import DigitRow, digit_rows
from consolidate.solving.formulation.choices import BuildChoice, Choice, Offer, offer
from consolidate.solving.formulation.people import agency_is_cheaper, most_saved_by_agency, premium, worked
from consolidate.solving.formulation.resources import Budgets, Entry, Resources, loosened
from consolidate.solving.formulation.stopping import Stop, never, unless_stopped

LE, EQ, GE = pulp.LpConstraintLE, pulp.LpConstraintEQ, pulp.LpConstraintGE
Variable = Any
Terms = dict[Variable, float]


@dataclass(slots=True)
class Constraint:
    """One constraint. ``key`` is data (role, quarter, …): never parsed back out of a solver's names."""

    family: str
    key: tuple[Any, ...]
    terms: Terms
    sense: int
    bound: float


def _uses() -> dict[tuple[Any, int], Terms]:
    return defaultdict(lambda: defaultdict(float))


@dataclass
class Model:
    """Sets, variables and rows of one inventory, for work in the first ``end`` quarters.

    ``goal`` is ``cost``, or ``any`` where any plan will do: ``minimise: finish`` asks for one in fewer and
    fewer quarters (:mod:`consolidate.solving.makespan.fewest_quarters`).
    ``relaxed`` keeps choices that break ``latest``, a freeze or the ``horizon``, for
    :mod:`consolidate.solving.infeasibility.way_out` to put a price on.
    ``offered``: the choices to choose from; all that the data allow when nothing is said.
    ``stop``: asked before each system, and before each row when rows are made or loaded; ``OutOfTime`` if it is True.
    """

    inventory: Inventory
    end: int
    goal: str = "cost"
    relaxed: bool = False
    horizon: int = 0
    offered: Offer | None = None
    problem: pulp.LpProblem = field(default_factory=lambda: pulp.LpProblem("consolidate", pulp.LpMinimize))
    choices: dict[str, list[tuple[Choice, Variable]]] = field(default_factory=dict)
    builds: dict[str, list[tuple[BuildChoice, Variable]]] = field(default_factory=dict)
    agency: dict[tuple[str, int], Variable] = field(default_factory=dict)
    modes: dict[tuple[str, int], tuple[Variable, Terms]] = field(default_factory=dict)
    steps: dict[tuple[str, str, int], tuple[Variable, Terms]] = field(default_factory=dict)
    paid: list[tuple[System, float, range, Variable]] = field(default_factory=list, repr=False)
    """Interfaces: the system that lists it, its cost a quarter, the quarters for which a variable pays."""
    effort: dict[tuple[str, int], Terms] = field(default_factory=dict, repr=False)
    """By role and quarter in which agency days are cheaper than own ones: the days worked."""
    digits: list[DigitRow] = field(default_factory=list)
    pots: list[tuple[Terms, float]] = field(default_factory=list, repr=False)
    """The rows of pots as they are: what each variable takes, and what the pot holds."""
    rows: list[Constraint] = field(default_factory=list)
    used: dict[str, dict[tuple[Any, int], Terms]] = field(default_factory=lambda: defaultdict(_uses), repr=False)
    objective: Terms = field(default_factory=dict)
    sums: dict[tuple[str, str, int], Terms] = field(default_factory=dict, repr=False)
    count: int = 0
    stop: Stop = never

    def __post_init__(self) -> None:
        self.horizon = self.horizon or self.end
        if self.offered is None:
            self.offered = offer(self.inventory, self.end, relaxed=self.relaxed, horizon=self.horizon, stop=self.stop)
        self.resources = Resources(self.inventory)
        limited = self.resources.families.values()
        for system, found in unless_stopped(self.offered.systems.items(), self.stop):
            self.choices[system] = [(choice, self.binary(choice.cost)) for choice in found]
            for choice, x in self.choices[system]:
                for family in limited:
                    self._enter(x, family.of_choice(choice))
        for service, starts in self.offered.builds.items():
            self.builds[service] = [(build, self.binary(build.cost)) for build in starts]
            for build, z in self.builds[service]:
                for family in limited:
                    self._enter(z, family.of_build(build))
        self._effort()
        self._agency()
        for rows in FAMILIES:
            self.rows.extend(unless_stopped(rows(self), self.stop))
        if self.goal == "any":
            self.objective.clear()

    # -- variables --------------------------------------------------------------

    def variable(self, cost: float, low: float = 0.0, high: float | None = None, *, whole: bool = False) -> Variable:
        """A new variable with its price in the objective."""
        self.count += 1
        kind = pulp.LpInteger if whole else pulp.LpContinuous
        new = self.problem.add_variable(f"v{self.count}", low, high, kind)
        if cost:
            self.objective[new] = cost
        return new

    def binary(self, cost: float) -> Variable:
        """A new variable that is 0 or 1, with its price in the objective."""
        return self.variable(cost, 0, 1, whole=True)

    def digit_rows(self, terms: Terms, limit: float) -> list[DigitRow]:
        """The rows of a limit on a sum of large amounts; none where they are small."""
        rows = digit_rows(terms, limit, lambda: self.variable(0.0, whole=True))
        self.digits += rows[:-1]
        return rows

    def _enter(self, var: Variable, used: Iterable[tuple[Entry, float]]) -> None:
        """Enters what a choice or a build uses of a family's resources."""
        for (family, rule, time), amount in used:
            self.used[family][rule, time][var] += amount

    def _agency(self) -> None:
        """Agency days can be bought where work could need them or they are cheaper; none where nothing is done."""
        for role in self.inventory.roles.values():
            for quarter, limit in enumerate(role.agency_days):
                useful = (role.id, quarter) in self.used["staff"] or (role.id, quarter) in self.effort
                if limit > 0 and useful:
                    price = premium(role, quarter) * self.inventory.discount(quarter)
                    self.agency[role.id, quarter] = self.variable(price, 0, limit)

    def _effort(self) -> None:
        """Enters the days worked where agency days are cheaper than own ones."""
        cheaper = {
            (role.id, quarter)
            for role in self.inventory.roles.values()
            for quarter in range(len(role.agency_days))
            if agency_is_cheaper(role, quarter)
        }
        every: list[tuple[Choice | BuildChoice, Variable]] = [
            *(pair for pairs in self.choices.values() for pair in pairs),
            *(pair for pairs in self.builds.values() for pair in pairs),
        ]
        for choice, var in every if cheaper else ():
            for role, quarter, days in worked(choice):
                if (role, quarter) in cheaper:
                    terms = self.effort.setdefault((role, quarter), {})
                    terms[var] = terms.get(var, 0.0) + days

    # -- sums that several families use -----------------------------------------

    def cut_over(self, system: str, by: int) -> Terms:
        """Choices of a system that are live after quarter ``by``: their sum, or the variable that stands for it."""
        key = ("live", system, by)
        if key not in self.sums:
            lives = [(choice.live, x) for choice, x in self.choices[system] if choice.live is not None]
            self.sums[key] = self._by("live", system, by, lives)
        return self.sums[key]

    def built(self, service: str, by: int) -> Terms:
        """Builds of a service that are ready in quarter ``by``, likewise."""
        key = ("built", service, by)
        if key not in self.sums:
            self.sums[key] = self._by("built", service, by, [(build.ready, z) for build, z in self.builds[service]])
        return self.sums[key]

    def _by(self, kind: str, key: str, by: int, dated: list[tuple[int, Variable]]) -> Terms:
        """The sum of what is dated ``by`` or before; where that is two or more, the variable that stands for it."""
        terms = {var: 1.0 for date, var in dated if date <= by}
        if len(terms) < 2 or self.goal != "cost" or self.relaxed:
            return terms
        dates = sorted({date for date, _ in dated if date <= by})
        last = (kind, key, dates[-1])
        if last not in self.steps:
            before = self._by(kind, key, dates[-2], dated) if len(dates) > 1 else {}
            new = {var: 1.0 for date, var in dated if date == dates[-1]}
            self.steps[last] = (self.binary(0.0), add((before, 1), (new, 1)))
        return {self.steps[last][0]: 1.0}

    def by_mode(self, terms: Terms) -> Terms:
        """The same sum with one variable for all starts of an option, where they all count alike."""
        if self.relaxed:
            return terms
        rest = dict(terms)
        for system, found in self.choices.items():
            some: dict[int, Terms] = defaultdict(dict)
            for choice, x in found:
                some[choice.option.number][x] = 1.0
            for number, group in some.items():
                factors = {terms.get(x, 0.0) for x in group}
                if 1 < len(group) < len(found) and len(factors) == 1 and factors != {0.0}:
                    rest = {x: factor for x, factor in rest.items() if x not in group}
                    if (system, number) not in self.modes:
                        self.modes[system, number] = (self.binary(0.0), group)
                    rest[self.modes[system, number][0]] = factors.pop()
        return rest

    def exists(self, service: str) -> bool:
        """True for a service that needs no build."""
        return self.inventory.services[service].build is None

    def floor(self) -> float:
        """What no plan can cost less than: each system's cheapest choice, as if nothing bound them."""
        cheapest = fsum(min((choice.cost for choice, _ in found), default=0.0) for found in self.choices.values())
        return cheapest - most_saved_by_agency(self.inventory)

    def load(self) -> None:
        """Hands objective and rows to PuLP."""
        self.problem.setObjective(pulp.LpAffineExpression(self.objective))
        self._hand_over(self.rows)

    def tighten(self, cuts: Iterable[Constraint]) -> None:
        """Adds rows to a loaded model that every plan keeps anyway."""
        new = list(cuts)
        self.rows += new
        self._hand_over(new)

    def _hand_over(self, rows: Iterable[Constraint]) -> None:
        for row in unless_stopped(rows, self.stop):
            self.problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(row.terms), row.sense, rhs=row.bound))


def add(*parts: tuple[Terms, float]) -> Terms:
    """A weighted sum of sums; terms that cancel are left out."""
    total: Terms = defaultdict(float)
    for terms, weight in parts:
        for var, factor in terms.items():
            total[var] += weight * factor
    return {var: factor for var, factor in total.items() if factor}


# -- the families ---------------------------------------------------------------------


def option(m: Model) -> Iterator[Constraint]:
    r"""Each system takes exactly one option and starts in one quarter.

    .. math:: \sum_{j \in J_s} x_j = 1 \qquad \forall s
    """
    for system, found in m.choices.items():
        yield Constraint("option", (system,), {x: 1.0 for _, x in found}, EQ, 1)


def staff(m: Model) -> Iterator[Constraint]:
    r"""Moves and builds under way need no more people than there are.   [person-days]

    .. math:: \sum_j e_{jkq}\, x_j + \sum_{v,b} e_{vk,q-b}\, z_{vb} \le d_{kq} + a_{kq} \qquad \forall k, q
    """
    for (role, quarter), terms in m.used["staff"].items():
        agency = m.agency.get((role, quarter))
        days = m.resources.by_key["staff", role, quarter].available
        yield Constraint(
            "staff", (role, quarter), add((terms, 1), ({} if agency is None else {agency: 1.0}, -1)), LE, loosened(days)
        )


def agency(m: Model) -> Iterator[Constraint]:
    r"""Agency days are never more than the effort, where they are cheaper than own days.   [person-days]

    .. math:: a_{kq} \le \sum_j e_{jkq}\, x_j + \sum_{v,b} e_{vk,q-b}\, z_{vb} \qquad \forall k, q: r_{kq} < w_{kq}
    """
    for (role, quarter), terms in m.effort.items():
        hired = m.agency.get((role, quarter))
        if hired is not None:
            yield Constraint("agency", (role, quarter), add(({hired: 1.0}, 1), (terms, -1)), LE, 0)


def capital(m: Model) -> Iterator[Constraint]:
    r"""No pot is overspent in any of its periods; with carry-forward, up to any of them.   [currency]

    .. math:: \sum_{q \in p} S_q \le C_p \quad\text{or}\quad
              \sum_{p' \le p} \sum_{q \in p'} S_q \le \sum_{p' \le p} C_{p'},
              \qquad S_q = \sum_j c_{jq}\, x_j + \sum_{v,b} c_{v,q-b}\, z_{vb} \qquad \forall p

    Where amounts are large, a row is several, digit by digit (:mod:`consolidate.solving.exact.digits`): a solver's
    tolerance would be pounds.
    """
    spent = m.used["capital"]
    so_far: Terms = {}
    for resource in m.resources.of("capital"):
        pot = resource.rule
        now = add(*((spent[pot, q], 1) for q in resource.quarters if (pot, q) in spent))
        so_far = add((so_far if resource.cumulative else {}, 1), (now, 1))
        # An amount that may give way is one period's own, so every period keeps its row.
        wanted = now if m.relaxed else so_far and not resource.implied
        key = (pot, resource.time)
        if wanted and m.relaxed:
            yield Constraint("capital", key, so_far, LE, resource.available)
        elif wanted:
            m.pots.append((so_far, resource.available))
            terms = m.by_mode(so_far)
            rows = m.digit_rows(terms, resource.available)
            for row in rows or [DigitRow(terms, loosened(resource.available))]:
                yield Constraint("capital", key, row.terms, LE, row.limit)


def ready(m: Model) -> Iterator[Constraint]:
    r"""Work that needs a service starts in or after the quarter from which it is ready.

    A row for each system, service and quarter (disaggregated: this is what makes the LP strong).

    .. math:: \sum_{j \in J_s:\ \text{needs } v \text{ by } q} x_j \le \sum_{b + d_v \le q} z_{vb}
              \qquad \forall s, v, q
    """
    for system, found in m.choices.items():
        needed: dict[str, dict[int, Terms]] = defaultdict(lambda: defaultdict(dict))
        for choice, x in found:
            for service, quarter in _needed(m, choice):
                needed[service][quarter][x] = 1.0
        for service, by_quarter in needed.items():
            so_far: Terms = {}
            for quarter in sorted(by_quarter):
                so_far = {**so_far, **by_quarter[quarter]}
                yield Constraint(
                    "ready", (system, service, quarter), add((so_far, 1), (m.built(service, quarter), -1)), LE, 0
                )


def _needed(m: Model, choice: Choice) -> Iterable[tuple[str, int]]:
    """Services yet to be built that a choice needs, each with the first quarter in which it does."""
    first: dict[str, int] = {}
    for step, start in zip(choice.option.steps, choice.when.starts, strict=False):
        for service in step.needs:
            if not m.exists(service):
                first.setdefault(service, start)
    return first.items()


def build(m: Model) -> Iterator[Constraint]:
    r"""A service is built at most once (once where it must be), and not before the services that it needs are ready.

    .. math:: \sum_b z_{vb} \le 1 \quad (= 1 \text{ where it must be built}), \qquad
              \sum_{b \le q} z_{vb} \le \sum_{b + d_u \le q} z_{ub}
              \qquad \forall v, u \in N_v, q
    """
    for service, found in m.builds.items():
        must = m.inventory.services[service].must_build
        if found and not must:
            yield Constraint("build", (service,), {z: 1.0 for _, z in found}, LE, 1)
        if must:
            yield Constraint("must_build", (service, 0), {z: 1.0 for _, z in found}, EQ, 1)
        for need in m.inventory.services[service].needs:
            if m.exists(need):
                continue
            for last, _ in found:
                so_far = {z: 1.0 for build, z in found if build.start <= last.start}
                yield Constraint(
                    "needs", (service, need, last.start), add((so_far, 1), (m.built(need, last.start), -1)), LE, 0
                )


def gate(m: Model) -> Iterator[Constraint]:
    r"""A service that waits for systems is built once each of them has moved; where one stays, it is not built.

    .. math:: \sum_{b' \le b} z_{vb'} \le \sum_{j \in J_s:\ c_j < b} x_j \qquad \forall v, s \in G_v, b
    """
    for service, found in m.builds.items():
        for system in m.inventory.services[service].after:
            for last, _ in found:
                begun = {z: 1.0 for build, z in found if build.start <= last.start}
                moved = m.cut_over(system, last.start - 1)
                yield Constraint("gate", (service, system, last.start), add((begun, 1), (moved, -1)), LE, 0)


def capacity(m: Model) -> Iterator[Constraint]:
    r"""The users of all systems in a service are no more than it holds, and none unless it is built.   [users]

    .. math:: \sum_{j \to v} n_j\, x_j \le N_v \sum_b z_{vb} \qquad \forall v
    """
    for (service, _), users in m.used["capacity"].items():
        resource = m.resources.by_key["capacity", service, 0]
        built = {z: -resource.built for _, z in m.builds[service]} if resource.built else {}
        yield Constraint(
            "capacity", (service,), add((m.by_mode(users), 1), (built, 1)), LE, loosened(resource.available)
        )


def mode(m: Model) -> Iterator[Constraint]:
    r"""An option is taken when one of its starts is.

    Only for options that count alike in a pot or a capacity whenever they start: then that row speaks of
    :math:`y_{so}`, which says nothing new but gives the solver short rows to cut from and something to
    branch on (measured: a third of the nodes).

    .. math:: \sum_{j \in J_s:\ o_j = o} x_j = y_{so} \qquad \forall s, o
    """
    for (system, number), (y, group) in m.modes.items():
        yield Constraint("mode", (system, number), {**group, y: -1.0}, EQ, 0)


def by(m: Model) -> Iterator[Constraint]:
    r"""A system is live if it has become so by now, a service ready likewise.

    For each system that others wait for or exchange data with, and each service; :math:`w` says nothing new, but the
    rows that speak of it are short, and it is a far better thing to branch on than one start is.

    .. math:: w_{sq} = w_{s,q-1} + \sum_{j \in J_s:\ C_j = q} x_j, \qquad
              w_{vq} = w_{v,q-1} + z_{v,q-d_v} \qquad \forall s, v, q
    """
    for key, (w, terms) in m.steps.items():
        yield Constraint("by", key, {**terms, w: -1.0}, EQ, 0)


def after(m: Model) -> Iterator[Constraint]:
    r"""Work starts only once what the system waits for is live, or never will be.

    .. math:: \sum_{j \in J_s:\ s_j \le q} x_j \le \sum_{i \in J_e:\ c_i < q} x_i + \sum_{i \in J_e \text{ stays}} x_i
              \qquad \forall (e, s), q
    """
    for system, found in m.choices.items():
        starts = sorted({choice.when.starts[0] for choice, _ in found if choice.when.starts})
        for other in m.inventory.systems[system].after:
            stays = {x: 1.0 for choice, x in m.choices[other] if choice.live is None}
            for quarter in starts:
                begun = {x: 1.0 for choice, x in found if choice.when.starts and choice.when.starts[0] <= quarter}
                before = add((m.cut_over(other, quarter - 1), -1), (stays, -1))
                yield Constraint("after", (system, other, quarter), add((begun, 1), (before, 1)), LE, 0)


def together(m: Model) -> Iterator[Constraint]:
    r"""These cut over in the same quarter, or none of them moves.

    .. math:: \sum_{j \in J_s:\ c_j = q} x_j = \sum_{j \in J_{s'}:\ c_j = q} x_j \qquad \forall (s, s'), q
    """
    for number, group in enumerate(m.inventory.together):
        for one, other in pairwise(group):
            for quarter in range(m.end):
                left = {x: 1.0 for choice, x in m.choices[one] if choice.live == quarter}
                right = {x: 1.0 for choice, x in m.choices[other] if choice.live == quarter}
                if left or right:
                    yield Constraint("together", (number, one, other, quarter), add((left, 1), (right, -1)), EQ, 0)


def limit(m: Model) -> Iterator[Constraint]:
    r"""No more moves are under way in a quarter than the limit allows.

    .. math:: \sum_{j \in L:\ s_j \le q \le c_j} x_j \le M \qquad \forall L, q
    """
    for (number, quarter), terms in sorted(m.used["limit"].items(), key=lambda item: item[0]):
        room = m.resources.by_key["limit", number, quarter].available
        if len(terms) > room:
            yield Constraint("limit", (number, quarter), terms, LE, room)


def milestone(m: Model) -> Iterator[Constraint]:
    r"""By the end of a quarter enough of the systems are live.

    .. math:: \sum_{j \in H:\ c_j \le q_H} x_j \ge \lceil \sigma_H |H| \rceil \qquad \forall H
    """
    for resource in m.resources.of("milestone"):
        live = m.used["milestone"].get((resource.rule, 0), {})
        yield Constraint("milestone", (resource.rule,), live, GE, resource.available)


def target(m: Model) -> Iterator[Constraint]:
    r"""Running costs saved in a financial year, against leaving everything as it is.   [currency, undiscounted]

    .. math:: \sum_s \Big(\rho_s - \sum_{j \in J_s} \rho_{jy}\, x_j\Big) - \sum_{v,b} \rho_{vby}\, z_{vb} \ge S_y

    Where amounts are large, it is written digit by digit, like ``capital``, as a limit on what is not saved.
    """
    for resource in m.resources.of("target"):
        saved = m.used["target"].get((resource.rule, 0), {})
        rows = [] if m.relaxed else m.digit_rows(*_unsaved(m, saved, resource.available))
        for row in rows:
            yield Constraint("target", (resource.rule,), row.terms, LE, row.limit)
        if not rows:
            yield Constraint(
                "target", (resource.rule,), add((saved, 1)), GE, loosened(resource.available, at_least=True)
            )


def _unsaved(m: Model, saved: Terms, wanted: float) -> tuple[Terms, float]:
    """The same as a limit on amounts that are not below 0: what each system saves less than it could, and builds."""
    terms: Terms = {}
    room = -wanted
    for found in m.choices.values():
        most = max((saved.get(x, 0.0) for _, x in found), default=0.0)
        terms.update((x, most - saved.get(x, 0.0)) for _, x in found)
        room += most
    for builds in m.builds.values():
        terms.update((z, -saved.get(z, 0.0)) for _, z in builds)
    return {var: amount for var, amount in terms.items() if amount}, room


def budget(m: Model) -> Iterator[Constraint]:
    r"""Revenue in a financial year is within its budget.   [currency, undiscounted]

    With :math:`\beta` what a choice, a build, an agency day or a quarter of an interface adds (of some partners: what
    falls on them):

    .. math:: \sum_j \beta_{jy}\, x_j + \sum_{v,b} \beta_{vby}\, z_{vb} + \sum_{k,q} \beta_{kq}\, a_{kq}
              + \sum_{i,q} \beta_{iq}\, y_{iq} \le B_y \qquad \forall y
    """
    family = m.resources.families.get("budget")
    if not isinstance(family, Budgets):
        return
    together = _uses()
    for (role, quarter), days in m.agency.items():
        for (_, rule, time), extra in family.of_agency(role, quarter):
            together[rule, time][days] += extra
    for system, cost, quarters, paid in m.paid:
        for (_, rule, time), extra in family.of_own_cost(system.partner, cost, quarters):
            together[rule, time][paid] += extra
    for resource in m.resources.of("budget"):
        place = (resource.rule, 0)
        terms = add((m.used["budget"].get(place, {}), 1), (together.get(place, {}), 1))
        yield Constraint("budget", (resource.rule,), terms, LE, loosened(resource.available))


def interface(m: Model) -> Iterator[Constraint]:
    r"""An interface is paid for while exactly one of its two systems is live and neither is retired.

    With :math:`L` live and :math:`R` retired, :math:`y_{iq} \ge (L_s - R_s) - L_t` and the same with s and t exchanged.
    After the last quarter of work nothing changes: the rest of the appraisal is one variable.
    """
    inventory = m.inventory
    for system in inventory.systems.values():
        for number, link in enumerate(system.interfaces):
            joined = max(system.joins, inventory.systems[link.other].joins)
            end = min(m.end, inventory.appraisal_quarters - 1)
            for quarter in range(min(max(1, joined), end), end + 1):
                last = quarter if quarter < m.end else inventory.appraisal_quarters - 1
                quarters = range(max(quarter, joined), last + 1)
                price = link.cost * fsum(inventory.discount(q) for q in quarters)
                one, other = _bridged(m, system.id, link.other, quarter), _bridged(m, link.other, system.id, quarter)
                if price and (one or other):
                    paid = m.variable(price, 0, 1)
                    m.paid.append((system, link.cost, quarters, paid))
                    for side, terms in enumerate((one, other)):
                        if any(factor > 0 for factor in terms.values()):
                            key = (system.id, number, quarter, side)
                            yield Constraint("interface", key, add((terms, 1), ({paid: 1.0}, -1)), LE, 0)


def _bridged(m: Model, system: str, other: str, quarter: int) -> Terms:
    """1 where ``system`` is live and not retired while ``other`` is not live, else at most 0."""
    live = {
        x: 1.0 for choice, x in m.choices[system] if choice.live is not None and choice.live < quarter <= choice.retired
    }
    return add((live, 1), (m.cut_over(other, quarter - 1), -1))


Rows = Callable[[Model], Iterator[Constraint]]

FAMILIES: tuple[Rows, ...] = (
    option, staff, agency, capital, ready, build, gate, capacity, mode, after, together, limit, milestone, target,
    interface, budget, by,
)  # fmt: skip
"""The list of families is the model."""
