"""A plan as a star of tidy tables: what there is (``dim_``) and what happens in each quarter (``fact_``).

Every number comes from the ledger. Amounts are in the programme's currency at its price base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consolidate.accounts.courses import builds_of
from consolidate.accounts.ledger import NOT_CASH, Ledger
from consolidate.accounts.rules import RuleContext, live_count
from consolidate.inventory import Inventory, Name, System
from consolidate.plan import KINDS, Move, Plan, move_order
from consolidate.report.document import CellValue
from consolidate.report.tables.plan_tables import as_given, effort_days, partner_label, spending, what_of_contract
from consolidate.report.tables.tidy_tables import TidyColumn, TidySchema, TidyTable

Row = tuple[CellValue, ...]
_MONEY = "programme's currency"

QUARTER, SYSTEM, PARTNER, SERVICE = (
    "dim_quarter.quarter",
    "dim_system.system",
    "dim_partner.partner",
    "dim_service.service",
)
TIER, ROLE, POT = "dim_tier.tier", "dim_role.role", "dim_pot.pot"


def _quarter(name: str, description: str) -> TidyColumn:
    return TidyColumn(name, "text", description, key=QUARTER)


def _names(what: str) -> tuple[TidyColumn, TidyColumn]:
    return (
        TidyColumn("name_en", "text", f"The {what}'s name in English."),
        TidyColumn("name_cy", "text", f"The {what}'s name in Welsh; empty where the inventory has none."),
    )


SCHEMAS: dict[str, TidySchema] = {
    "dim_pack": TidySchema(
        "One row: what these tables are of. Show its classification wherever they are shown.",
        (
            TidyColumn("classification", "text", "The highest classification among the systems in these tables."),
            TidyColumn("quarter", "text", "The last quarter reported on; empty before the first."),
            *_names("programme"),
            TidyColumn("partner", "text", "Whose systems alone these tables hold; empty for all."),
            TidyColumn("public", "flag", "Whether what lies above the lowest classification is left out."),
        ),
    ),
    "dim_quarter": TidySchema(
        "One row for each quarter that anything below speaks of, without gaps.",
        (
            TidyColumn("quarter", "text", "The quarter, such as `2016/17 Q1`.", key=QUARTER),
            TidyColumn("number", "whole", "Counted from the start of the horizon, which is 0.", "quarters"),
            TidyColumn("financial_year", "text", "The financial year, such as `2016/17`."),
            TidyColumn("quarter_of_year", "whole", "1 to 4."),
            TidyColumn("first_day", "date", "The quarter's first day."),
            TidyColumn("last_day", "date", "The quarter's last day."),
            TidyColumn("in_horizon", "flag", "Whether work may be under way in it."),
        ),
    ),
    "dim_partner": TidySchema(
        "One row for each partner, and one for what all share.",
        (
            TidyColumn("partner", "text", "The partner's id; `shared` is what all share.", key=PARTNER),
            *_names("partner"),
            TidyColumn("users", "number", "Users of the partner's systems.", "users"),
            _quarter("joins", "The quarter from which it takes part; before it nothing of its systems counts."),
            TidyColumn("contact", "text", "Whom to ask; empty in public tables."),
            TidyColumn(
                "operating_budget",
                "number",
                "Its budget for operation; empty in public tables.",
                f"{_MONEY} a year",
            ),
        ),
    ),
    "dim_service": TidySchema(
        "One row for each shared service.",
        (
            TidyColumn("service", "text", "The service's id.", key=SERVICE),
            *_names("service"),
            TidyColumn("provides", "text", "The capability that it provides."),
            TidyColumn(
                "built",
                "flag",
                "Whether the programme builds it; else it exists, or never comes to be. Empty in a partner's tables.",
            ),
            _quarter("ready", "The first quarter in which it can be used; empty when it is never built."),
            TidyColumn("users", "number", "Users of the systems that go into it.", "users"),
            _quarter("build_starts", "The quarter in which its build starts; empty when there is none."),
            TidyColumn("must_build", "flag", "Whether every plan builds it. Empty in a partner's tables."),
        ),
    ),
    "dim_tier": TidySchema(
        "One row for each tier of risk.",
        (TidyColumn("tier", "text", "The tier's id.", key=TIER), *_names("tier")),
    ),
    "dim_role": TidySchema(
        "One row for each role.",
        (TidyColumn("role", "text", "The role's id.", key=ROLE), *_names("role")),
    ),
    "dim_pot": TidySchema(
        "One row for each pot of capital.",
        (TidyColumn("pot", "text", "The pot's id.", key=POT), *_names("pot")),
    ),
    "dim_system": TidySchema(
        "One row for each system that a partner runs today, and what becomes of it.",
        (
            TidyColumn("system", "text", "The system's whole id.", key=SYSTEM),
            *_names("system"),
            TidyColumn("partner", "text", "Whose it is.", key=PARTNER),
            TidyColumn("capability", "text", "What it is for."),
            TidyColumn("tier", "text", "Its tier of risk.", key=TIER),
            TidyColumn("classification", "text", "The classification of its data."),
            TidyColumn("product", "text", "The product whose support ends."),
            TidyColumn("users", "number", "Its users.", "users"),
            TidyColumn("run_cost", "number", "What it costs today.", f"{_MONEY} a year"),
            TidyColumn(
                "end_of_life",
                "date",
                "The day on which its support ends, of its software or its hardware, whichever is first; the last day "
                "of the quarter where a whole quarter is given.",
            ),
            TidyColumn(
                "software_support_ends",
                "text",
                "When its software's support ends, as it is given: a day such as `2015-07-14`, or a quarter.",
            ),
            TidyColumn("hardware_support_ends", "text", "When its hardware's support ends, likewise."),
            TidyColumn(
                "extended_support_until", "text", "The last quarter in which extended support is sold; empty: no end."
            ),
            TidyColumn("area", "text", "The heading under which reports add it up."),
            TidyColumn("confidence", "text", "How sure its figures are: `high`, `medium` or `low`."),
            TidyColumn("contract_cost", "number", "What its contract costs today, if any.", f"{_MONEY} a year"),
            TidyColumn(
                "contract",
                "text",
                "Whether the contract `ends` by this plan or `runs on`, and then costs what it costs; empty without "
                "one, and in public tables.",
            ),
            TidyColumn("option", "whole", "The option that it takes, by its place in the inventory."),
            TidyColumn("approach", "text", "The approach of the option's first step."),
            _quarter("live", "The first quarter in which what it becomes is used; empty when it stays or is renewed."),
            TidyColumn(
                "unsupported_quarters",
                "whole",
                "Quarters appraised in which it runs unsupported; empty in public tables.",
                "quarters",
            ),
        ),
    ),
    "fact_moves": TidySchema(
        "One row for each step of work on a system.",
        (
            TidyColumn("system", "text", "The system.", key=SYSTEM),
            TidyColumn("step", "whole", "1, or 2 for the second step of an option."),
            TidyColumn("approach", "text", "How it moves."),
            TidyColumn("service", "text", "The service it goes to, if any.", key=SERVICE),
            _quarter("start", "The quarter in which work starts."),
            _quarter("cutover", "The quarter in which it cuts over."),
            _quarter("last", "The last quarter in which the old system runs."),
            TidyColumn("start_date", "date", "The first day of `start`."),
            TidyColumn("cutover_date", "date", "The last day of `cutover`."),
            TidyColumn(
                "capital", "number", "Capital that it takes, as planned; what was spent is in `fact_capital`.", _MONEY
            ),
            TidyColumn("one_off", "number", "Other cost that it takes once, as planned.", _MONEY),
            TidyColumn(
                "effort_days",
                "number",
                "Work of all roles, as planned; what was done is in `fact_staff`.",
                "person-days",
            ),
        ),
    ),
    "fact_staff": TidySchema(
        "One row for each role and quarter of the horizon.",
        (
            TidyColumn("role", "text", "The role.", key=ROLE),
            _quarter("quarter", "The quarter."),
            TidyColumn("days_available", "number", "Days there are; empty where there is no limit.", "person-days"),
            TidyColumn("days_used", "number", "Days used, those bought in too.", "person-days"),
            TidyColumn("agency_limit", "number", "Days that can be bought in.", "person-days"),
            TidyColumn("agency_days", "number", "Days bought in.", "person-days"),
            TidyColumn("agency_cost", "number", "What those cost.", _MONEY),
        ),
    ),
    "fact_capital": TidySchema(
        "One row for each pot and quarter in which capital is spent.",
        (
            TidyColumn("pot", "text", "The pot; empty for capital that belongs to none.", key=POT),
            _quarter("quarter", "The quarter."),
            TidyColumn("spent", "number", "Capital spent.", _MONEY),
        ),
    ),
    "fact_funding": TidySchema(
        "One row for each pot and period that it is given for. Compare with `fact_capital` by its dates.",
        (
            TidyColumn("pot", "text", "The pot.", key=POT),
            TidyColumn("period", "text", "A financial year or a quarter."),
            TidyColumn("first_day", "date", "The period's first day."),
            TidyColumn("last_day", "date", "The period's last day."),
            TidyColumn("amount", "number", "What it is given.", _MONEY),
            TidyColumn("carry_forward", "flag", "Whether what is left at its end is kept."),
        ),
    ),
    "fact_cost": TidySchema(
        "One row for each partner, area of its systems, quarter appraised and kind of cost. Never add cash and other "
        "kinds together. What all share is in the whole Board's tables alone.",
        (
            TidyColumn("partner", "text", "Who pays; `shared` is what all share.", key=PARTNER),
            _quarter("quarter", "The quarter."),
            TidyColumn("kind", "text", f"One of {', '.join(KINDS)}."),
            TidyColumn("cash", "flag", "No for judged exposure, which nobody pays."),
            TidyColumn("amount", "number", "Undiscounted.", _MONEY),
            TidyColumn("discounted", "number", "At the programme's discount rate, to its first quarter.", _MONEY),
            TidyColumn("spending", "text", "`revenue`, which budgets limit, or `capital`; empty for judged exposure."),
            TidyColumn(
                "payment",
                "flag",
                "No for judged exposure, and for `staff`: the worth of own people's time, which is counted as cash and "
                "in budgets, and is not a payment.",
            ),
            TidyColumn(
                "area", "text", "The area of the systems it is for; empty for what all share, and in public tables."
            ),
        ),
    ),
    "fact_exposure": TidySchema(
        "One row for each system and quarter appraised in which it runs past its end of support.",
        (
            TidyColumn("system", "text", "The system.", key=SYSTEM),
            _quarter("quarter", "The quarter."),
            TidyColumn("judged_exposure", "number", "Judged risk of its tier, not cash.", _MONEY),
            TidyColumn("extended_support", "number", "What extended support costs; 0 once it is not sold.", _MONEY),
        ),
    ),
    "fact_budget": TidySchema(
        "One row for each revenue budget: the whole Board's tables have all, a partner's its own, public ones none.",
        (
            TidyColumn("budget", "whole", "Its number, in the order of the inventory."),
            TidyColumn("financial_year", "text", "The financial year, such as `2017/18`."),
            TidyColumn("partners", "text", "The partners that it is of, with blanks between; empty: the programme."),
            TidyColumn("at_most", "number", "What revenue may come to.", _MONEY),
            TidyColumn("revenue", "number", "What it comes to; in a partner's tables that of its own systems.", _MONEY),
        ),
    ),
    "fact_gate": TidySchema(
        "One row for each service and system that its build waits for; none in a partner's tables.",
        (
            TidyColumn("service", "text", "The service.", key=SERVICE),
            TidyColumn("system", "text", "The system that has to move first.", key=SYSTEM),
            _quarter("moves", "The quarter of that system's first cutover; empty when it does not move."),
        ),
    ),
    "fact_milestone": TidySchema(
        "One row for each milestone.",
        (
            _quarter("by", "The quarter by the end of which, or in which, it is to be reached."),
            TidyColumn("day", "date", "The day, where one is given."),
            *_names("milestone"),
            TidyColumn("kind", "text", "`governance`, `engagement`, `deliverable` or `planning`, where that is said."),
            TidyColumn("systems", "whole", "Of how many systems it speaks; empty for a date that asks nothing."),
            TidyColumn("needed", "whole", "How many of them are to be live; empty for a date that asks nothing."),
            TidyColumn("live", "whole", "How many are, by this plan; empty for a date that asks nothing."),
        ),
    ),
    "fact_risk": TidySchema(
        "One row for each risk in the programme's register, in its order.",
        (
            TidyColumn("risk_en", "text", "The risk in English."),
            TidyColumn("risk_cy", "text", "The risk in Welsh; empty where the inventory has none."),
            TidyColumn("likelihood", "text", "`high`, `medium` or `low`."),
            TidyColumn("impact", "text", "`high`, `medium` or `low`."),
            TidyColumn("owner", "text", "Who owns it."),
            TidyColumn("action", "text", "What is done about it."),
            TidyColumn("systems", "text", "The systems that it touches, with blanks between."),
        ),
    ),
}
"""The tables there are. Names of tables and columns are promises: dashboards are built on them."""


@dataclass(frozen=True)
class PackScope:
    """What a pack's tables are of: see ``dim_pack``. ``quarter`` is a label."""

    classification: str
    quarter: str | None
    partner: str | None = None
    public: bool = False


