"""What each kind of file holds: the models that validate it. Their descriptions document the format."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from consolidate.loading.schema import field_types
from consolidate.loading.schema.apportion_rule import Apportioning
from consolidate.loading.schema.fields import APPROACHES, Known
from consolidate.loading.schema.support_dates import ExtendedSupport
from consolidate.yaml_files.nodes import Map


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @model_validator(mode="wrap")
    @classmethod
    def _count_faults(cls, value: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        """Counts what is wrong, so that a hostile file ends validation before its faults fill the memory."""
        known = info.context
        if not isinstance(known, Known):
            return handler(value)
        if isinstance(value, Map) and len(value) > len(cls.model_fields):
            known.count(len(value) - len(cls.model_fields))
        try:
            return handler(value)
        except ValidationError as error:
            known.count(error.error_count())
            raise


def _field(description: str, *examples: Any, **more: Any) -> Any:
    """A key of a file: its description and examples go into the JSON Schema."""
    return Field(description=description, examples=list(examples), **more)


class Horizon(_File):
    """The quarters in which moves and builds happen, both included."""

    start: Annotated[field_types.Quarter, _field("First quarter of the horizon (q = 0).", "2016/17 Q1", alias="from")]
    end: Annotated[field_types.Quarter, _field("Last quarter of the horizon (q = T-1).", "2019/20 Q4", alias="to")]


class Tier(_File):
    """A service tier."""

    exposure: Annotated[
        field_types.Amount,
        _field("Judged cost of one quarter that a system of this tier runs past its end of life (not cash).", 60_000),
    ]
    name: Annotated[field_types.Name | None, _field("Its name; default the id.", {"en": "Gold", "cy": "Aur"})] = None


class AgencyStaff(_File):
    """People who can be bought in on top of a role's own."""

    days: Annotated[
        field_types.Amounts, _field("At most so many person-days in each quarter; by period if need be.", 60)
    ]
    day_rate: Annotated[field_types.Amounts, _field("Price of a day, in currency; by period if need be.", 520)]


class Role(_File):
    """A team who does the work."""

    name: Annotated[field_types.Name | None, _field("Its name; default the id.", "Cloud engineers")] = None
    days: Annotated[
        field_types.Amounts | None,
        _field(
            "Person-days free for moves in each quarter, after business as usual: a number, or by quarter, year and "
            "`default` (the most exact wins; a period with none has 0). Left out: not limited.",
            240,
            {"default": 240, "2016/17": 180, "2017/18 Q4": 120},
        ),
    ] = None
    agency: Annotated[
        AgencyStaff | None, _field("What can be bought in on top; default none.", {"days": 60, "day_rate": 520})
    ] = None
    day_cost: Annotated[
        field_types.Amounts | None,
        _field(
            "What a day of one's own people is worth, in currency; by period if need be, to the end of the appraisal. "
            "Left out: their days cost nothing.",
            310,
        ),
    ] = None


class Pot(_File):
    """A pot of capital."""

    name: Annotated[field_types.Name | None, _field("Its name; default the id.", "OneWales capital grant")] = None
    amount: Annotated[
        field_types.Amounts,
        _field(
            "Capital in each financial year, in currency: a number, or by year, `default` and quarter. A year with an "
            "amount for any of its quarters is reckoned by quarter, its other quarters having 0.",
            {"2016/17": 600_000, "2017/18": 450_000},
            {"2016/17 Q3": 50_000},
        ),
    ]
    carry_forward: Annotated[
        field_types.Boolean, _field("Whether what is not spent may be spent in a later period; default no.", "yes")
    ] = False


class _Work(_File):
    """What a piece of work takes and what it leads to."""

    effort: Annotated[
        field_types.Effort | None,
        _field(
            "Person-days by role: a number, spread evenly over the quarters, or a list with one figure for each.",
            {"cloud-engineer": 20, "data-migration": [10, 30]},
        ),
    ] = None
    capital: Annotated[
        field_types.Capital | None,
        _field("Capital in total, in currency: a number, or by pot; spread evenly.", 15_000, {"onewales": 250_000}),
    ] = None


