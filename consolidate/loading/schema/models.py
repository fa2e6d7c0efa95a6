"""What each kind of file holds: the models that validate it, and its published JSON Schema.

The descriptions here are the reference documentation of the format.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from consolidate.loading.schema import field_types as k
from consolidate.loading.schema.cost_shares import Apportioning
from consolidate.loading.schema.fields import APPROACHES


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _key(description: str, *examples: Any, **more: Any) -> Any:
    return Field(description=description, examples=list(examples), **more)


class Horizon(_File):
    """The quarters in which moves and builds happen, both included."""

    start: Annotated[k.Quarter, _key("First quarter of the horizon (q = 0).", "2016/17 Q1", alias="from")]
    end: Annotated[k.Quarter, _key("Last quarter of the horizon (q = T-1).", "2019/20 Q4", alias="to")]


class Tier(_File):
    """A service tier."""

    exposure: Annotated[
        k.Amount,
        _key("Judged cost of one quarter that a system of this tier runs past its end of life (not cash).", 60_000),
    ]
    name: Annotated[k.Name | None, _key("Its name; default the id.", {"en": "Gold", "cy": "Aur"})] = None


class AgencyStaff(_File):
    """People who can be bought in on top of a role's own."""

    days: Annotated[k.Amounts, _key("At most so many person-days in each quarter; by period if need be.", 60)]
    day_rate: Annotated[k.Amounts, _key("Price of a day, in currency; by period if need be.", 520)]


class Role(_File):
    """A team who does the work."""

    name: Annotated[k.Name | None, _key("Its name; default the id.", "Cloud engineers")] = None
    days: Annotated[
        k.Amounts | None,
        _key(
            "Person-days free for moves in each quarter, after business as usual: a number, or by quarter, year and "
            "`default` (the most exact wins; a period with none has 0). Left out: not limited.",
            240,
            {"default": 240, "2016/17": 180, "2017/18 Q4": 120},
        ),
    ] = None
    agency: Annotated[
        AgencyStaff | None, _key("What can be bought in on top; default none.", {"days": 60, "day_rate": 520})
    ] = None


class Pot(_File):
    """A pot of capital."""

    name: Annotated[k.Name | None, _key("Its name; default the id.", "OneWales capital grant")] = None
    amount: Annotated[
        k.Amounts,
        _key(
            "Capital in each financial year, in currency: a number, or by year, `default` and quarter. A year with an "
            "amount for any of its quarters is reckoned by quarter, its other quarters having 0.",
            {"2016/17": 600_000, "2017/18": 450_000},
            {"2016/17 Q3": 50_000},
        ),
    ]
    carry_forward: Annotated[
        k.Boolean, _key("Whether what is not spent may be spent in a later period; default no.", "yes")
    ] = False


class _Work(_File):
    """What a piece of work takes and what it leads to."""

    effort: Annotated[
        k.Effort | None,
        _key(
            "Person-days by role: a number, spread evenly over the quarters, or a list with one figure for each.",
            {"cloud-engineer": 20, "data-migration": [10, 30]},
        ),
    ] = None
    capital: Annotated[
        k.Capital | None,
        _key("Capital in total, in currency: a number, or by pot; spread evenly.", 15_000, {"onewales": 250_000}),
    ] = None


class _Chosen(_File):
    approach: Annotated[k.Approach, _key("How the system moves.", "consolidate")]
    to: Annotated[
        k.Service | None,
        _key("The service it moves into: only for `consolidate`, needed when more than one fits.", "hr-payroll"),
    ] = None


class Then(_Chosen):
    """The second step of an option: itself an option without `retain`, `refresh` or a `then` of its own."""

    quarters: Annotated[k.WorkQuarters | None, _key("Quarters of work, 1 or more; default 1.", 2)] = None
    effort: Annotated[k.Effort | None, _key("Person-days by role.", {"data-migration": [10, 30]})] = None
    capital: Annotated[k.Capital | None, _key("Capital in total, in currency: a number, or by pot.", 15_000)] = None
    one_off: Annotated[k.Amount | None, _key("Revenue cost in total, in currency.", 15_000)] = None
    run_cost: Annotated[
        k.RunCost | None, _key("Running cost afterwards: an amount a year, or a percentage of today's.", "90%")
    ] = None
    parallel_run: Annotated[
        k.Quarters | None, _key("Quarters that what the first step led to runs on after cutover; default 0.", 1)
    ] = None
    end_of_life: Annotated[
        k.Quarter | None, _key("Date or quarter in which support ends for what it leads to.", "2027-01-12")
    ] = None
    needs: Annotated[k.Services | None, _key("Services that must be ready before its work starts.", ["email"])] = None