def star_tables(inventory: Inventory, plan: Plan, ledger: Ledger, about: PackScope) -> dict[str, TidyTable]:
    """All tables of a plan that keeps the rules, by name, in the order of :data:`SCHEMAS`.

    They hold every system: the caller takes out beforehand what may not be published. What is then not
    known is left empty: in a partner's whether services are built by the programme, in public ones what runs past
    its support.
    """
    built, exposed = about.partner is None, not about.public
    rows: dict[str, Iterable[Row]] = {
        "dim_pack": [
            (about.classification, about.quarter, *_both_names(inventory.programme), about.partner, about.public)
        ],
        "dim_quarter": _quarters(inventory, plan, ledger),
        "dim_partner": _partners(inventory),
        "dim_service": _services(inventory, plan, ledger, built),
        "dim_tier": ((id, *_both_names(inventory.name_of("tier", id))) for id in _tiers(inventory, about)),
        "dim_role": ((id, *_both_names(inventory.name_of("role", id))) for id in inventory.roles),
        "dim_pot": ((id, *_both_names(inventory.name_of("pot", id))) for id in inventory.pots),
        "dim_system": (_system(inventory, ledger, system, exposed) for system in inventory.systems.values()),
        "fact_moves": (_move(inventory, ledger, move) for move in sorted(plan.moves, key=move_order)),
        "fact_staff": _staff(inventory, ledger),
        "fact_capital": _capital(inventory, ledger),
        "fact_funding": _funding(inventory),
        "fact_cost": _costs(inventory, ledger, about),
        "fact_exposure": _exposure(inventory, ledger),
        "fact_budget": _budgets(inventory, ledger),
        "fact_gate": _gates(inventory, ledger),
        "fact_milestone": _milestones(inventory, plan, ledger),
        "fact_risk": _risks(inventory),
    }
    return {name: TidyTable(schema, tuple(rows[name])) for name, schema in SCHEMAS.items()}