class _Chosen(_File):
    approach: Annotated[field_types.Approach, _field("How the system moves.", "consolidate")]
    to: Annotated[
        field_types.Service | None,
        _field("The service it moves into: only for `consolidate`, needed when more than one fits.", "hr-payroll"),
    ] = None


class Then(_Chosen):
    """The second step of an option: itself an option without `retain`, `refresh` or a `then` of its own."""

    quarters: Annotated[field_types.WorkQuarters | None, _field("Quarters of work, 1 or more; default 1.", 2)] = None
    effort: Annotated[field_types.Effort | None, _field("Person-days by role.", {"data-migration": [10, 30]})] = None
    capital: Annotated[
        field_types.Capital | None, _field("Capital in total, in currency: a number, or by pot.", 15_000)
    ] = None
    one_off: Annotated[field_types.Amount | None, _field("Revenue cost in total, in currency.", 15_000)] = None
    run_cost: Annotated[
        field_types.RunCost | None,
        _field("Running cost afterwards: an amount a year, or a percentage of today's.", "90%"),
    ] = None
    parallel_run: Annotated[
        field_types.Quarters | None,
        _field("Quarters that what the first step led to runs on after cutover; default 0.", 1),
    ] = None
    contract: Annotated[
        field_types.ContractAfter | None,
        _field("Whether the contract of today `ends` with this step or `runs` on; default as for an option.", "ends"),
    ] = None
    end_of_life: Annotated[
        field_types.EndOfLife | None,
        _field(
            "When support ends for what it leads to, as for an option.",
            "2027-01-12",
            {"software": "2027-01-12", "hardware": "never"},
        ),
    ] = None
    needs: Annotated[
        field_types.Services | None, _field("Services that must be ready before its work starts.", ["email"])
    ] = None


class Template(_Work):
    """What a move takes by an approach and for a size, unless the system says otherwise."""

    quarters: Annotated[field_types.WorkQuarters | None, _field("Quarters of work, 1 or more; default 1.", 2)] = None
    one_off: Annotated[
        field_types.Amount | None, _field("Revenue cost in total, in currency, spread evenly; default 0.", 15_000)
    ] = None
    run_cost: Annotated[
        field_types.RunCost | None,
        _field(
            "Running cost afterwards: an amount a year, or a percentage of today's. Default: `retire` 0; `consolidate` "
            "the service's per-user and per-system cost; others today's.",
            "90%",
            120_000,
        ),
    ] = None
    parallel_run: Annotated[
        field_types.Quarters | None, _field("Quarters that the old system runs on after cutover; default 0.", 1)
    ] = None
    contract: Annotated[
        field_types.ContractAfter | None,
        _field(
            "Whether the contract of today `ends` with this step or `runs` on; default: it runs on under `rehost`, "
            "`relocate` and `replatform`, and ends under the others.",
            "ends",
        ),
    ] = None
    end_of_life: Annotated[
        field_types.EndOfLife | None,
        _field(
            "When support ends for what it leads to: a date, a quarter or `never` (of the software), or "
            "`{software: …, hardware: …}`. Default: under `rehost`, `relocate` and `refresh` the software's date as "
            "it is then; under the others not in sight.",
            "2027-01-12",
            {"software": "2027-01-12", "hardware": "never"},
        ),
    ] = None
    needs: Annotated[
        field_types.Services | None,
        _field("Services that must be ready before its work starts, beside the system's.", ["email"]),
    ] = None
    then: Annotated[
        Then | None,
        _field("A second step that follows the first.", {"approach": "consolidate", "to": "hr-payroll", "quarters": 2}),
    ] = None


class Option(Template, _Chosen):
    """A way to treat a system."""


