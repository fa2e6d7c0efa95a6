"""What rules a roadmap shows: gates with what they wait for, dates of the programme, partners that join on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from builders import build, consolidate, inventory, rehost, retain, service, system, who
from drawings import many, move

from consolidate.accounts.ledger import Ledger, ledger
from consolidate.audience.plan_books import PlanBooks
from consolidate.audience.restriction import Audience, restricted_to
from consolidate.diagrams.critical_path import critical_chain
from consolidate.diagrams.network import Dependency, network
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.roadmap import diagrams
from consolidate.diagrams.sentences import not_built, service_sentence, waits_for
from consolidate.inventory import Inventory, Milestone, Name
from consolidate.language import language
from consolidate.plan import Plan, ServiceBuild, Stay


def gated(start: int = 3) -> tuple[Inventory, Plan]:
    """A review that waits for two pilots, and a service that waits for a system that stays."""
    data = inventory(
        system("torfaen/one", rehost(quarters=2), name="Pilot one"),
        system("torfaen/two", rehost(), name="Pilot two"),
        system("torfaen/last", consolidate("review"), name="Email"),
        system("torfaen/stays", retain(), name="Library"),
        services=[
            replace(service("review", build(1)), after=("torfaen/one", "torfaen/two")),
            replace(service("never", build(1)), after=("torfaen/stays",)),
        ],
        T=8,
    )
    moves = (
        move("torfaen/one", 1, "rehost", 1, 2),
        move("torfaen/two", 1, "rehost", 0, 0),
        move("torfaen/last", 1, "consolidate", start + 1, start + 1, to="review"),
    )
    return data, Plan(moves, (Stay("torfaen/stays"),), (ServiceBuild(start, "review", start + 1),), ())


def view_of(data: Inventory, plan: Plan, own: str = "en") -> PlanView:
    return PlanView(data, plan, ledger(data, plan), language(own))


def whole(view: PlanView) -> str:
    """The roadmap's graph, and all that is said of what is drawn."""
    canvas = diagrams(view)[0].canvas
    return " ".join([canvas.to_dot(), *canvas.groups])


def dated(data: Inventory, *milestones: Milestone) -> Inventory:
    return replace(data, milestones=(*milestones, *data.milestones))


def date(by: int, name: str, kind: str | None = None, day: dt.date | None = None) -> Milestone:
    return Milestone(by, None, who("torfaen/hr", "torfaen/library", text=""), "", Name({"en": name}), kind, day)


def test_a_gate_is_drawn_with_what_it_waits_for() -> None:
    view = view_of(*gated())
    review = view.inventory.services["review"]
    assert waits_for(view, review) == "waits for Pilot one, Pilot two"
    assert "; waits for Pilot one, Pilot two; 1 system moves in" in service_sentence(view, review)
    said = whole(view)
    assert 'label="waits for Pilot one, Pilot two\\r"' in said
    assert 'label="gate: what the build waits for\\l"' in said
    assert said.count("style=dotted, arrowhead=normal") == 3  # of each pilot, and in the legend
    assert not_built(view, view.inventory.services["never"]) == "never (waits for Library)"


def test_a_gate_that_a_reported_build_did_not_heed_is_not_drawn() -> None:
    view = view_of(*gated(start=1))
    assert waits_for(view, view.inventory.services["review"]) == ""
    assert "waits for Pilot" not in whole(view)


def test_where_there_is_little_room_a_gate_counts_its_systems() -> None:
    view = view_of(*gated())
    review = view.inventory.services["review"]
    assert waits_for(view, review, 1) == "waits for Pilot one and 1 more"
    assert waits_for(view, review, 0) == "waits for 2 systems"


def test_systems_of_one_name_are_said_once_with_their_number() -> None:
    data, plan = gated()
    systems = {id: replace(one, name=Name({"en": "Email"})) for id, one in data.systems.items()}
    view = view_of(replace(data, systems=systems), plan)
    assert waits_for(view, view.inventory.services["review"]) == "waits for Email (2)"


def test_the_critical_path_runs_through_a_gate() -> None:
    data, plan = gated()
    one, _, last = plan.moves
    assert critical_chain(data, plan) == (one, plan.builds[0], last)
    later = replace(
        plan, builds=(ServiceBuild(4, "review", 5),), moves=(*plan.moves[:2], replace(last, start=5, cutover=5))
    )
    assert critical_chain(data, later)[0] == later.builds[0]


