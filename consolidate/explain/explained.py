"""The answers of :func:`consolidate.explain_choice`: what a system or a service does, and what all else would cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from consolidate.accounts.courses import Outcome
from consolidate.explain.plan_diff import BuildDifference, CostDifference, StepDifference
from consolidate.explain.values import DatedQuarter
from consolidate.phrases import NameInLanguages, Phrase
from consolidate.vocabulary import counted

State = Literal["present", "priced", "forbidden", "impossible", "not found"]


@dataclass(frozen=True)
class PricedChoice:
    """One way to treat a system or a service, and what the best plan found with it costs more.

    Attributes
    ----------
    option
        The number of a system's option, from 1; None for a service.
    what
        In words: ``rehost``, ``consolidate into hub``, ``retain``; of a service ``built``, ``built for`` a system, or
        ``not built``.
    quarters
        The cutover of each step; of a service, the quarter from which it is ready. Empty where nothing is done.
    state
        ``present``: what the plan does. ``priced``: a plan with it was found. ``forbidden``: the data forbid it, see
        ``forbidden_by``. ``impossible``: it is proven that no plan has it. ``not found``: none was found, and
        nothing is proven.
    cost
        What that plan costs more, the difference of two ledgers' totals: the best plan with the choice costs *at
        most* so much more than the plan asked about. Below 0: less, and the plan asked about is not the best.
    at_least
        What every plan with the choice costs more, proven; below 0 where it may cost less. None without a bound. Of an
        option it holds for all quarters.
    costs
        The same as ``cost``, by kind.
    steps, builds
        What else moves in that plan, and which services are ready at another time.
    unsupported
        By how many quarters in which systems run unsupported it has more.
    forbidden_by
        What forbids it, in words; or why nothing speaks for it.
    later
        Where quarters are minimised: by how many quarters that plan's last cutover is later; below 0: sooner. What it
        costs more is then counted after that.
    later_at_least
        By how many every plan with it ends later than the plan asked about, proven.
    """

    option: int | None
    what: Phrase
    quarters: tuple[DatedQuarter, ...]
    state: State
    cost: float | None = None
    at_least: float | None = None
    costs: tuple[CostDifference, ...] = ()
    steps: tuple[StepDifference, ...] = ()
    builds: tuple[BuildDifference, ...] = ()
    unsupported: int = 0
    forbidden_by: tuple[Phrase, ...] = ()
    later: int = 0
    later_at_least: int = 0

    def __repr__(self) -> str:
        when = ", ".join(one.label for one in self.quarters)
        cost = "" if self.cost is None else f", costs {self.cost:,.2f} more"
        return f"<PricedChoice {self.what}{when and ' in '}{when}: {self.state}{cost}>"

    @property
    def dearer(self) -> bool:
        """Whether it is proven that every plan with it costs more than the plan asked about."""
        return self.at_least is not None and self.at_least > 0.5

    def measurable(self, slack: float) -> bool:
        """Whether it makes a difference: a proven one, or one beyond what the plan may lie above the best (slack)."""
        different = self.dearer or self.later != 0
        return self.cost is not None and (different or abs(self.cost) > max(slack, 0.5))


@dataclass(frozen=True)
class PlanFinish:
    """When a plan of fewest quarters ends.

    ``last``: its last cutover; None without one. ``sooner``: by how many quarters the best plan could end sooner, for
    all that is proven.
    """

    last: DatedQuarter | None
    sooner: int


@dataclass(frozen=True)
class WaitsForIt:
    """A system or a service that would be late if what is explained were: ``slack`` quarters later does no harm to it.

    ``kind``: ``system`` or ``service``. ``starts``: when its work, or its build, starts in the plan.
    """

    kind: Literal["system", "service"]
    id: str
    starts: DatedQuarter
    slack: int


@dataclass(frozen=True)
class HoldingLimit:
    """A limit without which a system would do something else, as a plan shows.

    Attributes
    ----------
    limit
        In words; of one that others share, how much more of it there is in the plan that shows it. Of several, none of
        which holds it alone, all of them: each by just what the move lacks of it.
    option, what, quarters
        What the system does in that plan, as of :class:`PricedChoice`.
    saves
        What that plan, which obeys all but the limit, costs less than the plan asked about.
    at_least
        What it costs less than every plan that obeys the limit, proven; below 0 where that is not known.
    """

    limit: Phrase
    option: int | None
    what: Phrase
    quarters: tuple[DatedQuarter, ...]
    saves: float
    at_least: float


@dataclass(frozen=True)
class BreakEven:
    """With how many systems a service is still worth building, those that lose most without it first.

    ``systems``, ``users``: with how many; None where no plan with fewer than all was found that is cheaper than to
    build it not. ``of_systems``, ``of_users``: how many use it in the plan. ``saves``: what the plan found with these
    systems alone costs less than the one without the service. ``first``: the systems, in order.
    """

    systems: int | None
    users: float | None
    of_systems: int
    of_users: float
    saves: float | None
    first: tuple[str, ...]


@dataclass(frozen=True)
class ChoiceExplained:
    """Why a plan does what it does with a system or a service.

    Attributes
    ----------
    kind, id, name, currency
        What is explained, and in which currency.
    marking
        The highest classification of the inventory's systems: others are named, too.
    present
        What the plan does.
    total, slack
        What the plan costs, and by how much it may lie above the best there is: differences within that are not
        measurable.
    quarters
        The same in other quarters, in their order.
    others
        All other options, each in its best quarter; of a service, not to build it.
    float_quarters
        By how many quarters it may be later at no measurable cost: each quarter up to there was tried. None where
        nothing later was asked, or nothing is done.
    finish_slack
        How many quarters late it may be before the last cutover of the plan is later, were nothing planned anew; 0: it
        is on the critical path. None where nothing is done.
    waits
        What waits for it, soonest first: whose delay a delay would cause.
    held_by
        The limits without which it would do something else; ``not_held_by``: those for which no plan shows that.
    break_even
        Of a service that is built: with how many systems it still pays. None where it cannot be left unbuilt.
    also
        What else bears the same name, as ``kind:id``.
    ends
        Where quarters are minimised, when the plan ends: all choices are compared by that first, and those that end as
        soon by cost, so that ``slack`` is of plans that end as soon. None where cost is minimised.
    plan_status
        The status of the plan asked about, as plan.json has it: where it is not ``within_gap``, a smaller gap gives no
        other plan.
    """

    kind: Literal["system", "service"]
    id: str
    name: NameInLanguages
    marking: str
    currency: str
    present: PricedChoice
    total: float
    slack: float
    quarters: tuple[PricedChoice, ...]
    others: tuple[PricedChoice, ...]
    float_quarters: int | None
    finish_slack: int | None
    waits: tuple[WaitsForIt, ...]
    held_by: tuple[HoldingLimit, ...] = ()
    not_held_by: tuple[Phrase, ...] = ()
    break_even: BreakEven | None = None
    also: tuple[str, ...] = ()
    ends: PlanFinish | None = None
    plan_status: str = "within_gap"

    def __repr__(self) -> str:
        others = f"{counted(len(self.quarters), 'quarter')} and {counted(len(self.others), 'option')} beside it"
        return f"<ChoiceExplained {self.kind} {self.id}: {self.present!r}, {others}>"


@dataclass(frozen=True)
class SystemExplained:
    """A system of a partner in short: what the plan does with it, and what the nearest other choices cost.

    ``later``: a quarter later; None where it stays or has no later quarter. ``other``: its next best option that was
    found; None where it has none. ``outcome``: what becomes of it in the end.
    """

    id: str
    name: NameInLanguages
    present: PricedChoice
    later: PricedChoice | None
    other: PricedChoice | None
    finish_slack: int | None
    outcome: Outcome = "stays"


@dataclass(frozen=True)
class PartnerExplained:
    """Why a plan does what it does with the systems of a partner: each in short.

    ``marking``, ``total``, ``slack``, ``ends``, ``plan_status``: as of :class:`ChoiceExplained`.
    """

    id: str
    name: NameInLanguages
    marking: str
    currency: str
    total: float
    slack: float
    systems: tuple[SystemExplained, ...]
    also: tuple[str, ...] = ()
    ends: PlanFinish | None = None
    plan_status: str = "within_gap"

    def __repr__(self) -> str:
        return f"<PartnerExplained {self.id}: {counted(len(self.systems), 'system')}>"
