"""Writes a realistic inventory of any size, from a seed: from 20 to 15,000 systems.

    python benchmarks/generate.py --systems 500 --seed 1 --out some/folder [--partners N]
        [--capital-tight] [--staff-tight] [--twice-links] [--many-services] [--all-rules]

The same arguments give the same files. Partners are bodies of about a hundred systems, each
with an identity system that others wait for. Staff is short of what moving everything would
take, so the planner has to choose. The variants are harder: ``--capital-tight`` makes capital
bind as well, ``--staff-tight`` leaves little more than half of the staff, ``--twice-links`` doubles
what hangs together, ``--many-services`` has a service for each capability in each of five regions.
``--all-rules`` adds what the rivals do not know: budgets of revenue, days with a price, a review that
waits for pilots and for which others wait, a partner that joins on the way, support by part.
Nearly every system may be retained, and what must happen (milestones, targets, must-moves) is
little, so a plan exists. With ``--all-rules``, every rule of the format is in every inventory of 200
systems or more, but for progress and approved plans. Nothing here is taken from a real body; the proportions
are those of a council's service catalogue.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CAPABILITIES = (
    ("identity", "platinum"), ("email", "platinum"), ("hr-payroll", "gold"), ("revenues-benefits", "gold"),
    ("social-care", "platinum"), ("finance", "gold"), ("education", "gold"), ("records", "silver"),
    ("planning", "silver"), ("library", "bronze"), ("housing", "gold"), ("highways", "silver"),
    ("licensing", "bronze"), ("web", "silver"), ("telephony", "gold"), ("gis", "silver"),
    ("leisure", "bronze"), ("intranet", "bronze"), ("backup", "gold"), ("democracy", "bronze"),
)  # fmt: skip
ROLES = {"cloud-engineer": 520, "data-migration": 560, "dba": 600, "network": 540, "tester": 430}
SIZES = {"small": 0.4, "medium": 1.0, "large": 2.4}
FIRST_YEAR = 2016
WORK = {
    # approach: quarters for small/medium/large, days by role and capital for medium, run cost after
    "rehost": ((1, 1, 2), {"cloud-engineer": 22, "network": 8, "tester": 6}, 11_000, "91%"),
    "replatform": ((1, 2, 3), {"cloud-engineer": 30, "dba": 22, "tester": 12}, 19_000, "78%"),
    "consolidate": ((1, 2, 3), {"cloud-engineer": 14, "data-migration": 32, "dba": 10, "tester": 14}, 16_000, None),
}
REGIONS = 5
PRODUCTS = ("centos 6", "centos 7", "apache-http-server 2.2", "windows-server 2008-r2", "windows-server 2012-r2")
PILOTS = ("social-care", "education", "records")
"""Systems of the first partner for which the review waits."""
SPECIAL = {"social-care": "ccis", "records": "records-hub"}
"""Services that exist already, or are bought and not built, by what they provide."""
TOGETHER = ("email", "hr-payroll")
"""Systems that may be bound to another partner's."""


@dataclass(frozen=True)
class Hardness:
    """What makes an inventory harder than it is by default."""

    capital_tight: bool = False
    twice_links: bool = False
    staff_tight: bool = False
    many_services: bool = False
    all_rules: bool = False


