"""Small random inventories from a seed: together they use every key of the format.

``files(seed)`` gives the texts of an inventory folder, ``write(seed, folder)`` puts them
on disk, ``loaded(seed)`` is what the loader makes of them. An inventory has two to four systems
and two to five quarters, so that :mod:`brute_force` can try every plan; most have a plan, some
have none. All are valid.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
from pathlib import Path

from once_a_run import once_a_run
from random_additions import Additions, Raw

from consolidate.inventory import Inventory
from consolidate.loading import load

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9/ _.-]*|\d+(\.\d+)?%|\d{4}/\d\d( Q[1-4])?|\d{4}-\d\d-\d\d")
_WORDS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
_KINDS = ("rehost", "replatform", "refactor", "relocate", "repurchase", "retire", "consolidate", "refresh")
_NAMES = ("Payroll", {"en": "Payroll", "cy": "Y Gyflogres"}, '<b>& "pay" =cmd', "it's: #1 – tŷ ŵy", {"cy": "Llyfrgell"})


def scalar(value: object) -> str:
    """One YAML scalar, quoted only where the format wants it quoted."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:_}"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)


def flow(value: object) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def block(value: Raw, depth: int = 0) -> str:
    """A mapping over several lines; what lies deeper than three levels goes on one."""
    lines = []
    for key, item in value.items():
        head = "  " * depth + scalar(key) + ":"
        if isinstance(item, dict) and item and depth < 3:
            lines.append(head + "\n" + block(item, depth + 1))
        elif isinstance(item, list) and item and depth == 0:
            lines.append(head + "\n" + "".join(f"  - {flow(entry)}\n" for entry in item))
        else:
            lines.append(f"{head} {flow(item)}\n")
    return "".join(lines)