def _tiers(inventory: Inventory, about: PackScope) -> list[str]:
    """All tiers; in tables of a part those of its systems."""
    whole = about.partner is None and not about.public
    used = {system.tier for system in inventory.systems.values()}
    return [id for id in inventory.tiers if whole or id in used]


def _both_names(name: Name) -> tuple[str | None, str | None]:
    return name.texts.get("en"), name.texts.get("cy")


def _quarters(inventory: Inventory, plan: Plan, ledger: Ledger) -> Iterator[Row]:
    calendar = inventory.calendar
    named = [*(q for move in plan.moves for q in (move.start, move.cutover, move.last)), *_ready(inventory, ledger)]
    named += [*(build.start for build in builds_of(inventory, plan)), *(rule.by for rule in inventory.milestones)]
    named += [*ledger.live.values(), 0, inventory.appraisal_quarters - 1]
    for q in range(min(named), max(named) + 1):
        yield (
            *(calendar.label(q), q, calendar.year_label(q), calendar.index_in_year(q) + 1),
            *(calendar.first_day(q), calendar.last_day(q), 0 <= q < inventory.plan_quarters),
        )


def _ready(inventory: Inventory, ledger: Ledger) -> Iterator[int]:
    return (ledger.ready[id] for id in inventory.services if id in ledger.ready)