class Template(_Work):
    """What a move takes by an approach and for a size, unless the system says otherwise."""

    quarters: Annotated[k.WorkQuarters | None, _key("Quarters of work, 1 or more; default 1.", 2)] = None
    one_off: Annotated[
        k.Amount | None, _key("Revenue cost in total, in currency, spread evenly; default 0.", 15_000)
    ] = None
    run_cost: Annotated[
        k.RunCost | None,
        _key(
            "Running cost afterwards: an amount a year, or a percentage of today's. Default: `retire` 0; `consolidate` "
            "the service's per-user and per-system cost; others today's.",
            "90%",
            120_000,
        ),
    ] = None
    parallel_run: Annotated[
        k.Quarters | None, _key("Quarters that the old system runs on after cutover; default 0.", 1)
    ] = None
    end_of_life: Annotated[
        k.Quarter | None,
        _key("Date or quarter in which support ends for what it leads to; default: not in sight.", "2027-01-12"),
    ] = None
    needs: Annotated[
        k.Services | None, _key("Services that must be ready before its work starts, beside the system's.", ["email"])
    ] = None
    then: Annotated[
        Then | None,
        _key("A second step that follows the first.", {"approach": "consolidate", "to": "hr-payroll", "quarters": 2}),
    ] = None


class Option(Template, _Chosen):
    """A way to treat a system."""


class Filter(_File):
    """Which systems a rule speaks of: all lists given must match; none given: every system."""

    partners: Annotated[k.SomePartners | None, _key("Ids of partners.", ["torfaen"])] = None
    capabilities: Annotated[k.SomeCapabilities | None, _key("Capabilities.", ["revenues-benefits"])] = None
    systems: Annotated[k.SomeSystems | None, _key("Whole ids of systems.", ["torfaen/email"])] = None
    tiers: Annotated[k.SomeTiers | None, _key("Ids of tiers.", ["platinum"])] = None


class Freeze(Filter):
    """Quarters in which work or cutovers stop."""

    quarters: Annotated[k.FreezeQuarters, _key("Quarters, exact or of every year.", ["Q4"], ["2017/18 Q4"])]
    stops: Annotated[
        k.Stops, _key("`cutover` (default): no cutover in them; `work`: no work in progress.", "cutover")
    ] = "cutover"
    why: Annotated[k.Words, _key("The reason, for reports.", "annual council-tax billing")] = ""


class Limit(Filter):
    """A limit on moves with work in progress in any one quarter."""

    moves: Annotated[k.Count, _key("At most so many moves at work in a quarter.", 4)]


class Milestone(Filter):
    """A share of systems that must be live in time."""

    by: Annotated[k.Quarter, _key("By the end of this quarter.", "2018/19 Q4")]
    live: Annotated[k.Share, _key("At least this share of the matching systems is live, rounded up.", "70%")]
    why: Annotated[k.Words, _key("The reason, for reports.", "do not leave a large volume to the last year")] = ""


class Target(_File):
    """Savings that a financial year must show."""

    year: Annotated[k.Year, _key("The financial year.", "2018/19")]
    savings: Annotated[
        k.Amount,
        _key("Running costs saved in it against leaving everything as it is, in currency, undiscounted.", 400_000),
    ]


