"""A random inventory made into the typed one by hand, from the format's text: what the loader should find.

It takes the sketch (:mod:`random_inventories`), not the YAML, and checks nothing. Where the
loader and this disagree about an amount, a quarter or an option, one of them misread the format.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from random_inventories import Raw, Sketch

from consolidate.inventory import (
    Amounts,
    Apportion,
    Budget,
    Build,
    Contract,
    EndOfLife,
    Freeze,
    Interface,
    Inventory,
    Limit,
    Milestone,
    Name,
    Option,
    Partner,
    Period,
    Pot,
    RecurringQuarters,
    Risk,
    Role,
    RoleAmounts,
    Selection,
    Service,
    Step,
    System,
    Target,
    Timetable,
    When,
)
from consolidate.plan import from_json
from consolidate.quarters import Calendar

LOOKED_UP = {"windows-server 2008-r2": "2020-01-14"}


def merged(base: Any, change: Any) -> Any:
    """A scenario's change over the inventory's own: mappings key by key, null removes."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    if "end_of_life" in base and change.get("end_of_life") is not None:
        base = {**base, "end_of_life": dates(base["end_of_life"])}
        change = {**change, "end_of_life": dates(change["end_of_life"])}
    found = {**base, **{key: merged(base.get(key), value) for key, value in change.items()}}
    return {key: value for key, value in found.items() if value is not None}


def dates(written: Any) -> Raw:
    """The end of support by part: a plain date is the software's."""
    return written if isinstance(written, dict) else {"software": written}


def earlier(ends: EndOfLife) -> int | None:
    """The quarter of the earlier of the two."""
    return min((when.quarter for when in (ends.software, ends.hardware) if when is not None), default=None)


def percent(text: str) -> Fraction:
    return Fraction(text.removesuffix("%")) / 100