def _partners(inventory: Inventory) -> Iterator[Row]:
    for partner in inventory.partners.values():
        names, joins = _both_names(partner.name), inventory.label(partner.joins)
        yield partner.id, *names, partner.users, joins, partner.contact, partner.budget
    yield partner_label(inventory, None), *(None,) * 6


def _services(inventory: Inventory, plan: Plan, ledger: Ledger, known: bool) -> Iterator[Row]:
    starts = {build.service: inventory.label(build.start) for build in builds_of(inventory, plan)}
    for service in inventory.services.values():
        ready = ledger.ready.get(service.id)
        label = None if ready is None else inventory.label(ready)
        built = service.build is not None and ready is not None if known else None
        cells = (*_both_names(service.name), service.provides, built, label, ledger.users.get(service.id, 0.0))
        yield service.id, *cells, starts.get(service.id), service.must_build if known else None


def _system(inventory: Inventory, ledger: Ledger, system: System, exposed: bool) -> Row:
    option, live = ledger.courses[system.id].option, ledger.live.get(system.id)
    ends, until = system.support_ends.first, system.extended_until
    day = None if ends is None else ends.day or inventory.calendar.last_day(ends.quarter)
    return (
        *(system.id, *_both_names(system.name), system.partner, system.capability, system.tier, system.classification),
        *(system.product, system.users, system.run_cost),
        *(day, as_given(inventory, system.support_ends.software), as_given(inventory, system.support_ends.hardware)),
        None if until is None else inventory.label(until),
        *(system.area, system.confidence, None if system.contract is None else system.contract.cost),
        (what_of_contract(system, option) or None) if exposed else None,
        None if option is None else option.number,
        "retain" if option is None else option.approach,
        None if live is None else inventory.label(live),
        len(ledger.exposed.get(system.id, ())) if exposed else None,
    )


