"""What one reader may know of a plan: whose names are kept back, and what is left of the books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import board_cases as cases
import pytest

from consolidate.audience.plan_books import PlanBooks
from consolidate.audience.restriction import NameGuard, highest_classification, restricted_to
from consolidate.inventory import Name
from consolidate.plan import Stay


@pytest.fixture
def books(tmp_path: Path) -> PlanBooks:
    """The whole, as the Board sees it."""
    return cases.case(cases.folder(tmp_path), 5)


def test_marking_is_the_highest_of_what_is_named(books: PlanBooks) -> None:
    inv = books.inventory
    assert highest_classification(inv, inv.systems) == "secret"
    assert highest_classification(inv, ["torfaen/web"]) == "official"
    assert highest_classification(inv, []) == "official"
    assert highest_classification(replace(inv, classifications=()), inv.systems) == ""


def guarded(books: PlanBooks) -> Iterator[tuple[str, bool]]:
    guard = NameGuard(books.inventory, frozenset(id for id in books.inventory.systems if id.startswith("torfaen")))
    for text in ("the OTHERNAME file", "othername FILES", "gwent/custody", "custody", "HRH", "maps", "dispatcher"):
        yield text, guard.names(text)


def test_texts_that_name_a_system(books: PlanBooks) -> None:
    assert [text for text, names in guarded(books) if names] == [
        "the OTHERNAME file",
        "othername FILES",
        "gwent/custody",
        "custody",
    ]


@pytest.mark.parametrize(
    "text", ["the Covert  Ty\u0302 list", "COVERT\xa0T\u0176 LIST", "covert t\u0177\n list", "\uff23overt T\u0177 list"]
)
def test_a_name_is_found_however_it_is_written(books: PlanBooks, text: str) -> None:
    secret = replace(books.inventory.systems["gwent/custody"], name=Name({"en": "Covert T\u0177 list"}))
    inv = replace(books.inventory, systems={**books.inventory.systems, secret.id: secret})
    assert NameGuard(inv, frozenset(inv.systems) - {secret.id}).names(text)


def test_narrowed_keeps_what_a_system_does(books: PlanBooks) -> None:
    """What its own systems cost is the same; of interfaces with others nothing is left."""
    keep = frozenset(id for id in books.inventory.systems if id.startswith("torfaen"))
    small = restricted_to(books, keep, "torfaen")
    for id in keep:
        own = {kind: cost for kind, cost in books.ledger.per_system[id].items() if kind != "interface"}
        assert dict(small.ledger.per_system[id]) == pytest.approx(own)
    assert "interface" in books.ledger.per_system["torfaen/desk"]
    assert small.ledger.ready == {"email": 1}
    assert small.plan.builds == ()


def test_a_public_pack_is_without_services_that_only_others_use(books: PlanBooks) -> None:
    """Torfaen's mail might go into the shared one; where it stays, who goes there is nobody's business."""
    inv = replace(books.inventory, approved=None, progress=None)
    stays = replace(books.plan, moves=tuple(one for one in books.plan.moves if one.to is None))
    stays = replace(stays, stays=(*stays.stays, Stay("torfaen/email")))
    keep = frozenset(id for id in inv.systems if id.startswith("torfaen"))
    assert "email" in restricted_to(PlanBooks(inv, stays), keep, None).inventory.services
    assert restricted_to(PlanBooks(inv, stays), keep, None, bare=True).inventory.services == {}
    assert not restricted_to(PlanBooks(inv, stays), keep, None, bare=True).plan.builds
    assert set(restricted_to(PlanBooks(inv, books.plan), keep, None, bare=True).inventory.services) == {"email"}