class Reading:
    """Reads one sketch, with its scenario if it has one, the horizon ``more`` quarters longer."""

    def __init__(self, sketch: Sketch, more: int = 0) -> None:
        change = sketch.scenario or {}
        self.scenario = "what-if" if sketch.scenario else None
        self.p: Raw = merged(sketch.programme, change.get("programme", {}))
        self.services_raw: Raw = merged(sketch.services, change.get("services", {}))
        self.partners_raw: Raw = merged(sketch.partners, change.get("partners", {}))
        self.approved = sketch.approved
        self.calendar = Calendar(sketch.origin, self.p.get("financial_year_starts", 4))
        self.T = sketch.T + more
        self.A = max(sketch.A, self.T)
        self.pots = list(self.p.get("capital", {}))
        self.levels: list[str] = self.p.get("classifications", [])

    def quarter(self, text: str | None) -> int | None:
        return None if text is None else self.calendar.quarter(text)

    def by_quarter(self, amounts: Any, q: int) -> float:
        """The most exact entry of an amount given by period."""
        if not isinstance(amounts, dict):
            return float(amounts)
        for key in (self.calendar.label(q), self.calendar.year_label(q), "default"):
            if key in amounts:
                return float(amounts[key])
        return 0.0

    def role(self, name: str, raw: Raw) -> Role:
        agency = raw.get("agency", {"days": 0, "day_rate": 0})
        days = tuple(self.by_quarter(raw["days"], q) for q in range(self.T)) if "days" in raw else None
        bought, rate = (tuple(self.by_quarter(agency[key], q) for q in range(self.T)) for key in ("days", "day_rate"))
        own = tuple(self.by_quarter(raw["day_cost"], q) for q in range(self.A)) if "day_cost" in raw else ()
        return Role(name, days, bought, rate, own)

    def pot(self, name: str, raw: Raw) -> Pot:
        """Years, but quarters in a year in which any quarter has an amount of its own."""
        amount, periods = raw["amount"], []
        exact = [key for key in amount if "Q" in key] if isinstance(amount, dict) else []
        for year in dict.fromkeys(self.calendar.year(q) for q in range(self.T)):
            quarters = [q for q in range(self.T) if self.calendar.year(q) == year]
            label = self.calendar.year_label(quarters[0])
            if any(key.startswith(label) for key in exact):
                for q in quarters:
                    own = float(amount.get(self.calendar.label(q), 0))
                    periods.append(Period(self.calendar.label(q), range(q, q + 1), own))
            else:
                whole: Any = amount.get(label, amount.get("default", 0)) if isinstance(amount, dict) else amount
                periods.append(Period(label, range(quarters[0], quarters[-1] + 1), float(whole)))
        return Pot(name, raw.get("carry_forward", False), tuple(periods))

    def effort(self, raw: Raw, quarters: int) -> dict[str, tuple[float, ...]]:
        width = max(quarters, 1)
        return {
            role: tuple(float(day) for day in days) if isinstance(days, list) else (days / width,) * width
            for role, days in raw.items()
        }

    def capital(self, raw: Any, pot: str | None) -> dict[str | None, float]:
        if isinstance(raw, dict):
            return {name: float(amount) for name, amount in raw.items()}
        return {pot: float(raw)} if raw else {}

    def service(self, name: str, raw: Raw) -> Service:
        build = raw.get("build")
        made = build and self.build(build)
        ready = None if build is not None else self.quarter(raw["ready"]) if "ready" in raw else 0
        return Service(
            id=name,
            name=self.name(raw.get("name", name)),
            provides=raw.get("provides", name),
            needs=tuple(raw.get("needs", ())),
            earliest=max(self.quarter(raw.get("earliest")) or 0, 0),
            build=self.build({}) if build == {} else made,
            ready=ready,
            run_cost_per_user=float(raw.get("run_cost_per_user", 0)),
            run_cost_per_system=float(raw.get("run_cost_per_system", 0)),
            capacity=raw.get("capacity"),
            accredited_to=raw.get("accredited_to", self.levels[-1] if self.levels else None),
            after=tuple(raw.get("after", ())),
            must_build=raw.get("must_build", False),
            latest=self.quarter(raw.get("latest")),
        )

    def build(self, raw: Raw) -> Build:
        quarters = raw.get("quarters", 1)
        capital = self.capital(raw.get("capital", 0), self.pots[0] if self.pots else None)
        return Build(quarters, self.effort(raw.get("effort", {}), quarters), capital, float(raw.get("run_cost", 0)))

    def name(self, raw: Any) -> Name:
        return Name(raw if isinstance(raw, dict) else {"en": raw})

    # options ------------------------------------------------------------------
    def fits(self, system: Raw) -> list[str]:
        level = self.levels.index(system["classification"]) if "classification" in system else 0
        return [
            name
            for name, service in self.services_raw.items()
            if service.get("provides", name) == system["capability"]
            and ("accredited_to" not in service or self.levels.index(service["accredited_to"]) >= level)
        ]

    def written(self, system: Raw) -> list[Raw]:
        """The options as if all were written out, in order."""
        if "options" in system:
            return list(system["options"])
        found: list[Raw] = []
        for approach, sizes in self.p.get("approaches", {}).items():
            if approach == "retain":
                found.append({"approach": approach})
            elif system.get("size", "medium") in sizes:
                targets = self.fits(system) if approach == "consolidate" else [None]
                found += [{"approach": approach, **({"to": to} if to else {})} for to in targets]
        return found

    def options(self, system: Raw, partner: str, users: float) -> tuple[Option, ...]:
        dropped = ("retain", "refresh") if system.get("must_move") else ()
        found = []
        for number, raw in enumerate(self.written(system), 1):
            if raw["approach"] not in dropped:
                then = {**self.template(raw, system), **raw}.get("then")
                first = self.step(raw, system, partner, users, self.support(system))
                second = self.step(then, system, partner, users, first.support_ends) if then else None
                found.append(Option(number, first, second))
        return tuple(found)

    def template(self, raw: Raw, system: Raw) -> Raw:
        """What `approaches` has for an option's approach and the system's size."""
        found: Raw = self.p.get("approaches", {}).get(raw["approach"], {}).get(system.get("size", "medium"), {})
        return found

    def when(self, text: str) -> When | None:
        """A date of the end of support."""
        if text == "never":
            return None
        return When(self.calendar.quarter(text), None if "Q" in text else datetime.date.fromisoformat(text))

    def support(self, system: Raw) -> EndOfLife:
        """When support of today's system ends."""
        given = dates(system.get("end_of_life", {}))
        if "software" not in given and "product" in system:
            given = {**given, "software": LOOKED_UP[system["product"]]}
        return EndOfLife(*(self.when(given.get(part, "never")) for part in ("software", "hardware")))

    def support_after(self, approach: str, given: Raw, before: EndOfLife) -> EndOfLife:
        """When support ends of what a step leads to."""
        written = dates(given.get("end_of_life", {}))
        software, hardware = (self.when(written.get(part, "never")) for part in ("software", "hardware"))
        if approach in ("rehost", "relocate", "refresh") and "software" not in written:
            software = before.software
        return EndOfLife(software, hardware)

    def step(self, raw: Raw, system: Raw, partner: str, users: float, before: EndOfLife) -> Step:
        approach = raw["approach"]
        if approach == "retain":
            return Step(approach, None, 0, {}, {}, 0.0, float(system.get("run_cost", 0)), 0, None, ())
        given = {**self.template(raw, system), **raw}
        to = given.get("to", self.fits(system)[0] if approach == "consolidate" and self.fits(system) else None)
        quarters = given.get("quarters", 1)
        needs = [*system.get("needs", ()), *given.get("needs", ()), *([to] if to else [])]
        ends = self.support_after(approach, given, before)
        kept = "runs" if approach in ("rehost", "relocate", "replatform", "refresh") else "ends"
        return Step(
            approach=approach,
            to=to,
            quarters=quarters,
            effort=self.effort(given.get("effort", {}), quarters),
            capital=self.capital(given.get("capital", 0), self.plain_pot(partner)),
            one_off=float(given.get("one_off", 0)),
            run_cost=self.run_cost(given, system, to, users),
            parallel_run=given.get("parallel_run", 0),
            end_of_life=earlier(ends),
            needs=tuple(dict.fromkeys(needs)),
            ends_contract=given.get("contract", kept) == "ends",
            support_ends=ends,
        )

    def plain_pot(self, partner: str) -> str | None:
        own = self.partners_raw[partner].get("pot", partner if partner in self.pots else None)
        return own or (self.pots[0] if self.pots else None)

    def run_cost(self, given: Raw, system: Raw, to: str | None, users: float) -> float:
        today, after = system.get("run_cost", 0), given.get("run_cost")
        if isinstance(after, str):
            return float(percent(after) * today)
        if after is not None:
            return float(after)
        if given["approach"] == "retire":
            return 0.0
        if to is not None:
            service = self.services_raw[to]
            return float(service.get("run_cost_per_user", 0) * users + service.get("run_cost_per_system", 0))
        return float(today)

    # systems and rules -----------------------------------------------------------
    def system(self, partner: str, name: str, raw: Raw) -> System:
        def whole(other: str) -> str:
            return other if "/" in other else f"{partner}/{other}"

        users = float(raw.get("users", self.partners_raw[partner].get("users", 0)))
        joins = self.joins(partner)
        extended = raw.get("extended_support", 0)
        extended = extended if isinstance(extended, dict) else {"cost": extended}
        tier = raw.get("tier")
        return System(
            id=f"{partner}/{name}",
            partner=partner,
            name=self.name(raw.get("name", name)),
            capability=raw["capability"],
            tier=tier,
            exposure=float(self.p["tiers"][tier]["exposure"]) if tier else 0.0,
            users=users,
            size=raw.get("size", "medium"),
            run_cost=float(raw.get("run_cost", 0)),
            end_of_life=earlier(self.support(raw)),
            product=raw.get("product"),
            extended_support=float(extended["cost"]),
            contract=self.contract(raw["contract"]) if "contract" in raw else None,
            classification=raw.get("classification", self.levels[0] if self.levels else None),
            after=tuple(whole(other) for other in raw.get("after", ())),
            interfaces=tuple(Interface(whole(link["with"]), float(link["cost"])) for link in raw.get("interfaces", ())),
            area=raw.get("area"),
            confidence=raw.get("confidence", "medium"),
            must_move=raw.get("must_move", False),
            earliest=max(self.quarter(raw.get("earliest")) or 0, joins),
            latest=self.quarter(raw.get("latest")),
            options=self.options(raw, partner, users),
            support_ends=self.support(raw),
            extended_until=self.quarter(extended.get("until")),
            joins=joins,
        )

    def joins(self, partner: str) -> int:
        return self.quarter(self.partners_raw[partner].get("joins")) or 0

    def systems_raw(self, partner: Raw) -> list[tuple[str, Raw]]:
        """The partner's systems, with the capability that they are given or that is their id."""
        return [(name, {"capability": name, **raw}) for name, raw in partner["systems"].items()]

    def contract(self, raw: Raw) -> Contract:
        """The month: a date's, or the last of the quarter; and a date's day."""
        ends = raw["ends"]
        month, day = self.calendar.last_month(self.calendar.quarter(ends)), None
        if "Q" not in ends:
            year, number, day = map(int, ends.split("-"))
            month = year * 12 + number - 1
        return Contract(float(raw["cost"]), month, raw.get("renews_for", 12), raw.get("notice"), raw.get("exit"), day)

    def who(self, rule: Raw, systems: Iterable[System]) -> Selection:
        found = []
        for system in systems:
            sides = (
                ("partners", system.partner),
                ("capabilities", system.capability),
                ("systems", system.id),
                ("tiers", system.tier),
            )
            if all(value in rule.get(key, [value]) for key, value in sides):
                found.append(system.id)
        return Selection(frozenset(found), "")

    def frozen(self, rule: Raw) -> frozenset[int]:
        labels = {q: self.calendar.label(q) for q in range(self.T)}
        return frozenset(
            q for q, label in labels.items() if label in rule["quarters"] or label[-2:] in rule["quarters"]
        )

    def target(self, rule: Raw) -> Target:
        quarters = [q for q in range(self.A) if self.calendar.year_label(q) == rule["year"]]
        partners = tuple(rule["partners"]) if "partners" in rule else None
        return Target(rule["year"], range(quarters[0], quarters[-1] + 1), float(rule["savings"]), partners)

    def budget(self, rule: Raw) -> Budget:
        quarters = [q for q in range(self.A) if self.calendar.year_label(q) == rule["year"]]
        partners = tuple(rule["partners"]) if "partners" in rule else None
        return Budget(rule["year"], range(quarters[0], quarters[-1] + 1), float(rule["at_most"]), partners)

    def milestone(self, rule: Raw, every: list[System]) -> Milestone:
        """Without systems of partners that join after it, and after the first quarter."""
        by, who = self.calendar.quarter(rule["by"]), self.who(rule, every)
        late = {one.id for one in every if one.joins > 0 and one.joins > by}
        day = None if "Q" in rule["by"] else datetime.date.fromisoformat(rule["by"])
        name = self.name(rule["name"]) if "name" in rule else None
        share = percent(rule["live"]) if "live" in rule else None
        who = Selection(who.systems - late, "")
        return Milestone(by, share, who, rule.get("why", ""), name, rule.get("kind"), day)

    def risk(self, raw: Raw) -> Risk:
        names = [self.name(raw[key]) if key in raw else None for key in ("owner", "action")]
        return Risk(self.name(raw["risk"]), raw["likelihood"], raw["impact"], *names, tuple(raw.get("systems", ())))

    def apportion(self) -> Apportion:
        """One rule, or one for each year and a default."""
        given = self.p.get("apportion", "users")
        if isinstance(given, dict) and any(key == "default" or key[0].isdigit() for key in given):
            years = {int(year[:4]): self.rule(rule) for year, rule in given.items() if year != "default"}
            return Apportion(self.rule(given.get("default", "users")), years)
        return Apportion(self.rule(given), {})

    @staticmethod
    def rule(raw: Any) -> Any:
        return {partner: percent(share) for partner, share in raw.items()} if isinstance(raw, dict) else raw

    def timetable(self) -> Timetable:
        """What is given by period, whatever the horizon."""
        p = self.p
        return Timetable(
            "appraise_to" not in p,
            {name: self.role_amounts(raw) for name, raw in p.get("roles", {}).items()},
            {name: self.amounts(raw["amount"]) for name, raw in p.get("capital", {}).items()},
            tuple(
                RecurringQuarters(
                    frozenset(self.calendar.quarter(each) for each in rule["quarters"] if len(each) > 2),
                    frozenset(int(each[1]) - 1 for each in rule["quarters"] if len(each) == 2),
                )
                for rule in p.get("freezes", ())
            ),
            tuple(int(rule["year"][:4]) for rule in p.get("targets", ())),
            tuple(int(rule["year"][:4]) for rule in p.get("budgets", ())),
        )

    def role_amounts(self, raw: Raw) -> RoleAmounts:
        agency = raw.get("agency", {"days": 0, "day_rate": 0})
        days = self.amounts(raw["days"]) if "days" in raw else None
        day_cost = self.amounts(raw.get("day_cost", 0))
        return RoleAmounts(days, self.amounts(agency["days"]), self.amounts(agency["day_rate"]), day_cost)

    def amounts(self, raw: Any) -> Amounts:
        if not isinstance(raw, dict):
            return Amounts(float(raw))
        given = {key: float(amount) for key, amount in raw.items()}
        default = given.pop("default", 0.0)
        quarters = {self.calendar.quarter(key): amount for key, amount in given.items() if "Q" in key}
        return Amounts(default, {int(key[:4]): one for key, one in given.items() if "Q" not in key}, quarters)

    def inventory(self) -> Inventory:
        p = self.p
        systems = {
            found.id: found
            for partner, entry in sorted(self.partners_raw.items())
            for found in (self.system(partner, name, raw) for name, raw in self.systems_raw(entry))
        }
        every = list(systems.values())
        approved = None
        if self.approved is not None:
            approved = from_json(json.dumps({**self.approved, "approved": None}), self.calendar, "approved")
        partners = {
            name: Partner(
                name,
                self.name(raw.get("partner", name)),
                raw.get("contact"),
                float(raw.get("users", 0)),
                raw.get("budget"),
                self.plain_pot(name),
                self.joins(name),
            )
            for name, raw in sorted(self.partners_raw.items())
        }
        return Inventory(
            programme=self.name(p["programme"]),
            currency=p.get("currency", "GBP"),
            price_base=p.get("price_base", self.calendar.year_label(0)),
            calendar=self.calendar,
            plan_quarters=self.T,
            appraisal_quarters=self.A,
            discount_rate=float(percent(p.get("discount_rate", "3.5%"))),
            minimise=p.get("minimise", "cost"),
            stability=float(p.get("stability", 0)),
            tiers={tier: float(raw["exposure"]) for tier, raw in p.get("tiers", {}).items()},
            classifications=tuple(self.levels),
            roles={name: self.role(name, raw) for name, raw in p.get("roles", {}).items()},
            pots={name: self.pot(name, raw) for name, raw in p.get("capital", {}).items()},
            freezes=tuple(
                Freeze(self.frozen(r), r.get("stops") == "work", self.who(r, every), r.get("why", ""))
                for r in p.get("freezes", ())
            ),
            limits=tuple(Limit(rule["moves"], self.who(rule, every)) for rule in p.get("limits", ())),
            milestones=tuple(self.milestone(rule, every) for rule in p.get("milestones", ())),
            together=tuple(tuple(group) for group in p.get("together", ())),
            targets=tuple(self.target(rule) for rule in p.get("targets", ())),
            budgets=tuple(self.budget(rule) for rule in p.get("budgets", ())),
            risks=tuple(map(self.risk, p.get("risks", ()))),
            apportion=self.apportion(),
            services={name: self.service(name, raw) for name, raw in self.services_raw.items()},
            partners=partners,
            systems=systems,
            scenario=self.scenario,
            content_hash="",
            approved=approved,
            progress=None,
            approved_hash=None,
            warnings=(),
            timetable=self.timetable(),
        )


def read(seed: int, longer: int = 0) -> Inventory:
    """Random inventory number ``seed``, its scenario applied, without going through any file.

    ``longer``: quarters by which its horizon is longer.
    """
    return Reading(Sketch(seed), longer).inventory()