class Sketch(Additions):
    """Draws one inventory; each method draws one part, in the order that later parts need."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.r = random.Random(seed)
        r = self.r
        self.count = r.choice([2, 3, 3, 4])
        self.T = r.randint(2, 5)
        self.A = self.T + r.choice([0, 0, 3, 8, 14, 20])
        self.starts = r.choice([4, 4, 4, 1, 7, 10, 11])
        self.origin = 4 * 2016 + r.randrange(4)
        self.programme: Raw = {"programme": f"Random programme {seed}"}
        self.services: Raw = {}
        self.partners: dict[str, Raw] = {}
        self.approaches: Raw = {}
        self.approved: Raw | None = None
        self.scenario: Raw | None = None
        self.clock()
        self.words()
        self.money_and_people()
        self.draw_services()
        self.draw_approaches()
        self.draw_partners()
        self.links()
        self.rules()
        self.history()
        self.change()
        self.additions()
        self.defaults()

    # time ---------------------------------------------------------------
    def clock(self) -> None:
        p = self.programme
        p["horizon"] = {"from": self.when(0), "to": self.when(self.T - 1)}
        if self.starts != 4 or self.maybe(0.2):
            p["financial_year_starts"] = self.starts
        if self.A > self.T:
            p["appraise_to"] = self.when(self.A - 1)
        if self.maybe(0.5):
            p["discount_rate"] = self.r.choice(["0%", "3.5%", "6%", "12.25%"])
        if self.maybe(0.3):
            p["currency"] = self.r.choice(["GBP", "EUR"])
        if self.maybe(0.3):
            p["price_base"] = "2015/16"
        if self.maybe(0.35):
            p["minimise"] = self.r.choice(["finish", "finish", "cost"])

    def words(self) -> None:
        if self.maybe(0.8):
            self.programme["tiers"] = {"gold": {"exposure": self.r.randint(1, 30) * 500}, "bronze": {"exposure": 900}}
        if self.maybe(0.5):
            self.programme["classifications"] = ["official", "official-sensitive", "police"]

    # money and people -----------------------------------------------------
    def money_and_people(self) -> None:
        r = self.r
        self.roles = r.choice([["engineer"], ["engineer", "365"], ["engineer", "data"], []])
        if self.roles:
            self.programme["roles"] = {role: self.role() for role in self.roles}
        self.pots = r.choice([[], ["main"], ["main", "alpha"], ["alpha", "spare"]])
        if self.pots:
            self.programme["capital"] = {}
        for pot in self.pots:
            entry: Raw = {"amount": self.by_period(12_000, 120_000, years=False)}
            if self.maybe(0.6):
                entry["carry_forward"] = self.maybe(0.7)
            self.programme["capital"][pot] = entry

    def role(self) -> Raw:
        role: Raw = {}
        if self.maybe(0.9):
            role["days"] = self.by_period(8, 90)
        if self.maybe(0.5):
            role["agency"] = {"days": self.by_period(0, 40), "day_rate": self.by_period(200, 700)}
        return role

    def effort(self, quarters: int, lists: bool = True) -> Raw:
        chosen = [role for role in self.roles if self.maybe(0.7)]
        return {
            role: [self.r.randint(0, 30) for _ in range(quarters)]
            if lists and self.maybe(0.4)
            else self.r.choice([self.r.randint(1, 45), 7.5])
            for role in chosen
        }

    def capital(self, low: int, high: int) -> object:
        if self.pots and self.maybe(0.4):
            return {pot: self.r.randint(low, high) for pot in self.pots if self.maybe(0.8)}
        return self.r.randint(low, high)

    # services -----------------------------------------------------------------
    def draw_services(self) -> None:
        for name in self.r.choice([[], ["zone"], ["payroll"], ["zone", "payroll"], ["zone", "no"]]):
            self.services[name] = self.service(name)

    def service(self, name: str) -> Raw:
        r = self.r
        entry: Raw = {}
        if self.maybe(0.3):
            entry["name"] = r.choice(_NAMES)
        if self.maybe(0.7):
            entry["provides"] = r.choice(["payroll", "email"])
        kind = r.random()
        if kind < 0.65:
            entry["build"] = self.build()
            if self.maybe(0.3):
                entry["earliest"] = self.when(r.randrange(-1, self.T))
            if "zone" in self.services and self.maybe(0.6):
                entry["needs"] = ["zone"]
        elif kind < 0.85:
            entry["ready"] = self.when(r.randrange(-2, self.T))
        if self.maybe(0.6):
            entry["run_cost_per_user"] = r.choice([9, 2.25, 30])
        if self.maybe(0.4):
            entry["run_cost_per_system"] = r.randint(0, 20_000)
        if self.maybe(0.4):
            entry["capacity"] = r.choice([900, 1_500, 2_600])
        if "classifications" in self.programme and self.maybe(0.4):
            entry["accredited_to"] = r.choice(["official", "official-sensitive"])
        return entry

    def build(self) -> Raw:
        entry: Raw = {}
        quarters = 1
        if self.maybe(0.7):
            entry["quarters"] = quarters = self.r.randint(0, 2)
        if self.maybe(0.6):
            entry["effort"] = self.effort(max(quarters, 1), lists=quarters > 0)
        if self.maybe(0.7):
            entry["capital"] = self.capital(2_000, 50_000)
        if self.maybe(0.7):
            entry["run_cost"] = self.r.randint(0, 40_000)
        return entry

    # options ------------------------------------------------------------------
    def draw_approaches(self) -> None:
        for kind in self.r.sample(_KINDS, self.r.randint(0, 3)):
            sizes = ["small", "medium"] if self.maybe(0.6) else ["medium"]
            self.approaches[kind] = {size: self.work(kind, plain=True) for size in sizes}
        for kind, sizes in self.approaches.items():
            if kind not in ("refresh", "retire") and self.maybe(0.25):
                for size in sizes:
                    sizes[size]["then"] = self.second(size)
        if self.maybe(0.92):
            self.approaches["retain"] = {}
        if self.approaches or self.maybe(0.5):
            self.programme["approaches"] = self.approaches

    def second(self, size: str) -> Raw:
        """A second step that every system of a size may take: into a service that holds any information."""
        open_to_all = [name for name, service in self.services.items() if "accredited_to" not in service]
        kind = self.r.choice(["retire", "replatform"] + ["consolidate"] * 3 * bool(open_to_all))
        entry: Raw = {"approach": kind, **({"to": self.r.choice(open_to_all)} if kind == "consolidate" else {})}
        return self.settled(entry | self.work(kind, plain=True), size)

    def settled(self, entry: Raw, size: str) -> Raw:
        """A list of effort has one figure for each quarter of work, also when one of the two is inherited."""
        base = self.approaches.get(entry["approach"], {}).get(size, {})
        quarters = entry.get("quarters", base.get("quarters", 1))
        lists = {**base.get("effort", {}), **entry.get("effort", {})}
        if any(isinstance(days, list) and len(days) != quarters for days in lists.values()):
            entry["effort"] = {role: self.r.randint(1, 30) for role in lists}
        return entry

    def work(self, kind: str, plain: bool = False, share: bool = True) -> Raw:
        """What an option says beside its approach; ``plain`` for an entry under ``approaches``."""
        r = self.r
        entry: Raw = {}
        quarters = 1
        if self.maybe(0.6):
            entry["quarters"] = quarters = r.choice([1, 1, 2, 2, 3])
        if self.maybe(0.75):
            entry["effort"] = self.effort(quarters)
        if self.maybe(0.7):
            entry["capital"] = self.capital(1_000, 30_000)
        if self.maybe(0.3):
            entry["one_off"] = r.randint(500, 15_000)
        if self.maybe(0.5):
            entry["run_cost"] = r.choice(["90%", "62.5%", "35%", "110%"]) if share else r.randint(0, 70_000)
        if kind != "refresh" and self.maybe(0.35):
            entry["parallel_run"] = r.randint(0, 3)
        if self.maybe(0.3 if kind != "refresh" else 0.7):
            entry["end_of_life"] = self.when(r.randrange(-1, self.A + 2))
        if self.services and self.maybe(0.1 if plain else 0.2):
            entry["needs"] = [r.choice(list(self.services))]
        return entry

    def offered(self, system: Raw) -> list[tuple[str, str | None]]:
        """Approach and service of each option that ``approaches`` offers, ``must_move`` apart."""
        found: list[tuple[str, str | None]] = []
        for kind, sizes in self.approaches.items():
            if kind == "retain":
                found.append((kind, None))
            elif system.get("size", "medium") not in sizes:
                continue
            elif kind == "consolidate":
                found += [(kind, name) for name in self.fitting(system, system["capability"])]
            else:
                found.append((kind, None))
        return found

    def fitting(self, system: Raw, capability: str | None = None) -> list[str]:
        """Services accredited to the system's classification, and providing the capability."""
        levels = self.programme.get("classifications", [])
        level = levels.index(system["classification"]) if "classification" in system else 0
        return [
            name
            for name, service in self.services.items()
            if level <= (levels.index(service["accredited_to"]) if "accredited_to" in service else len(levels))
            and capability in (None, service.get("provides", name))
        ]

    def option(self, kind: str, system: Raw, second: bool = False) -> Raw:
        entry: Raw = {"approach": kind}
        if kind == "retain":
            return entry
        if kind == "consolidate":
            entry["to"] = self.r.choice(self.fitting(system))
            if self.fitting(system, system["capability"]) == [entry["to"]] and self.maybe(0.3):
                del entry["to"]  # the only one that fits
        entry |= self.work(kind, share=self.maybe(0.7))
        self.settled(entry, system.get("size", "medium"))
        if not second and kind not in ("refresh", "retire") and self.maybe(0.25):
            seconds = ["rehost", "retire", "refactor"] + ["consolidate"] * 3 * bool(self.fitting(system))
            entry["then"] = self.option(self.r.choice(seconds), system, second=True)
        return entry

    def options(self, system: Raw) -> list[Raw]:
        kinds = [kind for kind in _KINDS if kind != "consolidate" or self.fitting(system)]
        chosen = [self.r.choice(kinds) for _ in range(self.r.randint(1, 2))]
        if self.fitting(system) and self.maybe(0.6):
            chosen[0] = "consolidate"
        if system.get("must_move") and all(kind == "refresh" for kind in chosen):
            chosen.append("rehost")
        if self.maybe(0.95):
            chosen.insert(self.r.randrange(len(chosen) + 1), "retain")
        return [self.option(kind, system) for kind in chosen]

    # partners and systems -----------------------------------------------------------
    def draw_partners(self) -> None:
        ids = self.r.sample(["hr", "email", "365", "no", "crm-2"], self.count)
        split = self.r.choice([self.count, self.count - 1, 1])
        for partner, names in (("alpha", ids[:split]), ("beta", ids[split:])):
            if names:
                self.partners[partner] = self.partner(partner, names)
        self.ids = [f"{partner}/{name}" for partner, entry in self.partners.items() for name in entry["systems"]]

    def partner(self, partner: str, names: list[str]) -> Raw:
        entry: Raw = {"partner": self.r.choice([f"{partner.title()} Council", {"en": "Gwent", "cy": "Gwent"}])}
        if self.maybe(0.3):
            entry["contact"] = "ict@council.example"
        if self.maybe(0.6):
            entry["users"] = 1_300
        if self.maybe(0.3):
            entry["budget"] = 2_833_894
        if self.pots and self.maybe(0.4):
            entry["pot"] = self.r.choice(self.pots)
        entry["systems"] = {name: self.system(name) for name in names}
        return entry

    def system(self, name: str) -> Raw:
        r = self.r
        entry: Raw = {"run_cost": r.randint(4, 160) * 1_000} if self.maybe(0.9) else {}
        # Left out, the capability is the id; until the end it stands here all the same.
        entry["capability"] = name if name == "email" and self.maybe(0.5) else r.choice(["payroll", "email"])
        for key, chance, values in (
            ("name", 0.3, _NAMES),
            ("users", 0.6, (400, 850, 2_000)),
            ("size", 0.3, ("medium", "small")),
            ("extended_support", 0.4, (12_000, 30_000)),
            ("area", 0.2, ("infrastructure",)),
            ("confidence", 0.3, ("high", "medium", "low")),
            ("must_move", 0.15, (True, False, False)),
        ):
            if self.maybe(chance):
                entry[key] = r.choice(values)
        if not any(entry.get("size") in sizes for sizes in self.approaches.values()):
            entry.pop("size", None)  # a size that no approach knows is an error
        self.marks(entry)
        if not self.kept(entry) or self.maybe(0.7):
            entry["options"] = self.options(entry)
        return entry

    def kept(self, entry: Raw) -> list[str]:
        """The approaches offered that ``must_move`` leaves."""
        dropped = ("retain", "refresh") if entry.get("must_move") else ()
        return [kind for kind, _ in self.offered(entry) if kind not in dropped]

    def marks(self, entry: Raw) -> None:
        r = self.r
        if "tiers" in self.programme and self.maybe(0.7):
            entry["tier"] = r.choice(["gold", "bronze"])
        if "classifications" in self.programme and self.maybe(0.5):
            entry["classification"] = r.choice(["official", "official-sensitive"])
        if self.maybe(0.65):
            entry["end_of_life"] = self.when(r.randrange(-3, self.A + 1))
        elif self.maybe(0.2):
            entry["product"] = "windows-server 2008-r2"
        if self.maybe(0.5):
            entry["contract"] = self.contract()
        if self.maybe(0.2):
            entry["earliest"] = self.when(r.randrange(-1, self.T))
        if self.maybe(0.2):
            entry["latest"] = self.label(self.T - 1) if "earliest" in entry else self.when(r.randrange(1, self.T + 1))
        if self.services and self.maybe(0.2):
            entry["needs"] = [r.choice(list(self.services))]

    def contract(self) -> Raw:
        r = self.r
        entry: Raw = {"cost": r.randint(1, 60) * 1_000, "ends": self.when(r.randrange(-6, self.A + 3))}
        for key, chance, values in (
            ("renews_for", 0.6, (1, 3, 5, 12, 24)),
            ("notice", 0.3, (3, 6)),
            ("exit", 0.5, (0, 2_000, 9_000)),
        ):
            if self.maybe(chance):
                entry[key] = r.choice(values)
        return entry

    def capability(self, system: str) -> str:
        return str(self.entry(system)["capability"])

    def named(self, system: str, by: str) -> str:
        """The system's id as ``by`` may write it: short within one partner."""
        partner, name = system.split("/")
        return name if by.startswith(partner + "/") and self.maybe(0.5) else system

    def links(self) -> None:
        for place, system in enumerate(self.ids):
            others = [other for other in self.ids if other != system]
            if self.ids[:place] and self.maybe(0.3):
                self.entry(system)["after"] = [self.named(self.r.choice(self.ids[:place]), system)]
            if self.maybe(0.35):
                chosen = self.r.sample(others, self.r.randint(1, min(2, len(others))))
                self.entry(system)["interfaces"] = [
                    {"with": self.named(other, system), "cost": self.r.randint(100, 6_000)} for other in chosen
                ]

    # rules ---------------------------------------------------------------------------
    def filters(self) -> Raw:
        r = self.r
        found: Raw = {}
        if self.maybe(0.3):
            found["partners"] = [r.choice(list(self.partners))]
        if self.maybe(0.25):
            found["capabilities"] = [self.capability(r.choice(self.ids))]
        if self.maybe(0.25):
            found["systems"] = r.sample(self.ids, 2)
        if "tiers" in self.programme and self.maybe(0.2):
            found["tiers"] = r.choice([["gold"], ["gold", "bronze"]])
        return found

    def rules(self) -> None:
        r, p = self.r, self.programme
        if self.maybe(0.4):
            quarters = r.choice([["Q4"], [f"Q{r.randint(1, 4)}", self.label(0)], [self.label(r.randrange(self.T))]])
            freeze: Raw = {"quarters": quarters, **self.filters()}
            if self.maybe(0.6):
                freeze["stops"] = r.choice(["work", "cutover"])
            if self.maybe(0.5):
                freeze["why"] = "annual billing"
            p["freezes"] = [freeze]
        if self.maybe(0.4):
            p["limits"] = [{"moves": r.randint(1, 2), **self.filters()}]
        if self.maybe(0.25):
            share = r.choice(["10%", "33.3%", "50%", "70%"])
            p["milestones"] = [
                {
                    "by": self.when(r.choice([-1, *range(self.T + 1), self.T - 1, self.T - 1])),
                    "live": share,
                    **self.filters(),
                }
            ]
            if self.maybe(0.5):
                p["milestones"][0]["why"] = "do not leave it late"
        if self.maybe(0.3):
            p["together"] = [r.sample(self.ids, r.randint(2, min(3, self.count)))]
        if self.maybe(0.25):
            total = sum(self.entry(system).get("run_cost", 0) for system in self.ids)
            year = self.year(r.randrange(self.T - 1, self.A))
            p["targets"] = [{"year": year, "savings": r.randint(0, 8) * total // 50}]

    # what went before, and what might be ------------------------------------------------
    def history(self) -> None:
        """An approved plan: of these systems, some of them unknown to it, and of one that is gone."""
        if not self.maybe(0.45):
            return
        if self.maybe(0.85):
            self.programme["stability"] = self.r.choice([500, 2_000, 7_500])
        moves, stays = [self.approved_move("alpha/gone", "rehost", None, 1, 0)], []
        for system in self.ids:
            draw = self.r.random()
            if draw < 0.25:
                stays.append({"system": system, "approach": "retain"})
            elif draw < 0.85:
                moves += self.approved_moves(system)
        moves.sort(key=lambda move: (move["start"], move["system"]))
        self.approved = {
            "format": 1, "programme": "Random", "scenario": None, "inventory": "0" * 64, "status": "optimal",
            "objective": 1.0, "bound": 1.0, "gap": 0.0, "moves": moves, "stays": stays, "builds": [], "agency": [],
            "costs": {"run": 1.0, "total": 1.0}, "approved": {"by": "the Board", "on": "2016-03-01"},
        }  # fmt: skip

    def approved_moves(self, system: str) -> list[Raw]:
        options = [option for option in self.entry(system).get("options", []) if option["approach"] != "retain"]
        option = self.r.choice([*options, {"approach": "rehost"}])
        cutover = self.r.randrange(-1, self.T)
        moves = [self.approved_move(system, option["approach"], option.get("to"), 1, cutover)]
        if "then" in option:
            then = option["then"]
            moves.append(self.approved_move(system, then["approach"], then.get("to"), 2, cutover + 1))
        return moves

    def approved_move(self, system: str, approach: str, to: str | None, step: int, cutover: int) -> Raw:
        quarter = self.label(cutover)
        return {
            "system": system, "option": 1, "approach": approach, "to": to, "step": step,
            "start": quarter, "cutover": quarter, "last": quarter,
        }  # fmt: skip

    def change(self) -> None:
        """A scenario that changes, adds and removes."""
        if not self.maybe(0.2):
            return
        system = self.r.choice(self.ids)
        partner, name = system.split("/")
        change: Raw = {"run_cost": self.r.randint(1, 200) * 500, "after": None}
        scenario: Raw = {"scenario": "What if", "description": "dearer money"}
        scenario["programme"] = {"discount_rate": "5%", "limits": None, "horizon": {"to": self.label(self.T - 1)}}
        if self.services:
            scenario["services"] = {self.r.choice(list(self.services)): {"run_cost_per_system": 1_500}}
        scenario["partners"] = {partner: {"systems": {name: change}}}
        self.scenario = scenario

    def defaults(self) -> None:
        """Leaves out what is as it would be anyway."""
        for system in self.ids:
            if self.capability(system) == system.split("/")[1] and self.maybe(0.7):
                del self.entry(system)["capability"]
        for partner in self.partners.values():
            if self.maybe(0.1):
                del partner["partner"]

    def files(self) -> dict[str, str]:
        found = {"programme.yaml": block(self.programme)}
        if self.services:
            found["services.yaml"] = block({"services": self.services})
        elif self.maybe(0.5):
            found["services.yaml"] = "services: {}\n"
        for partner, entry in self.partners.items():
            found[f"partners/{partner}.yaml"] = ("\ufeff" if self.maybe(0.1) else "") + block(entry)
        if self.approved is not None:
            found["approved/001-2016-03-01.json"] = json.dumps({**self.approved, "moves": [], "stays": []})
            found["approved/002-2016-03-02.json"] = json.dumps(self.approved)
        if self.scenario is not None:
            found["scenarios/what-if.yaml"] = block(self.scenario)
        return found


def files(seed: int) -> dict[str, str]:
    """The texts of inventory number ``seed``, by path within the folder."""
    return Sketch(seed).files()


def write(seed: int, folder: Path) -> str | None:
    """Writes inventory number ``seed`` into ``folder``; the scenario to plan, if it has one."""
    texts = files(seed)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return "what-if" if "scenarios/what-if.yaml" in texts else None


@once_a_run
def loaded(seed: int) -> Inventory:
    """Random inventory number ``seed``, written to disk and read by the loader, with its scenario if it has one."""
    with tempfile.TemporaryDirectory() as name:
        return load(name, scenario=write(seed, Path(name)))