class Programme(_File):
    """programme.yaml: horizon, money, people, rules."""

    programme: Annotated[k.Name, _key("The programme's name.", "SRS move to OneWales")]
    currency: Annotated[k.Currency, _key("Currency of all amounts, as its three letters; default GBP.", "GBP")] = "GBP"
    price_base: Annotated[
        k.Year | None, _key("The year at whose prices amounts are; default: the first year of the horizon.", "2016/17")
    ] = None
    financial_year_starts: Annotated[
        k.MonthOfYear, _key("Month in which a financial year starts, 1 to 12; default 4, April.", 4)
    ] = 4
    horizon: Annotated[Horizon, _key("Quarters in which moves happen.", {"from": "2016/17 Q1", "to": "2019/20 Q4"})]
    appraise_to: Annotated[
        k.Quarter | None, _key("Last quarter whose costs count; default: the end of the horizon.", "2025/26 Q4")
    ] = None
    discount_rate: Annotated[
        k.Rate, _key("Discount rate, a year; default 3.5%.", "3.5%", json_schema_extra={"default": "3.5%"})
    ] = 0.035
    minimise: Annotated[
        k.Minimise, _key("`cost` (default), or `finish`: first the last cutover, then cost.", "cost")
    ] = "cost"
    stability: Annotated[
        k.Amount,
        _key("Cost per move and quarter of change against the approved plan, in currency; default 0.", 2_000),
    ] = 0.0
    tiers: Annotated[dict[k.Key, Tier], _key("Service tiers, by id.", {"gold": {"exposure": 25_000}})] = {}
    classifications: Annotated[
        k.Ids, _key("Classifications of information, from low to high.", ["official", "official-sensitive"])
    ] = ()
    roles: Annotated[dict[k.Key, Role], _key("Who does the work, by id.", {"data-migration": {"days": 150}})] = {}
    capital: Annotated[
        dict[k.Key, Pot],
        _key("Pots of capital, by id; a pot may bear a partner's id.", {"onewales": {"amount": 600_000}}),
    ] = {}
    approaches: Annotated[
        dict[k.Approach, dict[k.Key, Template]],
        _key(
            "What a move takes, by approach and size. `retain: {}` allows every system to stay.",
            {"rehost": {"medium": {"quarters": 1, "run_cost": "90%"}}, "retain": {}},
            json_schema_extra={"propertyNames": {"enum": list(APPROACHES)}},
        ),
    ] = {}
    freezes: Annotated[
        list[Freeze], _key("Quarters in which work or cutovers stop.", [{"quarters": ["Q4"], "why": "year end"}])
    ] = []
    limits: Annotated[
        list[Limit], _key("Limits on moves at work in a quarter.", [{"moves": 4, "partners": ["torfaen"]}])
    ] = []
    milestones: Annotated[
        list[Milestone], _key("Shares of systems to be live in time.", [{"by": "2018/19 Q4", "live": "70%"}])
    ] = []
    together: Annotated[
        list[k.Group],
        _key(
            "Groups of systems that cut over in the same quarter, or none of them moves.",
            [["torfaen/email", "monmouthshire/email"]],
        ),
    ] = []
    apportion: Annotated[
        k.Apportioning,
        _key(
            "How what all share is paid for: by `users` (default; equally where nobody has any), by number of "
            "`systems`, `equal`, or by percentages that make 100%; by financial year and `default` if need be. No "
            "effect on the plan.",
            "users",
            {"torfaen": "40%", "monmouthshire": "35%", "gwent-police": "25%"},
            {"default": "users", "2017/18": "equal"},
            json_schema_extra={"default": "users"},
        ),
    ] = Apportioning()
    targets: Annotated[
        list[Target], _key("Savings that a financial year must show.", [{"year": "2018/19", "savings": 400_000}])
    ] = []


class Build(_Work):
    """How a service is built, at most once."""

    quarters: Annotated[k.Quarters, _key("Quarters of work; default 1; 0: ready in the quarter it is bought.", 2)] = 1
    run_cost: Annotated[
        k.Amount, _key("Fixed running cost a year, from the ready quarter on, in currency; default 0.", 60_000)
    ] = 0.0


