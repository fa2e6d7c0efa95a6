"""Writes a realistic inventory of any size, from a seed: from 20 to 15,000 systems.

    python benchmarks/generate.py --systems 500 --seed 1 --out some/folder [--capital-tight] [--twice-links]

The same arguments give the same files. Partners are bodies of about a hundred systems, each
with an identity system that others wait for. Staff is short of what moving everything would
take, so the planner has to choose; ``--capital-tight`` makes capital bind as well, and
``--twice-links`` doubles what hangs together. Nearly every system may be retained, and
what must happen (milestones, targets, must-moves) is little, so a plan exists. Nothing here is
taken from a real body; the proportions are those of a council's service catalogue.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator
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


class Generator:
    """Draws the parts of one inventory; ``files`` gives them as texts by path."""

    def __init__(self, systems: int, seed: int, capital_tight: bool = False, twice_links: bool = False) -> None:
        self.r = random.Random(f"{systems} {seed}")
        self.count = systems
        self.seed = seed
        self.capital_share = 0.35 if capital_tight else 1.2
        self.links = 2 if twice_links else 1
        self.partners = max(2, round(systems / 100))
        self.T = 16 if systems <= 200 else 20
        self.capabilities = CAPABILITIES[: max(8, min(20, systems // 10))]
        self.shared = [name for name, _ in self.capabilities[1 : 4 + min(12, systems // 60)]]
        self.low = self.shared[3::4]  # accredited to the lowest classification alone
        self.run_cost = 0

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

    def partner(self, number: int, count: int) -> str:
        users = self.r.randint(8, 60) * 100
        ident = f"partner-{number + 1:03d}"
        lines = [f"partner: Partner {number + 1} Council", f"users: {users}", f"budget: {users * 690}", "systems:"]
        names: list[str] = []
        for place in range(count):
            capability, tier = self.capabilities[place % len(self.capabilities)]
            turn = place // len(self.capabilities)
            names.append(capability if turn == 0 else f"{capability}-{turn + 1}")
            lines.append(f"  {names[-1]}:")
            lines += [f"    {line}" for line in self.system(ident, names, capability, tier, users)]
        return "\n".join(lines) + "\n"

    def system(self, partner: str, names: list[str], capability: str, tier: str, users: int) -> Iterator[str]:
        """One system's lines."""
        r = self.r
        size = r.choices(list(SIZES), (0.5, 0.35, 0.15))[0]
        cost = int(r.lognormvariate(math.log(26_000), 0.8) * SIZES[size] ** 0.7) // 100 * 100 + 1_000
        self.run_cost += cost
        yield f"capability: {capability}"
        yield f"tier: {tier if r.random() < 0.7 else r.choice(('silver', 'bronze'))}"
        yield f"size: {size}"
        yield f"users: {max(10, int(users * r.uniform(0.02, 1)))}"
        yield f"run_cost: {cost}"
        if r.random() < 0.8:
            yield f"end_of_life: {self.date(-3, self.T + 8)}"
        if r.random() < 0.3:
            yield f"extended_support: {cost // 5}"
        if r.random() < 0.55:
            leave = f", exit: {cost // 8}" if r.random() < 0.4 else ""
            renews = r.choice((12, 12, 12, 24, 3))
            ends = self.date(-2, self.T)
            yield f"contract: {{cost: {cost * 2 // 5}, ends: {ends}, renews_for: {renews}, notice: 6{leave}}}"
        sensitive = r.random() < 0.2
        if sensitive:
            yield "classification: official-sensitive"
        yield from self.ties(partner, names)
        if r.random() < 0.08:
            yield f"earliest: {self.label(r.randint(1, 6))}"
        if r.random() < 0.15:
            yield from self.options(capability, size, sensitive)

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
        if others:
            links = ", ".join(f"{{with: {partner}/{name}, cost: {r.randint(3, 40) * 100}}}" for name in others)
            yield f"interfaces: [{links}]"

    def options(self, capability: str, size: str, sensitive: bool) -> Iterator[str]:
        """Its own ways: lift and shift first and redesign later, renew in place, or stay."""
        yield "options:"
        yield "  - {approach: retain}"
        yield "  - {approach: rehost}"
        if capability in self.shared and not (sensitive and capability in self.low):
            yield f"  - {{approach: rehost, then: {{approach: consolidate, to: {capability}}}}}"
            yield f"  - {{approach: consolidate, to: {capability}, parallel_run: 1}}"
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

    def services(self) -> str:
        # What is shared is built for those who may share it, and costs less than in proportion.
        size = 0.25 + (self.count / len(self.capabilities) / 10) ** 0.8
        zone = min(1.0, 0.1 + self.count / 220)
        lines = [
            "services:",
            "  landing-zone:",
            f"    build: {{quarters: 2, effort: {{cloud-engineer: {int(120 * zone)}, network: {int(60 * zone)}}}, "
            f"capital: {{central: {int(180_000 * zone)}}}, run_cost: {int(40_000 * zone)}}}",
        ]
        for place, name in enumerate(self.shared):
            scale = size * self.r.uniform(0.6, 1.4)
            per_user = self.r.choice((3, 5, 8))
            lines += [
                f"  {name}:",
                "    needs: [landing-zone]",
                f"    build: {{quarters: {self.r.choice((1, 2, 2, 3))}, "
                f"effort: {{cloud-engineer: {int(30 * scale)}, dba: {int(15 * scale)}}}, "
                f"capital: {{central: {int(45_000 * scale)}}}, run_cost: {int(24_000 * scale)}}}",
                f"    run_cost_per_user: {per_user}",
                f"    run_cost_per_system: {self.r.randint(8, 30) * 100}",
            ]
            if place % 3 == 0:
                lines.append(f"    capacity: {int(self.count / len(self.capabilities) * 900)}")
            if name in self.low:
                lines.append("    accredited_to: official")
        return "\n".join(lines) + "\n"

    def programme(self) -> str:
        r, mean = self.r, 0.95  # the mean of SIZES as drawn
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
            "roles:",
        ]
        for role, rate in ROLES.items():
            needed = max(days.get(role, 0) for _, days, _, _ in WORK.values()) * mean * self.count
            least = 90 if role == "cloud-engineer" else 40  # the largest single piece of work fits
            free = max(least, int(needed * r.uniform(0.4, 0.6) / self.T))
            agency = f", agency: {{days: {free // 5}, day_rate: {rate}}}" if r.random() < 0.6 else ""
            lines.append(f"  {role}: {{days: {{default: {free}, 2016/17: {max(least, int(free * 0.7))}}}{agency}}}")
        lines += self.money()
        lines.append("approaches:")
        for approach, (quarters, days, capital, after) in WORK.items():
            lines.append(f"  {approach}:")
            for (size, factor), work in zip(SIZES.items(), quarters, strict=True):
                effort = ", ".join(f"{role}: {max(1, round(figure * factor))}" for role, figure in days.items())
                run = f", run_cost: {after}" if after else ""
                amount = int(capital * factor)
                lines.append(f"    {size}: {{quarters: {work}, effort: {{{effort}}}, capital: {amount}{run}}}")
        lines += ["  retain: {}", *self.rules()]
        return "\n".join(lines) + "\n"

    def money(self) -> Iterator[str]:
        """A central pot and one for every third partner; the rest draw on the central one."""
        a_year = self.count * 14_000 * self.capital_share / (self.T / 4)
        yield "capital:"
        yield f"  central: {{amount: {{default: {int(a_year * 0.8) + 400_000}}}, carry_forward: yes}}"
        for number in range(0, self.partners, 3):
            amount = int(a_year * 0.6 / self.partners) + 60_000
            yield f"  partner-{number + 1:03d}: {{amount: {amount}, carry_forward: {'yes' if number % 2 else 'no'}}}"

    def rules(self) -> Iterator[str]:
        each = max(4, round(2.5 * self.count / self.partners / self.T))
        yield "freezes:"
        yield "  - {quarters: [Q4], capabilities: [revenues-benefits], stops: cutover, why: annual billing}"
        yield f"  - {{quarters: [{self.label(7)}], partners: [partner-001], stops: work, why: move of the data centre}}"
        yield "limits:"
        yield from (f"  - {{moves: {each}, partners: [partner-{n + 1:03d}]}}" for n in range(self.partners))
        yield f"  - {{moves: {max(9, round(2 * self.count / self.T))}}}"
        yield "milestones:"
        yield f"  - {{by: {self.label(self.T // 2)}, live: 8%, why: an early start}}"
        yield f"  - {{by: {self.label(self.T - 3)}, live: 20%, why: do not leave a large volume to the last year}}"
        yield "together:"
        yield "  - [partner-001/email, partner-002/email]"
        yield "targets:"
        yield f"  - {{year: {self.label(self.T)[:7]}, savings: {self.run_cost // 400}}}"

    def files(self) -> dict[str, str]:
        partners = {
            f"partners/partner-{number + 1:03d}.yaml": self.partner(number, count)
            for number, count in enumerate(self.share())
        }
        return {"services.yaml": self.services(), "programme.yaml": self.programme(), **partners}


def write(folder: Path, systems: int, seed: int, capital_tight: bool = False, twice_links: bool = False) -> None:
    """Writes the inventory into ``folder``, which is made if need be."""
    for name, text in Generator(systems, seed, capital_tight, twice_links).files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a generated inventory.")
    parser.add_argument("--systems", type=int, default=200, help="how many systems: 20 to 15,000 (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same files (default 1)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--capital-tight", action="store_true", help="capital for a third of what is worth doing")
    parser.add_argument("--twice-links", action="store_true", help="twice as many `after` links and interfaces")
    given = parser.parse_args()
    if not 20 <= given.systems <= 15_000:
        parser.error(f"--systems {given.systems}: give a number from 20 to 15000")
    write(given.out, given.systems, given.seed, given.capital_tight, given.twice_links)
    print(f"{given.systems} systems in {given.out}")


if __name__ == "__main__":
    main()