class Filter(_File):
    """Which systems a rule speaks of: all lists given must match; none given: every system."""

    partners: Annotated[field_types.SomePartners | None, _field("Ids of partners.", ["torfaen"])] = None
    capabilities: Annotated[field_types.SomeCapabilities | None, _field("Capabilities.", ["revenues-benefits"])] = None
    systems: Annotated[field_types.SomeSystems | None, _field("Whole ids of systems.", ["torfaen/email"])] = None
    tiers: Annotated[field_types.SomeTiers | None, _field("Ids of tiers.", ["platinum"])] = None


class Freeze(Filter):
    """Quarters in which work or cutovers stop."""

    quarters: Annotated[field_types.FreezeQuarters, _field("Quarters, exact or of every year.", ["Q4"], ["2017/18 Q4"])]
    stops: Annotated[
        field_types.Stops, _field("`cutover` (default): no cutover in them; `work`: no work in progress.", "cutover")
    ] = "cutover"
    why: Annotated[field_types.Words, _field("The reason, for reports.", "annual council-tax billing")] = ""


class Limit(Filter):
    """A limit on moves with work in progress in any one quarter."""

    moves: Annotated[field_types.Count, _field("At most so many moves at work in a quarter.", 4)]


class Milestone(Filter):
    """A share of systems that must be live in time; or, without a share, a date that is drawn and reported."""

    by: Annotated[field_types.When, _field("By the end of this quarter, or on this day.", "2018/19 Q4")]
    live: Annotated[
        field_types.Share | None,
        _field(
            "At least this share of the matching systems is live, rounded up. Left out: it asks nothing of the plan.",
            "70%",
        ),
    ] = None
    name: Annotated[
        field_types.Name | None, _field("Its name; needed where there is no share.", "Outline business case")
    ] = None
    kind: Annotated[
        field_types.MilestoneKind | None,
        _field("What kind it is: `governance`, `engagement`, `deliverable` or `planning`.", "governance"),
    ] = None
    why: Annotated[
        field_types.Words, _field("The reason, for reports.", "do not leave a large volume to the last year")
    ] = ""


class Target(_File):
    """Savings that a financial year must show."""

    year: Annotated[field_types.Year, _field("The financial year.", "2018/19")]
    savings: Annotated[
        field_types.Amount,
        _field("Running costs saved in it against leaving everything as it is, in currency, undiscounted.", 400_000),
    ]
    partners: Annotated[
        field_types.SomePartners | None,
        _field("Whose savings count, with their parts of what is shared; default the whole programme's.", ["torfaen"]),
    ] = None


class Budget(_File):
    """What revenue may be in a financial year."""

    year: Annotated[field_types.Year, _field("The financial year.", "2017/18")]
    at_most: Annotated[
        field_types.Amount,
        _field(
            "Running costs, contracts, extended support, one-off costs, agency staff, own staff and interfaces in it "
            "may be no more than this, in currency, undiscounted.",
            8_174_503,
        ),
    ]
    partners: Annotated[
        field_types.SomePartners | None,
        _field("Whose costs count, with their parts of what is shared; default the whole programme's.", ["torfaen"]),
    ] = None


class Risk(_File):
    """A risk to delivery."""

    risk: Annotated[field_types.Name, _field("What may happen.", "supplier leaves")]
    likelihood: Annotated[field_types.Level, _field("How likely it is.", "low")]
    impact: Annotated[field_types.Level, _field("How much it would matter.", "high")]
    owner: Annotated[field_types.Name | None, _field("Who watches it.", "Head of Service")] = None
    action: Annotated[field_types.Name | None, _field("What is done about it.", "second supplier")] = None
    systems: Annotated[
        field_types.GatingSystems, _field("Whole ids of the systems it touches.", ["torfaen/email"])
    ] = ()