def _move(inventory: Inventory, ledger: Ledger, move: Move) -> Row:
    step = ledger.courses[move.system].works[move.step - 1].step
    calendar = inventory.calendar
    return (
        *(move.system, move.step, move.approach, move.to),
        *(calendar.label(quarter) for quarter in (move.start, move.cutover, move.last)),
        *(calendar.first_day(move.start), calendar.last_day(move.cutover)),
        *(sum(step.capital.values()), step.one_off, effort_days(step)),
    )


def _staff(inventory: Inventory, ledger: Ledger) -> Iterator[Row]:
    for role in inventory.roles.values():
        for q in range(inventory.plan_quarters):
            yield (
                *(role.id, inventory.label(q), None if role.days is None else role.days[q]),
                *(ledger.staff.get((role.id, q), 0.0), role.agency_days[q]),
                *(ledger.agency.get((role.id, q), 0.0), ledger.agency_cost.get((role.id, q), 0.0)),
            )


def _capital(inventory: Inventory, ledger: Ledger) -> Iterator[Row]:
    pots = [*inventory.pots, None]
    for pot, q in sorted(ledger.capital, key=lambda key: (pots.index(key[0]), key[1])):
        if ledger.capital[pot, q]:
            yield pot, inventory.label(q), ledger.capital[pot, q]


def _funding(inventory: Inventory) -> Iterator[Row]:
    for pot in inventory.pots.values():
        for period in pot.periods:
            days = (
                inventory.calendar.first_day(period.quarters[0]),
                inventory.calendar.last_day(period.quarters[-1]),
            )
            yield pot.id, period.label, *days, period.amount, pot.carry_forward


def _costs(inventory: Inventory, ledger: Ledger, about: PackScope) -> Iterator[Row]:
    partners = [*inventory.partners, None]
    areas = list(dict.fromkeys([*(system.area for system in inventory.systems.values()), None]))
    flows: dict[tuple[str | None, str | None, str], tuple[float, ...]] = {
        (partner, None, kind): row for (partner, kind), row in ledger.flows.items()
    }
    if ledger.areas and not about.public:
        flows = {key: row for key, row in flows.items() if key[0] is None} | dict(ledger.areas)

    def place(key: tuple[str | None, str | None, str]) -> tuple[int, int, int]:
        return partners.index(key[0]), areas.index(key[1]), KINDS.index(key[2])

    for partner, area, kind in sorted(flows, key=place):
        sort = (spending(kind) or None, kind not in (*NOT_CASH, "staff"), area)
        for q, amount in enumerate(flows[partner, area, kind]):
            if amount:
                who, cash = partner_label(inventory, partner), kind not in NOT_CASH
                yield who, inventory.label(q), kind, cash, amount, amount * inventory.discount(q), *sort


def _exposure(inventory: Inventory, ledger: Ledger) -> Iterator[Row]:
    for id, quarters in ledger.exposed.items():
        system = inventory.systems[id]
        for q in quarters:
            yield id, inventory.label(q), system.exposure, system.support_bought(q)


def _budgets(inventory: Inventory, ledger: Ledger) -> Iterator[Row]:
    for number, (rule, revenue) in enumerate(zip(inventory.budgets, ledger.revenue, strict=True), start=1):
        yield number, rule.label, " ".join(rule.partners or ()) or None, rule.at_most, revenue


def _gates(inventory: Inventory, ledger: Ledger) -> Iterator[Row]:
    for service in inventory.services.values():
        for system in service.after:
            cutover = ledger.courses[system].cutover
            yield service.id, system, None if cutover is None else inventory.label(cutover)


def _milestones(inventory: Inventory, plan: Plan, ledger: Ledger) -> Iterator[Row]:
    context = RuleContext(inventory, plan, ledger)
    for rule in inventory.milestones:
        asks = (None,) * 3 if rule.share is None else (len(rule.who.systems), rule.needed, live_count(context, rule))
        names = (None, None) if rule.name is None else _both_names(rule.name)
        yield inventory.label(rule.by), rule.day, *names, rule.kind, *asks


def _risks(inventory: Inventory) -> Iterator[Row]:
    for one in inventory.risks:
        said = (None if text is None else str(text) for text in (one.owner, one.action))
        yield *_both_names(one.risk), one.likelihood, one.impact, *said, " ".join(one.systems) or None