class Generator:
    """Draws the parts of one inventory; ``files`` gives them as texts by path.

    ``r`` draws what everything rests on, ``more`` the rarer rules, ``rest`` those that come with all rules:
    so that one of these can be added without changing all else.
    """

    def __init__(self, systems: int, seed: int, hard: Hardness | None = None, partners: int | None = None) -> None:
        self.r = random.Random(f"{systems} {seed}")
        self.more = random.Random(f"more {systems} {seed}")
        self.rest = random.Random(f"rest {systems} {seed}")
        self.count = systems
        self.seed = seed
        self.hard = hard or Hardness()
        self.capital_share = 0.35 if self.hard.capital_tight else 1.2
        self.staff_share = 0.55 if self.hard.staff_tight else 1.0
        self.links = 2 if self.hard.twice_links else 1
        self.partners = partners or max(2, round(systems / 100))
        self.T = 16 if systems <= 200 else 20
        self.capabilities = CAPABILITIES[: max(8, min(20, systems // 10))]
        last = len(self.capabilities) if self.hard.many_services else 4 + min(12, systems // 60)
        self.shared = [name for name, _ in self.capabilities[1:last]]
        self.low = self.shared[3::4]  # accredited to the lowest classification alone
        self.regions = min(REGIONS, self.partners) if self.hard.many_services else 1
        self.run_cost = 0
        self.revenue: dict[int, int] = {}
        """By partner, what its systems cost to run, with contracts and support, in a year as they are."""
        self.interfaces: dict[str, list[str]] = {}

    def label(self, quarter: int) -> str:
        year, index = divmod(4 * FIRST_YEAR + quarter, 4)
        return f"{year}/{(year + 1) % 100:02d} Q{index + 1}"

    def date(self, low: int, high: int) -> str:
        """A last day of a month between two quarters, both included."""
        quarter = self.r.randint(low, high)
        month = FIRST_YEAR * 12 + 3 + quarter * 3 + self.r.randrange(3)
        return f"{month // 12}-{month % 12 + 1:02d}-28"

    def share(self) -> list[int]:
        """How many systems each partner has: some are three times as large as others."""
        weights = [self.r.uniform(0.5, 1.5) for _ in range(self.partners)]
        counts = [max(3, int(self.count * weight / sum(weights))) for weight in weights]
        counts[0] += self.count - sum(counts)
        return counts

    # -- partners and their systems -------------------------------------------------------------

    def partner(self, number: int, count: int) -> str:
        users = self.r.randint(8, 60) * 100
        lines = [f"partner: Partner {number + 1} Council", f"users: {users}", f"budget: {users * 690}"]
        if number % 6 == 1:
            lines.append("pot: central")
        elif number % 6 == 4:
            lines.append(f"pot: {partner_id(number - 1)}")
        if self.hard.all_rules and number == self.partners - 1 > 1:
            lines.append(f"joins: {self.label(4)}")
        blocks: dict[str, list[str]] = {}
        self.interfaces = {}
        for place in range(count):
            capability, tier = self.capabilities[place % len(self.capabilities)]
            turn = place // len(self.capabilities)
            name = capability if turn == 0 else f"{capability}-{turn + 1}"
            self.interfaces[name] = []
            blocks[name] = list(self.system(number, [*blocks, name], capability, tier, users))
        self.exchange(number)
        lines.append("systems:")
        for name, block in blocks.items():
            links = self.interfaces[name]
            lines += [f"  {name}:", *(f"    {line}" for line in block)]
            lines += [f"    interfaces: [{', '.join(links)}]"] if links else []
        return "\n".join([*lines, ""])

    def system(self, number: int, names: list[str], capability: str, tier: str, users: int) -> Iterator[str]:
        """One system's lines."""
        r = self.r
        size = r.choices(list(SIZES), (0.5, 0.35, 0.15))[0]
        cost = int(r.lognormvariate(math.log(26_000), 0.8) * SIZES[size] ** 0.7) // 100 * 100 + 1_000
        self.run_cost += cost
        self.revenue[number] = self.revenue.get(number, 0) + cost
        yield f"capability: {capability}"
        yield f"tier: {tier if r.random() < 0.7 else r.choice(('silver', 'bronze'))}"
        yield f"size: {size}"
        yield f"users: {max(10, int(users * r.uniform(0.02, 1)))}"
        yield f"run_cost: {cost}"
        if r.random() < 0.8:
            yield f"end_of_life: {self.support(self.date(-3, self.T + 8))}"
        elif self.more.random() < 0.3:
            yield f"product: {self.more.choice(PRODUCTS)}"
        if r.random() < 0.3:
            self.revenue[number] += cost // 5
            yield f"extended_support: {self.sold(cost // 5)}"
        if r.random() < 0.55:
            leave = f", exit: {cost // 8}" if r.random() < 0.4 else ""
            renews = r.choice((12, 12, 12, 24, 3))
            ends = self.date(-2, self.T)
            self.revenue[number] += cost * 2 // 5
            yield f"contract: {{cost: {cost * 2 // 5}, ends: {ends}, renews_for: {renews}, notice: 6{leave}}}"
        sensitive = r.random() < 0.2
        if sensitive:
            yield "classification: official-sensitive"
        yield from self.ties(partner_id(number), names)
        if r.random() < 0.08:
            yield f"earliest: {self.label(r.randint(1, 6))}"
        yield from self.bounds(names[-1])
        own = r.random() < 0.15
        to = self.service_of(number, capability, sensitive)
        if own:
            yield from self.options(to, size, cost)
        elif self.hard.many_services:
            yield from self.regional(number, capability, to)

    def support(self, date: str) -> str:
        """The end of the software's support; with all rules, at times the hardware's beside it."""
        if not self.hard.all_rules or self.rest.random() < 0.6:
            return date
        month = FIRST_YEAR * 12 + 3 + self.rest.randint(-6, 3 * self.T)
        return f"{{software: {date}, hardware: {month // 12}-{month % 12 + 1:02d}-28}}"

    def sold(self, cost: int) -> str:
        """What extended support costs; with all rules, at times until when it is sold."""
        if not self.hard.all_rules or self.rest.random() < 0.7:
            return f"{cost}"
        return f"{{cost: {cost}, until: {self.label(self.rest.randint(4, self.T + 12))}}}"

    def ties(self, partner: str, names: list[str]) -> Iterator[str]:
        """What it waits for, and what it exchanges data with: systems that stand before it."""
        r, before = self.r, names[:-1]
        wanted = sum(r.random() < 0.7 for _ in range(self.links))
        # Half of the waiting is for the partner's identity system, as in life.
        after = list(
            dict.fromkeys(before[0] if r.random() < 0.5 else r.choice(before) for _ in range(wanted) if before)
        )
        if after:
            yield f"after: [{', '.join(after)}]"
        others = r.sample(before, min(len(before), sum(r.random() < 0.4 for _ in range(self.links))))
        for name in others:
            self.interfaces[names[-1]].append(f"{{with: {partner}/{name}, cost: {r.randint(3, 40) * 100}}}")
            if self.more.random() < 0.15:  # the other side keeps one up too
                cost = self.more.randint(2, 20) * 100
                self.interfaces[name].append(f"{{with: {partner}/{names[-1]}, cost: {cost}}}")

    def exchange(self, number: int) -> None:
        """Neighbours' mail systems exchange data: both keep an interface up."""
        other = number + (number % 2 or -1)
        if number > 1 and other < self.partners:
            self.interfaces["email"].append(f"{{with: {partner_id(other)}/email, cost: 1_500}}")

    def bounds(self, name: str) -> Iterator[str]:
        """The few that must move or be done in time, and what needs the network before it can move."""
        more = self.more
        if more.random() < 0.05:
            yield "needs: [landing-zone]"
        elif self.hard.all_rules and name not in PILOTS and self.rest.random() < 0.05:
            yield "needs: [review]"
        if name in TOGETHER:
            return  # what hangs together across partners is bound enough
        if more.random() < 0.015:
            yield "must_move: yes"
            yield f"latest: {self.label(self.T - more.randint(1, 3))}"
        elif more.random() < 0.04:
            yield f"latest: {self.label(more.randint(self.T // 2, self.T - 1))}"

    def service_of(self, number: int, capability: str, sensitive: bool) -> str | None:
        """The shared service that may take a system over; None when there is none."""
        if capability not in self.shared or (sensitive and capability in self.low):
            return None
        return f"{capability}-{self.region(number) + 1}" if self.hard.many_services else capability

    def region(self, number: int) -> int:
        return number * self.regions // self.partners

    def options(self, to: str | None, size: str, cost: int) -> Iterator[str]:
        """Its own ways: lift and shift first and redesign later, renew in place, or stay; and rarer ones."""
        yield "options:"
        yield "  - {approach: retain}"
        yield "  - {approach: rehost}"
        if self.hard.all_rules and self.rest.random() < 0.3:
            yield f"  - {{approach: rehost, contract: ends, one_off: {cost // 4}}}"
        if to is not None:
            yield f"  - {{approach: rehost, then: {{approach: consolidate, to: {to}}}}}"
            yield f"  - {{approach: consolidate, to: {to}, parallel_run: 1}}"
        else:
            yield "  - {approach: rehost, then: {approach: replatform}}"
        if self.r.random() < 0.4:
            quarters = 2 if size == "large" else 1
            days = round(12 * SIZES[size])
            ends = self.label(self.T + 16)
            yield (
                f"  - {{approach: refresh, quarters: {quarters}, effort: {{cloud-engineer: {days}}}, "
                f"capital: {round(24_000 * SIZES[size])}, end_of_life: {ends}}}"
            )
        yield from self.rarer(size, cost)

    def rarer(self, size: str, cost: int) -> Iterator[str]:
        """Buy it as a service, switch it off and keep its records, or move it slowly and evenly."""
        draw, factor = self.more.random(), SIZES[size]
        if draw < 0.3:
            days = math.ceil(18 * factor)
            yield (
                f"  - {{approach: repurchase, quarters: 1, effort: {{data-migration: {days}}}, "
                f"one_off: {cost // 2}, run_cost: 72%, parallel_run: 1, needs: [landing-zone]}}"
            )
        elif draw < 0.45:
            yield f"  - {{approach: retire, effort: {{tester: 4}}, one_off: {cost * 3}}}"
        elif draw < 0.75:
            first, second = math.ceil(16 * factor), math.ceil(6 * factor)
            yield (
                f"  - {{approach: rehost, quarters: 2, effort: {{cloud-engineer: [{first}, {second}]}}, "
                f"capital: {{central: {round(13_000 * factor)}}}, end_of_life: {self.label(self.T + 12)}}}"
            )

    def regional(self, number: int, capability: str, to: str | None) -> Iterator[str]:
        """With services by region: a system goes to its own region's, or at times to the next one's."""
        yield "options:"
        yield from (f"  - {{approach: {approach}}}" for approach in ("retain", "rehost", "replatform"))
        if to is not None:
            yield f"  - {{approach: consolidate, to: {to}}}"
            if self.regions > 1 and self.more.random() < 0.2:
                following = (self.region(number) + 1) % self.regions + 1
                yield f"  - {{approach: consolidate, to: {capability}-{following}}}"
        if capability in SPECIAL:
            yield f"  - {{approach: consolidate, to: {SPECIAL[capability]}}}"

    # -- services ---------------------------------------------------------------------------------

    def services(self) -> str:
        zone = min(1.0, 0.1 + self.count / 220)
        lines = [
            "services:",
            "  landing-zone:",
            f"    build: {{quarters: 2, effort: {{cloud-engineer: {int(120 * zone)}, network: {int(60 * zone)}, "
            f"architect: 20}}, capital: {{central: {int(180_000 * zone)}}}, run_cost: {int(40_000 * zone)}}}",
        ]
        for region in range(self.regions):
            for place, name in enumerate(self.shared):
                lines += self.service(f"{name}-{region + 1}" if self.hard.many_services else name, name, place)
        lines += self.special()
        return "\n".join([*lines, ""])

    def service(self, ident: str, name: str, place: int) -> Iterator[str]:
        # What is shared is built for those who may share it, and costs less than in proportion.
        each = self.count / len(self.capabilities) / self.regions
        scale = (0.25 + (each / 10) ** 0.8) * self.r.uniform(0.6, 1.4)
        per_user = self.r.choice((3, 5, 8))
        yield f"  {ident}:"
        yield "    needs: [landing-zone]"
        yield (
            f"    build: {{quarters: {self.r.choice((1, 2, 2, 3))}, "
            f"effort: {{cloud-engineer: {int(30 * scale)}, dba: {int(15 * scale)}}}, "
            f"capital: {{central: {int(45_000 * scale)}}}, run_cost: {int(24_000 * scale)}}}"
        )
        yield f"    run_cost_per_user: {per_user}"
        yield f"    run_cost_per_system: {self.r.randint(8, 30) * 100}"
        if place % 3 == 0:
            yield f"    capacity: {int(each * 900)}"
        if name in self.low:
            yield "    accredited_to: official"

    def special(self) -> Iterator[str]:
        """One that exists already, and one that is bought and not built."""
        each = self.count / len(self.capabilities)
        yield "  ccis:"
        yield "    provides: social-care"
        yield f"    ready: {self.label(2)}"
        yield "    run_cost_per_user: 9"
        yield "    run_cost_per_system: 2_500"
        yield f"    capacity: {int(each * 400)}"
        yield "  records-hub:"
        yield "    provides: records"
        yield "    needs: [landing-zone]"
        yield f"    earliest: {self.label(4)}"
        if self.hard.all_rules:
            yield f"    latest: {self.label(self.T - 2)}"
        capital, run = int(22_000 * (0.25 + (each / 10) ** 0.8)), int(34_000 * (0.25 + (each / 10) ** 0.8))
        yield f"    build: {{quarters: 0, effort: {{dba: 8}}, capital: {{central: {capital}}}, run_cost: {run}}}"
        yield "    run_cost_per_user: 4"
        if self.hard.all_rules:
            yield "  review:"
            yield "    provides: lessons"
            yield f"    after: [{', '.join(f'{partner_id(0)}/{name}' for name in PILOTS)}]"
            yield "    must_build: yes"
            yield "    build: {quarters: 1, effort: {architect: 12, tester: 8}}"

    # -- the programme ------------------------------------------------------------------------------

    def programme(self) -> str:
        lines = [
            f"programme: Generated programme of {self.count} systems, seed {self.seed}",
            f"horizon: {{from: {self.label(0)}, to: {self.label(self.T - 1)}}}",
            f"appraise_to: {self.label(self.T + 23)}",
            "tiers:",
            "  platinum: {exposure: 6_000}",
            "  gold: {exposure: 3_000}",
            "  silver: {exposure: 1_200}",
            "  bronze: {exposure: 400}",
            "classifications: [official, official-sensitive]",
            *self.roles(),
            *self.money(),
            "approaches:",
        ]
        for approach, (quarters, days, capital, after) in WORK.items():
            lines.append(f"  {approach}:")
            for (size, factor), work in zip(SIZES.items(), quarters, strict=True):
                effort = ", ".join(f"{role}: {max(1, round(figure * factor))}" for role, figure in days.items())
                run = f", run_cost: {after}" if after else ""
                # As the rivals understand it: with the old hardware its contract and its end of support are gone.
                run += "" if self.hard.all_rules or not after else ", contract: ends, end_of_life: never"
                amount = int(capital * factor)
                lines.append(f"    {size}: {{quarters: {work}, effort: {{{effort}}}, capital: {amount}{run}}}")
        lines += ["  retain: {}", *self.rules()]
        return "\n".join([*lines, ""])

    def roles(self) -> Iterator[str]:
        """Teams that are short of what moving everything would take; the architects are not."""
        mean = 0.95  # of SIZES as drawn
        yield "roles:"
        for role, rate in ROLES.items():
            needed = max(days.get(role, 0) for _, days, _, _ in WORK.values()) * mean * self.count
            least = 90 if role == "cloud-engineer" else 40  # the largest single piece of work fits
            free = max(least, int(needed * self.r.uniform(0.4, 0.6) * self.staff_share / self.T))
            days = f"{{default: {free}, 2016/17: {max(least, int(free * 0.7))}"
            if role == "data-migration":
                days += f", {self.label(6)}: {max(least, int(free * 0.5))}"
            agency = ""
            if self.r.random() < 0.6:
                later = f"{{default: {free // 5}, 2017/18: {free // 4}}}" if role == "tester" else f"{free // 5}"
                price = (
                    f"{{default: {rate}, {self.label(self.T - 1)[:7]}: {rate + 40}}}" if role == "tester" else f"{rate}"
                )
                agency = f", agency: {{days: {later}, day_rate: {price}}}"
            yield f"  {role}: {{days: {days}}}{agency}{self.day_cost(role, rate)}}}"
        yield f"  architect: {{{'day_cost: 380' if self.hard.all_rules else ''}}}"

    def day_cost(self, role: str, rate: int) -> str:
        """With all rules, what a day of the team is worth; testers' days are worth more than agency days for a year."""
        if not self.hard.all_rules:
            return ""
        worth = f"{{default: {rate * 6 // 10}, 2018/19: {rate + 25}}}" if role == "tester" else f"{rate * 6 // 10}"
        return f", day_cost: {worth}"

    def money(self) -> Iterator[str]:
        """A central pot and one for every third partner; the rest draw on the central one."""
        a_year = self.count * 14_000 * self.capital_share / (self.T / 4)
        yield "capital:"
        amount = int(a_year * 0.8) + 400_000
        shares = zip(range(4, 8), (0.4, 0.3, 0.2, 0.1), strict=True)
        quarters = "".join(f", {self.label(q)}: {int(amount * share)}" for q, share in shares)
        yield f"  central: {{amount: {{default: {amount}{quarters}}}, carry_forward: yes}}"
        for number in range(0, self.partners, 3):
            amount = int(a_year * 0.6 / self.partners) + 60_000
            text = f"{amount}"
            if number % 9 == 0:
                text = f"{{default: {amount}, {self.label(8)}: {amount * 3 // 5}, {self.label(10)}: {amount * 2 // 5}}}"
            yield f"  {partner_id(number)}: {{amount: {text}, carry_forward: {'yes' if number % 2 else 'no'}}}"

    def rules(self) -> Iterator[str]:
        each = max(4, round(2.5 * self.count / self.partners / self.T))
        of_one = self.count / len(self.capabilities)
        yield "freezes:"
        yield "  - {quarters: [Q4], capabilities: [revenues-benefits], stops: cutover, why: annual billing}"
        yield f"  - {{quarters: [{self.label(7)}], partners: [partner-001], stops: work, why: move of the data centre}}"
        yield f"  - {{quarters: [{self.label(4)}], tiers: [platinum], stops: cutover, why: elections}}"
        yield "limits:"
        yield from (f"  - {{moves: {each}, partners: [{partner_id(n)}]}}" for n in range(self.partners))
        yield f"  - {{moves: {max(9, round(2 * self.count / self.T))}}}"
        yield f"  - {{moves: {max(2, round(3 * of_one / self.T))}, capabilities: [social-care], tiers: [platinum]}}"
        yield "milestones:"
        if self.hard.all_rules:
            yield f"  - {{by: {self.label(5)}, name: Business case approved, kind: governance}}"
        yield f"  - {{by: {self.label(self.T // 2)}, live: 8%, why: an early start}}"
        yield f"  - {{by: {self.label(self.T - 3)}, live: 20%, why: do not leave a large volume to the last year}}"
        yield f"  - {{by: {self.label(self.T - 2)}, live: 6%, partners: [partner-002], why: its lease ends}}"
        yield "together:"
        yield "  - [partner-001/email, partner-002/email]"
        for number in range(2, self.partners - 1, 10):
            yield f"  - [{partner_id(number)}/hr-payroll, {partner_id(number + 1)}/hr-payroll]"
        yield "targets:"
        yield f"  - {{year: {self.label(self.T - 4)[:7]}, savings: {self.run_cost // 1000}}}"
        yield f"  - {{year: {self.label(self.T)[:7]}, savings: {self.run_cost // 400}}}"
        if self.hard.all_rules:
            yield from self.revenue_rules()

    def revenue_rules(self) -> Iterator[str]:
        """A target of one partner, budgets of revenue from which work in their years is paid, and who bears what."""
        in_all, second = sum(self.revenue.values()), partner_id(1)
        yield f"  - {{year: {self.label(self.T)[:7]}, savings: {self.revenue[1] // 500}, partners: [{second}]}}"
        yield "budgets:"
        for quarter, share in ((8, 85), (12, 82)):
            yield f"  - {{year: {self.label(quarter)[:7]}, at_most: {in_all * share // 100}}}"
        own = self.revenue[1] * 3 // 4
        yield f"  - {{year: {self.label(self.T)[:7]}, at_most: {own}, partners: [{second}]}}"
        yield f"apportion: {{default: users, {self.label(8)[:7]}: systems}}"

    def files(self) -> dict[str, str]:
        partners = {
            f"partners/{partner_id(number)}.yaml": self.partner(number, count)
            for number, count in enumerate(self.share())
        }
        return {"services.yaml": self.services(), "programme.yaml": self.programme(), **partners}


def partner_id(number: int) -> str:
    return f"partner-{number + 1:03d}"


def write(folder: Path, systems: int, seed: int, hard: Hardness | None = None, partners: int | None = None) -> None:
    """Writes the inventory into ``folder``, which is made if need be."""
    for name, text in Generator(systems, seed, hard, partners).files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a generated inventory.")
    parser.add_argument("--systems", type=int, default=200, help="how many systems: 20 to 15,000 (default 200)")
    parser.add_argument("--partners", type=int, help="how many partners (default: one for every 100 systems)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same files (default 1)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--capital-tight", action="store_true", help="capital for a third of what is worth doing")
    parser.add_argument("--staff-tight", action="store_true", help="little more than half of the staff")
    parser.add_argument("--twice-links", action="store_true", help="twice as many `after` links and interfaces")
    parser.add_argument("--many-services", action="store_true", help="a service by capability in each of five regions")
    parser.add_argument("--all-rules", action="store_true", help="also budgets, priced days, gates, joining, and so on")
    given = parser.parse_args()
    if not 20 <= given.systems <= 15_000:
        parser.error(f"--systems {given.systems}: give a number from 20 to 15000")
    if given.partners is not None and not 2 <= given.partners <= given.systems // 8:
        parser.error(
            f"--partners {given.partners}: give a number from 2 to {given.systems // 8}, an eighth of the systems"
        )
    hard = Hardness(given.capital_tight, given.twice_links, given.staff_tight, given.many_services, given.all_rules)
    write(given.out, given.systems, given.seed, hard, given.partners)
    print(f"{given.systems} systems in {given.out}")


if __name__ == "__main__":
    main()