class Service(_File):
    """A shared service on the platform. Neither `build` nor `ready`: it exists at the start of the horizon."""

    name: Annotated[k.Name | None, _key("Its name; default the id.", "Shared HR and payroll")] = None
    provides: Annotated[k.Id | None, _key("The capability it offers; default its id.", "hr-payroll")] = None
    needs: Annotated[k.Services, _key("Services that must be ready before its build starts.", ["landing-zone"])] = ()
    earliest: Annotated[
        k.Quarter | None, _key("First quarter its build may start; default the start of the horizon.", "2017/18 Q1")
    ] = None
    build: Annotated[Build | None, _key("How it is built.", {"quarters": 2, "run_cost": 60_000})] = None
    ready: Annotated[k.Quarter | None, _key("It exists already, ready from this quarter.", "2016/17 Q3")] = None
    run_cost_per_user: Annotated[
        k.Amount, _key("Cost a year for each user of each system moved in, in currency; default 0.", 9)
    ] = 0.0
    run_cost_per_system: Annotated[
        k.Amount, _key("Cost a year for each system moved in, in currency; default 0.", 0)
    ] = 0.0
    capacity: Annotated[k.Amount | None, _key("Users it can take; default unlimited.", 20_000)] = None
    accredited_to: Annotated[
        k.Classification | None,
        _key("Highest classification it may hold; default the highest.", "official-sensitive"),
    ] = None


class Services(_File):
    """services.yaml: the shared services on the platform."""

    services: Annotated[dict[k.Key, Service], _key("Services, by id.", {"email": {"ready": "2016/17 Q3"}})] = {}


class Contract(_File):
    """The contract of a system as it is today."""

    cost: Annotated[k.Amount, _key("Cost a year, in currency.", 70_000)]
    ends: Annotated[k.Month, _key("When the term ends: a date, or a quarter (its last month).", "2018-03-31")]
    renews_for: Annotated[k.Months, _key("Months of each renewal; default 12.", 12)] = 12
    notice: Annotated[k.Notice | None, _key("Months of notice; reported only.", 6)] = None
    exit: Annotated[
        k.Amount | None, _key("Price of buying out the rest of a term, in currency; default: can't be.", 20_000)
    ] = None


class Interface(_File):
    """An interface with another system."""

    other: Annotated[
        k.System, _key("The other system; of the same partner its short id will do.", "torfaen/finance", alias="with")
    ]
    cost: Annotated[
        k.Amount, _key("Cost a quarter while one of the two is live and the other is not, in currency.", 2_500)
    ]


class System(_File):
    """A system that a partner runs today."""

    name: Annotated[k.Name | None, _key("Its name; default the id.", "iTrent")] = None
    capability: Annotated[k.Id | None, _key("What it is for; default its id.", "hr-payroll")] = None
    tier: Annotated[k.Tier | None, _key("Its service tier.", "gold")] = None
    users: Annotated[k.Amount | None, _key("Its users; default the partner's.", 4_100)] = None
    size: Annotated[k.Size | None, _key("Key into `approaches`; default medium.", "medium")] = None
    run_cost: Annotated[k.Amount, _key("Running cost a year on premises, in currency; default 0.", 165_000)] = 0.0
    end_of_life: Annotated[
        k.Quarter | None,
        _key("When support ends, of the software or of the hardware, whichever is first.", "2018-03-31"),
    ] = None
    product: Annotated[
        k.Words | None,
        _key(
            "Product and release; its end of life is looked up if `end_of_life` is left out.", "windows-server 2008-r2"
        ),
    ] = None
    extended_support: Annotated[
        k.Amount, _key("Cost a year, paid for each exposed quarter, in currency; default 0.", 30_000)
    ] = 0.0
    contract: Annotated[
        Contract | None, _key("The contract it runs under.", {"cost": 70_000, "ends": "2018-03-31"})
    ] = None
    classification: Annotated[
        k.Classification | None, _key("Classification of its information; default the lowest.", "official-sensitive")
    ] = None
    after: Annotated[k.Systems, _key("Systems that must be live before its work starts.", ["torfaen/identity"])] = ()
    needs: Annotated[k.Services, _key("Services that must be ready before its work starts.", ["landing-zone"])] = ()
    interfaces: Annotated[
        list[Interface], _key("Interfaces with other systems.", [{"with": "torfaen/finance", "cost": 2_500}])
    ] = []
    area: Annotated[k.Words | None, _key("Heading under which reports add it up.", "infrastructure")] = None
    confidence: Annotated[k.Level, _key("Confidence in its figures; reported only; default medium.", "medium")] = (
        "medium"
    )
    must_move: Annotated[k.Boolean, _key("Forbids `retain` and `refresh`; default no.", "yes")] = False
    earliest: Annotated[k.Quarter | None, _key("First quarter in which work may start.", "2016/17 Q3")] = None
    latest: Annotated[k.Quarter | None, _key("Last quarter in which it may cut over.", "2018/19 Q4")] = None
    options: Annotated[
        list[Option] | None,
        _key(
            "The ways to treat it, in place of what `approaches` offers.",
            [{"approach": "rehost", "run_cost": "90%"}, {"approach": "retain"}],
        ),
    ] = None