def test_the_dependencies_show_gates() -> None:
    view = view_of(*gated())
    found = {edge for edge in network(view).edges if edge.kind == "gate"}
    assert found == {Dependency(f"torfaen/{one}", "service review", "gate") for one in ("one", "two")}


def test_a_partners_page_says_nothing_of_gates() -> None:
    """Which of its systems a service of the programme waits for is the programme's; a partner has it from its date."""
    data, plan = gated()
    page = whole(view_of(data, plan).of_partner("torfaen"))
    assert "waits for" not in page


def test_a_public_pack_does_not_name_a_hidden_system_that_a_gate_waits_for() -> None:
    data, plan = gated()
    secret = {
        id: replace(one, classification="secret" if id == "torfaen/one" else "open") for id, one in data.systems.items()
    }
    data = replace(data, systems=secret, classifications=("open", "secret"))
    keep = Audience(public=True).shown(data)
    assert "torfaen/one" not in keep
    books = restricted_to(PlanBooks(data, plan), keep, None, bare=True)
    assert books.inventory.services["review"].after == ("torfaen/two",)
    assert "Pilot one" not in whole(PlanView(books.inventory, books.plan, books.ledger, rated=False))


# Dates


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("governance", "square"),
        ("engagement", "circle"),
        ("deliverable", "triangle"),
        ("planning", "hexagon"),
        (None, "diamond"),
    ],
)
def test_a_date_that_asks_nothing_has_an_empty_sign_of_its_kind(kind: str | None, shape: str) -> None:
    data, plan = gated()
    view = view_of(dated(data, date(2, "Cabinet", kind, dt.date(2016, 11, 15))), plan)
    said = whole(view)
    assert f'shape={shape}, fillcolor="#ffffff", color="#003078"' in said
    assert 'label="Cabinet, 15 November 2016\\l"' in said
    assert "target" not in said  # nothing is asked of the plan
    assert f"15 November 2016: Cabinet{f' ({kind})' if kind else ''}." in said
    assert f'label="{kind or "date"}\\l"' in said  # in the legend


def test_a_date_with_a_long_name_keeps_its_day() -> None:
    data, plan = gated()
    said = whole(view_of(dated(data, date(2, "A very long name " * 9, "planning", dt.date(2016, 11, 15))), plan))
    assert "A very long name A very long name" in said
    assert '…, 15 November 2016\\l"' in said


def test_a_milestone_with_a_share_has_a_full_sign_and_its_name() -> None:
    data, plan = gated()
    named = Milestone(4, Fraction(1, 2), who(*data.systems), "", Name({"en": "Half way"}))
    said = whole(view_of(dated(data, named), plan))
    assert "Half way: target 50% live, plan 3 of 4" in said
    assert 'shape=diamond, fillcolor="#1d70b8"' in said


# Partners that join


def test_a_lane_begins_where_its_partner_joins() -> None:
    data, plan = many(12, 3, 3, 8, 2)
    data = replace(
        data,
        partners={id: replace(one, joins=4 if id == "partner-2" else 0) for id, one in data.partners.items()},
        systems={id: replace(one, joins=4 if one.partner == "partner-2" else 0) for id, one in data.systems.items()},
    )
    late = tuple(one for one in plan.moves if one.start >= 4 or not one.system.startswith("partner-2"))
    view = view_of(data, replace(plan, moves=late))
    said = whole(view)
    assert 'label="joins 2017/18 Q1' in said
    assert said.count('fillcolor="#e2e2e0"') == 2  # the band and what is below it, of one lane
    page = whole(view.of_partner("partner-0"))
    assert "joins" not in page
    assert "joins 2017/18 Q1" in whole(view.of_partner("partner-2"))


def test_pages_of_partners_do_not_write_up_the_whole_plans_books_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of thousands of systems that takes seconds, for each of a hundred partners."""
    data, plan = many(12, 3, 3, 8, 2)
    view, written = view_of(data, plan), []

    def noted(inventory: Inventory, made: Plan) -> Ledger:
        written.append(len(inventory.systems))
        return ledger(inventory, made)

    monkeypatch.setattr("consolidate.audience.plan_books.ledger", noted)
    for partner in data.partners:
        assert view.of_partner(partner).ledger is not view.ledger
    assert len(written) == len(data.partners)
    assert sum(written) == len(data.systems)