class Programme(_File):
    """programme.yaml: horizon, money, people, rules."""

    programme: Annotated[field_types.Name, _field("The programme's name.", "SRS move to OneWales")]
    currency: Annotated[
        field_types.Currency, _field("Currency of all amounts, as its three letters; default GBP.", "GBP")
    ] = "GBP"
    price_base: Annotated[
        field_types.Year | None,
        _field("The year at whose prices amounts are; default: the first year of the horizon.", "2016/17"),
    ] = None
    financial_year_starts: Annotated[
        field_types.MonthOfYear, _field("Month in which a financial year starts, 1 to 12; default 4, April.", 4)
    ] = 4
    horizon: Annotated[Horizon, _field("Quarters in which moves happen.", {"from": "2016/17 Q1", "to": "2019/20 Q4"})]
    appraise_to: Annotated[
        field_types.Quarter | None,
        _field("Last quarter whose costs count; default: the end of the horizon.", "2025/26 Q4"),
    ] = None
    discount_rate: Annotated[
        field_types.Rate, _field("Discount rate, a year; default 3.5%.", "3.5%", json_schema_extra={"default": "3.5%"})
    ] = 0.035
    minimise: Annotated[
        field_types.Minimise, _field("`cost` (default), or `finish`: first the last cutover, then cost.", "cost")
    ] = "cost"
    stability: Annotated[
        field_types.Amount,
        _field("Cost per move and quarter of change against the approved plan, in currency; default 0.", 2_000),
    ] = 0.0
    tiers: Annotated[dict[field_types.Key, Tier], _field("Service tiers, by id.", {"gold": {"exposure": 25_000}})] = {}
    classifications: Annotated[
        field_types.Ids, _field("Classifications of information, from low to high.", ["official", "official-sensitive"])
    ] = ()
    roles: Annotated[
        dict[field_types.Key, Role], _field("Who does the work, by id.", {"data-migration": {"days": 150}})
    ] = {}
    capital: Annotated[
        dict[field_types.Key, Pot],
        _field("Pots of capital, by id; a pot may bear a partner's id.", {"onewales": {"amount": 600_000}}),
    ] = {}
    approaches: Annotated[
        dict[field_types.Approach, dict[field_types.Key, Template]],
        _field(
            "What a move takes, by approach and size. `retain: {}` allows every system to stay.",
            {"rehost": {"medium": {"quarters": 1, "run_cost": "90%"}}, "retain": {}},
            json_schema_extra={"propertyNames": {"enum": list(APPROACHES)}},
        ),
    ] = {}
    freezes: Annotated[
        list[Freeze], _field("Quarters in which work or cutovers stop.", [{"quarters": ["Q4"], "why": "year end"}])
    ] = []
    limits: Annotated[
        list[Limit], _field("Limits on moves at work in a quarter.", [{"moves": 4, "partners": ["torfaen"]}])
    ] = []
    milestones: Annotated[
        list[Milestone], _field("Shares of systems to be live in time.", [{"by": "2018/19 Q4", "live": "70%"}])
    ] = []
    together: Annotated[
        list[field_types.Group],
        _field(
            "Groups of systems that cut over in the same quarter, or none of them moves.",
            [["torfaen/email", "monmouthshire/email"]],
        ),
    ] = []
    apportion: Annotated[
        field_types.Apportioning,
        _field(
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
        list[Target], _field("Savings that a financial year must show.", [{"year": "2018/19", "savings": 400_000}])
    ] = []
    budgets: Annotated[
        list[Budget],
        _field("What revenue may be in a financial year.", [{"year": "2017/18", "at_most": 8_174_503}]),
    ] = []
    risks: Annotated[
        list[Risk],
        _field(
            "The programme's register of risks; reported, without effect on the plan.",
            [{"risk": "supplier leaves", "likelihood": "low", "impact": "high", "systems": ["torfaen/email"]}],
        ),
    ] = []


class Build(_Work):
    """How a service is built, at most once."""

    quarters: Annotated[
        field_types.Quarters, _field("Quarters of work; default 1; 0: ready in the quarter it is bought.", 2)
    ] = 1
    run_cost: Annotated[
        field_types.Amount,
        _field("Fixed running cost a year, from the ready quarter on, in currency; default 0.", 60_000),
    ] = 0.0


class Service(_File):
    """A shared service on the platform. Neither `build` nor `ready`: it exists at the start of the horizon."""

    name: Annotated[field_types.Name | None, _field("Its name; default the id.", "Shared HR and payroll")] = None
    provides: Annotated[field_types.Id | None, _field("The capability it offers; default its id.", "hr-payroll")] = None
    needs: Annotated[
        field_types.Services, _field("Services that must be ready before its build starts.", ["landing-zone"])
    ] = ()
    earliest: Annotated[
        field_types.Quarter | None,
        _field("First quarter its build may start; default the start of the horizon.", "2017/18 Q1"),
    ] = None
    build: Annotated[Build | None, _field("How it is built.", {"quarters": 2, "run_cost": 60_000})] = None
    after: Annotated[
        field_types.GatingSystems,
        _field(
            "Whole ids of systems that must all have moved before its build starts; it is not built where one stays.",
            ["torfaen/email"],
        ),
    ] = ()
    must_build: Annotated[field_types.Boolean, _field("Whether every plan builds it; default no.", "yes")] = False
    latest: Annotated[
        field_types.Quarter | None,
        _field("Last quarter from which it may be ready, if it is built.", "2018/19 Q1"),
    ] = None
    ready: Annotated[
        field_types.Quarter | None, _field("It exists already, ready from this quarter.", "2016/17 Q3")
    ] = None
    run_cost_per_user: Annotated[
        field_types.Amount, _field("Cost a year for each user of each system moved in, in currency; default 0.", 9)
    ] = 0.0
    run_cost_per_system: Annotated[
        field_types.Amount, _field("Cost a year for each system moved in, in currency; default 0.", 0)
    ] = 0.0
    capacity: Annotated[field_types.Amount | None, _field("Users it can take; default unlimited.", 20_000)] = None
    accredited_to: Annotated[
        field_types.Classification | None,
        _field("Highest classification it may hold; default the highest.", "official-sensitive"),
    ] = None


class Services(_File):
    """services.yaml: the shared services on the platform."""

    services: Annotated[
        dict[field_types.Key, Service], _field("Services, by id.", {"email": {"ready": "2016/17 Q3"}})
    ] = {}


class Contract(_File):
    """The contract of a system as it is today."""

    cost: Annotated[field_types.Amount, _field("Cost a year, in currency.", 70_000)]
    ends: Annotated[
        field_types.Month, _field("When the term ends: a date, or a quarter (its last month).", "2018-03-31")
    ]
    renews_for: Annotated[field_types.Months, _field("Months of each renewal; default 12.", 12)] = 12
    notice: Annotated[field_types.Notice | None, _field("Months of notice; reported only.", 6)] = None
    exit: Annotated[
        field_types.Amount | None,
        _field("Price of buying out the rest of a term, in currency; default: can't be.", 20_000),
    ] = None


class Interface(_File):
    """An interface with another system."""

    other: Annotated[
        field_types.System,
        _field("The other system; of the same partner its short id will do.", "torfaen/finance", alias="with"),
    ]
    cost: Annotated[
        field_types.Amount,
        _field("Cost a quarter while one of the two is live and the other is not, in currency.", 2_500),
    ]


class System(_File):
    """A system that a partner runs today."""

    name: Annotated[field_types.Name | None, _field("Its name; default the id.", "iTrent")] = None
    capability: Annotated[field_types.Id | None, _field("What it is for; default its id.", "hr-payroll")] = None
    tier: Annotated[field_types.Tier | None, _field("Its service tier.", "gold")] = None
    users: Annotated[field_types.Amount | None, _field("Its users; default the partner's.", 4_100)] = None
    size: Annotated[field_types.Size | None, _field("Key into `approaches`; default medium.", "medium")] = None
    run_cost: Annotated[
        field_types.Amount, _field("Running cost a year on premises, in currency; default 0.", 165_000)
    ] = 0.0
    end_of_life: Annotated[
        field_types.EndOfLife | None,
        _field(
            "When support ends: a date, a quarter or `never` (of the software), or `{software: …, hardware: …}`; the "
            "earlier of the two counts.",
            "2018-03-31",
            {"software": "2018-03-31", "hardware": "2017/18 Q2"},
        ),
    ] = None
    product: Annotated[
        field_types.Words | None,
        _field(
            "Product and release; the end of the software's support is looked up where it is not given.",
            "windows-server 2008-r2",
        ),
    ] = None
    extended_support: Annotated[
        field_types.ExtendedSupport,
        _field(
            "Cost a year, paid for each exposed quarter, in currency; default 0. With `until`: up to that quarter.",
            30_000,
            {"cost": 30_000, "until": "2023-01-10"},
            json_schema_extra={"default": 0},
        ),
    ] = ExtendedSupport()
    contract: Annotated[
        Contract | None, _field("The contract it runs under.", {"cost": 70_000, "ends": "2018-03-31"})
    ] = None
    classification: Annotated[
        field_types.Classification | None,
        _field("Classification of its information; default the lowest.", "official-sensitive"),
    ] = None
    after: Annotated[
        field_types.Systems, _field("Systems that must be live before its work starts.", ["torfaen/identity"])
    ] = ()
    needs: Annotated[
        field_types.Services, _field("Services that must be ready before its work starts.", ["landing-zone"])
    ] = ()
    interfaces: Annotated[
        list[Interface], _field("Interfaces with other systems.", [{"with": "torfaen/finance", "cost": 2_500}])
    ] = []
    area: Annotated[field_types.Words | None, _field("Heading under which reports add it up.", "infrastructure")] = None
    confidence: Annotated[
        field_types.Level, _field("Confidence in its figures; reported only; default medium.", "medium")
    ] = "medium"
    must_move: Annotated[field_types.Boolean, _field("Forbids `retain` and `refresh`; default no.", "yes")] = False
    earliest: Annotated[field_types.Quarter | None, _field("First quarter in which work may start.", "2016/17 Q3")] = (
        None
    )
    latest: Annotated[field_types.Quarter | None, _field("Last quarter in which it may cut over.", "2018/19 Q4")] = None
    options: Annotated[
        list[Option] | None,
        _field(
            "The ways to treat it, in place of what `approaches` offers.",
            [{"approach": "rehost", "run_cost": "90%"}, {"approach": "retain"}],
        ),
    ] = None


class Partner(_File):
    """partners/NAME.yaml: who a partner is and what it runs. The file's name is the partner's id."""

    partner: Annotated[
        field_types.Name | None, _field("The partner's name; default the id.", "Torfaen County Borough Council")
    ] = None
    contact: Annotated[field_types.Words | None, _field("Whom to ask.", "ict-programme-board@torfaen.example")] = None
    users: Annotated[
        field_types.Amount | None, _field("Its users; used to apportion, and by its systems; default 0.", 4_100)
    ] = None
    budget: Annotated[
        field_types.Amount | None,
        _field("Operating budget a year, staff included, in currency; reported only.", 2_833_894),
    ] = None
    pot: Annotated[
        field_types.Pot | None,
        _field(
            "Pot for plain-number capital of its moves; default: the pot with the partner's id, else the first.",
            "torfaen",
        ),
    ] = None
    joins: Annotated[
        field_types.Quarter | None,
        _field("The first quarter in which it takes part; default the first of the horizon.", "2018/19 Q1"),
    ] = None
    systems: Annotated[
        dict[field_types.Key, System],
        _field("What it runs, by id within the partner.", {"email": {"run_cost": 40_000}}),
    ] = {}


class ReportedSystem(_File):
    """What happened to a system."""

    status: Annotated[
        field_types.SystemStatus | None, _field("How it stands; left out: as in the last report.", "live")
    ] = None
    approach: Annotated[field_types.Approach | None, _field("How it moves.", "consolidate")] = None
    to: Annotated[field_types.Id | None, _field("The service it moves into.", "email")] = None
    option: Annotated[
        field_types.Ordinal | None, _field("The option's number, from 1; default the first that fits.", 1)
    ] = None
    step: Annotated[field_types.Ordinal | None, _field("2 for the second step of a `then`; default 1.", 2)] = None
    start: Annotated[field_types.Quarter | None, _field("First quarter of work.", "2016/17 Q1")] = None
    cutover: Annotated[
        field_types.Quarter | None, _field("Last quarter of work, once it has happened.", "2016/17 Q2")
    ] = None
    expected: Annotated[
        field_types.Quarter | None, _field("Quarter in which the cutover is now expected.", "2016/17 Q4")
    ] = None
    capital: Annotated[
        field_types.Spent | None, _field("Capital spent in this quarter, by pot.", {"onewales": 22_000})
    ] = None
    effort: Annotated[
        field_types.Worked | None, _field("Person-days worked in this quarter, by role.", {"dba": 31})
    ] = None
    note: Annotated[field_types.Words | None, _field("What else there is to say.", "two days late")] = None


class ReportedService(_File):
    """What happened to a service."""

    status: Annotated[
        field_types.ServiceStatus | None, _field("How it stands; left out: as in the last report.", "ready")
    ] = None
    start: Annotated[field_types.Quarter | None, _field("First quarter of its build.", "2016/17 Q1")] = None
    ready: Annotated[field_types.Quarter | None, _field("First quarter in which it could be used.", "2016/17 Q3")] = (
        None
    )
    expected: Annotated[
        field_types.Quarter | None, _field("Quarter from which it is now expected to be ready.", "2016/17 Q4")
    ] = None
    capital: Annotated[
        field_types.Spent | None, _field("Capital spent in this quarter, by pot.", {"onewales": 137_000})
    ] = None
    effort: Annotated[
        field_types.Worked | None, _field("Person-days worked in this quarter, by role.", {"dba": 31})
    ] = None
    note: Annotated[field_types.Words | None, _field("What else there is to say.", "the data centre link is late")] = (
        None
    )


class Delivery(_File):
    """How delivery stands, for the Board."""

    rag: Annotated[field_types.Rag, _field("Confidence in delivery: red, amber or green.", "amber")]
    why: Annotated[field_types.Name | None, _field("The reason.", "the data centre link is late")] = None
    decisions: Annotated[
        list[field_types.Name], _field("Decisions asked of the Board.", ["approve the revised plan"])
    ] = []
    risks: Annotated[
        list[Risk], _field("Risks.", [{"risk": "supplier leaves", "likelihood": "low", "impact": "high"}])
    ] = []


class Progress(_File):
    """progress/QUARTER.yaml: what really happened in one past quarter."""

    quarter: Annotated[field_types.Quarter, _field("The quarter that is reported on.", "2016/17 Q2")]
    systems: Annotated[
        dict[field_types.WholeKey, Annotated[list[ReportedSystem], field_types.OneOrMore()]],
        _field(
            "By whole id: an entry, or a list of entries, one for each step.",
            {"torfaen/email": {"status": "started", "start": "2016/17 Q1"}},
        ),
    ] = {}
    services: Annotated[
        dict[field_types.Key, ReportedService],
        _field("By id.", {"landing-zone": {"status": "ready", "ready": "2016/17 Q3"}}),
    ] = {}
    delivery: Annotated[Delivery | None, _field("For the Board.", {"rag": "amber", "why": "a late link"})] = None


class Scenario(_File):
    """scenarios/NAME.yaml: changes merged over the inventory; null removes."""

    scenario: Annotated[field_types.Words | None, _field("A title.", "Without the shared HR service")] = None
    description: Annotated[field_types.Words | None, _field("What it is about.", "The Board's second option")] = None
    programme: Annotated[Programme | None, _field("Merged over programme.yaml.", {"discount_rate": "5%"})] = None
    services: Annotated[
        dict[field_types.Key, Service] | None,
        _field("Merged over the services, by id.", {"hr-payroll": {"capacity": 1_000}}),
    ] = None
    partners: Annotated[
        dict[field_types.Key, Partner] | None,
        _field("Merged over the partners' files, by id.", {"torfaen": {"systems": {"email": {"must_move": "yes"}}}}),
    ] = None