class Partner(_File):
    """partners/NAME.yaml: who a partner is and what it runs. The file's name is the partner's id."""

    partner: Annotated[k.Name | None, _key("The partner's name; default the id.", "Torfaen County Borough Council")] = (
        None
    )
    contact: Annotated[k.Words | None, _key("Whom to ask.", "ict-programme-board@torfaen.example")] = None
    users: Annotated[k.Amount | None, _key("Its users; used to apportion, and by its systems; default 0.", 4_100)] = (
        None
    )
    budget: Annotated[
        k.Amount | None, _key("Operating budget a year, staff included, in currency; reported only.", 2_833_894)
    ] = None
    pot: Annotated[
        k.Pot | None,
        _key(
            "Pot for plain-number capital of its moves; default: the pot with the partner's id, else the first.",
            "torfaen",
        ),
    ] = None
    systems: Annotated[
        dict[k.Key, System], _key("What it runs, by id within the partner.", {"email": {"run_cost": 40_000}})
    ] = {}


class ReportedSystem(_File):
    """What happened to a system."""

    status: Annotated[k.SystemStatus | None, _key("How it stands; left out: as in the last report.", "live")] = None
    approach: Annotated[k.Approach | None, _key("How it moves.", "consolidate")] = None
    to: Annotated[k.Id | None, _key("The service it moves into.", "email")] = None
    option: Annotated[k.Ordinal | None, _key("The option's number, from 1; default the first that fits.", 1)] = None
    step: Annotated[k.Ordinal | None, _key("2 for the second step of a `then`; default 1.", 2)] = None
    start: Annotated[k.Quarter | None, _key("First quarter of work.", "2016/17 Q1")] = None
    cutover: Annotated[k.Quarter | None, _key("Last quarter of work, once it has happened.", "2016/17 Q2")] = None
    expected: Annotated[k.Quarter | None, _key("Quarter in which the cutover is now expected.", "2016/17 Q4")] = None
    capital: Annotated[k.Spent | None, _key("Capital spent in this quarter, by pot.", {"onewales": 22_000})] = None
    effort: Annotated[k.Worked | None, _key("Person-days worked in this quarter, by role.", {"dba": 31})] = None
    note: Annotated[k.Words | None, _key("What else there is to say.", "two days late")] = None


class ReportedService(_File):
    """What happened to a service."""

    status: Annotated[k.ServiceStatus | None, _key("How it stands; left out: as in the last report.", "ready")] = None
    start: Annotated[k.Quarter | None, _key("First quarter of its build.", "2016/17 Q1")] = None
    ready: Annotated[k.Quarter | None, _key("First quarter in which it could be used.", "2016/17 Q3")] = None
    expected: Annotated[k.Quarter | None, _key("Quarter from which it is now expected to be ready.", "2016/17 Q4")] = (
        None
    )
    capital: Annotated[k.Spent | None, _key("Capital spent in this quarter, by pot.", {"onewales": 137_000})] = None
    effort: Annotated[k.Worked | None, _key("Person-days worked in this quarter, by role.", {"dba": 31})] = None
    note: Annotated[k.Words | None, _key("What else there is to say.", "the data centre link is late")] = None


class Risk(_File):
    """A risk to delivery."""

    risk: Annotated[k.Name, _key("What may happen.", "supplier leaves")]
    likelihood: Annotated[k.Level, _key("How likely it is.", "low")]
    impact: Annotated[k.Level, _key("How much it would matter.", "high")]
    owner: Annotated[k.Name | None, _key("Who watches it.", "Head of Service")] = None
    action: Annotated[k.Name | None, _key("What is done about it.", "second supplier")] = None


class Delivery(_File):
    """How delivery stands, for the Board."""

    rag: Annotated[k.Rag, _key("Confidence in delivery: red, amber or green.", "amber")]
    why: Annotated[k.Name | None, _key("The reason.", "the data centre link is late")] = None
    decisions: Annotated[list[k.Name], _key("Decisions asked of the Board.", ["approve the revised plan"])] = []
    risks: Annotated[
        list[Risk], _key("Risks.", [{"risk": "supplier leaves", "likelihood": "low", "impact": "high"}])
    ] = []


class Progress(_File):
    """progress/QUARTER.yaml: what really happened in one past quarter."""

    quarter: Annotated[k.Quarter, _key("The quarter that is reported on.", "2016/17 Q2")]
    systems: Annotated[
        dict[k.WholeKey, ReportedSystem],
        _key("By whole id.", {"torfaen/email": {"status": "started", "start": "2016/17 Q1"}}),
    ] = {}
    services: Annotated[
        dict[k.Key, ReportedService], _key("By id.", {"landing-zone": {"status": "ready", "ready": "2016/17 Q3"}})
    ] = {}
    delivery: Annotated[Delivery | None, _key("For the Board.", {"rag": "amber", "why": "a late link"})] = None


class Scenario(_File):
    """scenarios/NAME.yaml: changes merged over the inventory; null removes."""

    scenario: Annotated[k.Words | None, _key("A title.", "Without the shared HR service")] = None
    description: Annotated[k.Words | None, _key("What it is about.", "The Board's second option")] = None
    programme: Annotated[Programme | None, _key("Merged over programme.yaml.", {"discount_rate": "5%"})] = None
    services: Annotated[
        dict[k.Key, Service] | None, _key("Merged over the services, by id.", {"hr-payroll": {"capacity": 1_000}})
    ] = None
    partners: Annotated[
        dict[k.Key, Partner] | None,
        _key("Merged over the partners' files, by id.", {"torfaen": {"systems": {"email": {"must_move": "yes"}}}}),
    ] = None


_KINDS: dict[str, type[_File]] = {
    "programme": Programme,
    "services": Services,
    "partner": Partner,
    "scenario": Scenario,
    "progress": Progress,
}
SCHEMAS = tuple(_KINDS)


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file: one of ``SCHEMAS``.

    It describes the file as an editor's YAML server reads it, where `yes` is a text and
    `4100` a number. It lets pass whatever the loader lets pass; the loader is stricter.
    """
    made = _KINDS[kind].model_json_schema(by_alias=True)
    for part in (made, *made.get("$defs", {}).values()):
        part["properties"] = {name: _tidy(value) for name, value in part["properties"].items()}
    if kind == "scenario":
        _loosen(made)
    made["title"] = f"consolidate: {kind}"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def _tidy(value: dict[str, Any]) -> dict[str, Any]:
    """A key's schema without the null that stands for leaving it out, and closed to keys it doesn't know."""
    if value.get("default", ...) is None:
        del value["default"]
    branches = [branch for branch in value.pop("anyOf", []) if branch != {"type": "null"}]
    value = {**branches[0], **value} if len(branches) == 1 else {**value, **({"anyOf": branches} if branches else {})}
    inner: Any = value
    while isinstance(inner, dict) and inner.get("type") == "object":
        if "patternProperties" in inner:
            inner["additionalProperties"] = False
        inner = inner.get("additionalProperties", {})
    return value


def _loosen(part: Any) -> None:
    """Lets every key of a scenario be left out, or be null, which removes."""
    if isinstance(part, list):
        for entry in part:
            _loosen(entry)
    if not isinstance(part, dict):
        return
    part.pop("required", None)
    for entry in part.values():
        _loosen(entry)
    for word in ("properties", "patternProperties"):
        if isinstance(part.get(word), dict):
            part[word] = {name: _or_null(value) for name, value in part[word].items()}
    if isinstance(part.get("additionalProperties"), dict):
        part["additionalProperties"] = _or_null(part["additionalProperties"])


def _or_null(value: dict[str, Any]) -> dict[str, Any]:
    about: dict[str, Any] = {key: value.pop(key) for key in _ABOUT if key in value}
    return {**about, "anyOf": [value, {"type": "null"}]}


_ABOUT = ("description", "examples", "default", "title")


def schema_text(kind: str) -> str:
    """The exact text of ``schemas/KIND.schema.json``."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False, default=str) + "\n"
