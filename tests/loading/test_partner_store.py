"""What was made of partners' files is kept: the same inventory and the same messages come out, however it is read."""

from __future__ import annotations

import gc
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import zlib
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import problem_cases
import pytest
import random_inventories
from commands import ROOT

from consolidate import cache_folder, loading
from consolidate.cache_folder import CacheFolder
from consolidate.errors import InvalidInventory, Problem, UserError
from consolidate.inventory import Inventory
from consolidate.loading import load, partner_encoding, partner_store, sources
from consolidate.loading.check import check_inventory

SEEDS = range(0, 60, 3)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which partners are kept, of inventories of any size."""
    folder = tmp_path / "cache"
    monkeypatch.delenv(cache_folder.OFF)
    monkeypatch.setenv(cache_folder.ELSEWHERE, str(folder))
    monkeypatch.setattr(partner_store, "WORTHWHILE", 0)
    return folder


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose trees are read."""
    names: list[str] = []
    whole = sources.parse

    def parse(text: str, shown: str, findings: sources.Findings) -> sources.Map | None:
        names.append(Path(shown).name)
        return whole(text, shown, findings)

    monkeypatch.setattr(sources, "parse", parse)
    return names


def outcome(folder: Path, scenario: str | None = None, **more: object) -> list[object]:
    """All that loading says: every field as it is written out, or what is wrong."""
    try:
        inventory = load(folder, scenario, **more)  # type: ignore[arg-type]
    except InvalidInventory as error:
        return list(error.problems)
    return [_field(inventory, field.name) for field in fields(Inventory)]


def _field(inventory: Inventory, name: str) -> object:
    """A field; systems written out, so that a list is no tuple and 1 is not 1.0, and mappings in their order."""
    value = getattr(inventory, name)
    return repr(value) if name == "systems" else list(value.items()) if isinstance(value, dict) else value


def without(folder: Path, scenario: str | None = None, **more: object) -> list[object]:
    """The same with nothing known and nothing kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache_folder.OFF, "1")
        return outcome(folder, scenario, **more)


def kept(cache: Path) -> list[Path]:
    return sorted(cache.iterdir()) if cache.exists() else []


@pytest.mark.parametrize("seed", SEEDS)
def test_random_inventories_are_the_same(seed: int, cache: Path, tmp_path: Path, parsed: list[str]) -> None:
    folder = tmp_path / "inventory"
    scenario = random_inventories.write(seed, folder)
    partners = sorted(path.name for path in (folder / "partners").iterdir())
    for laid_over in dict.fromkeys((None, scenario)):
        plain = without(folder, laid_over)
        assert outcome(folder, laid_over) == plain, "nothing is kept yet"
        parsed.clear()
        assert outcome(folder, laid_over) == plain, "all is kept"
        if laid_over is None and plain and not isinstance(plain[0], Problem):
            assert not set(parsed) & set(partners)
        for path in random.Random(seed).sample(kept(cache), len(kept(cache)) // 2):
            path.unlink()
        assert outcome(folder, laid_over) == plain, "half of it is kept"
        assert outcome(folder, laid_over, extend=3) == without(folder, laid_over, extend=3)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_kept_depends_on_no_other_partner(seed: int, cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    scenario = random_inventories.write(seed, folder)
    dice = random.Random(seed)
    load(folder)
    for path in sorted((folder / "partners").iterdir()):
        text = path.read_text(encoding="utf-8")
        figures = list(re.finditer(r"(?<=: )[0-9]+\b(?![-/%])", text))
        for figure in dice.sample(figures, min(3, len(figures))):
            path.write_text(f"{text[: figure.start()]}{figure[0]}7{text[figure.end() :]}", encoding="utf-8")
            assert outcome(folder, scenario) == without(folder, scenario)
        path.unlink()
        assert outcome(folder, scenario) == without(folder, scenario)
        path.write_text(text, encoding="utf-8")


def test_what_progress_says_is_the_same(cache: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "examples/srs-in-flight/inventory", tmp_path / "inventory"))
    for until in (None, "2016/17 Q2", None):
        assert outcome(folder, until=until) == without(folder, until=until)
    assert kept(cache)


def test_all_that_is_checked_is_the_same(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(ROOT / "inventory", tmp_path / "inventory"))
    found = [check_inventory(folder) for _ in range(2)]
    assert kept(cache)
    monkeypatch.setenv(cache_folder.OFF, "1")
    assert found == [check_inventory(folder)] * 2


PARTNER = """
partner: {name}
users: 100
systems:
  alpha: {{run_cost: 500, end_of_life: 2013-01-01, contract: {{cost: 100, ends: 2014-01-01}}}}
  beta: {{capability: emial, run_cost: 90_000, earliest: 2014/15 Q1, after: [alpha], latest: 2017/18 Q3}}
  gamma:
    run_cost: 600
    interfaces: [{{with: {other}/alpha, cost: 7}}]
    must_move: yes
    options: [{{approach: rehost, effort: {{dba: 1_000}}}}, {{approach: rehost}}, {{approach: retain}}]
"""
NAMES = ("blaenau", "caerphilly", "torfaen")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three partners that name systems of one another, with warnings of many kinds."""
    others = dict(zip(NAMES, (*NAMES[1:], NAMES[0]), strict=True))
    texts = {f"partners/{name}.yaml": PARTNER.format(name=name.title(), other=others[name]) for name in NAMES}
    return problem_cases.write(tmp_path / "inventory", {**problem_cases.FILES, **texts})


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_only_the_file_that_changed_is_read(folder: Path, cache: Path, parsed: list[str]) -> None:
    load(folder)
    parsed.clear()
    edit(folder, "partners/caerphilly.yaml", "run_cost: 500", "run_cost: 501")
    changed = load(folder)
    assert sorted(parsed) == ["caerphilly.yaml", "programme.yaml", "services.yaml"]
    assert changed.systems["caerphilly/alpha"].run_cost == 501
    assert outcome(folder) == without(folder)
    assert len(kept(cache)) == 4


@pytest.mark.parametrize("file", ["programme.yaml", "services.yaml"])
def test_what_all_depend_on_makes_all_new(folder: Path, cache: Path, parsed: list[str], file: str) -> None:
    load(folder)
    parsed.clear()
    (folder / file).write_text((folder / file).read_text(encoding="utf-8") + "\n# a word\n", encoding="utf-8")
    load(folder)
    assert len(parsed) == 5
    assert len(kept(cache)) == 6


def test_another_program_knows_nothing_of_it(
    folder: Path, cache: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(folder)
    monkeypatch.setattr(partner_store, "_program", lambda: "another version")
    parsed.clear()
    load(folder)
    assert len(parsed) == 5
    monkeypatch.setattr(partner_store, "_program", lambda: None)  # its source is not at hand
    parsed.clear()
    load(folder)
    assert len(parsed) == 5


def test_the_hash_of_the_program_is_that_of_its_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = partner_store._program()
    package = Path(shutil.copytree(Path(partner_store.__file__).parents[1], tmp_path / "consolidate"))
    monkeypatch.setattr(partner_store, "__file__", str(package / "loading/partner_store.py"))
    assert partner_store._program.__wrapped__() is None, "its files are newer than what runs"
    monkeypatch.setattr(partner_store, "_BEGAN", time.time() + 60)
    assert partner_store._program.__wrapped__() == real
    (package / "data/eol.yaml").write_text("products: {}", encoding="utf-8")
    changed = partner_store._program.__wrapped__()
    assert real != changed is not None
    (package / "loading/.#loader.py").symlink_to("somebody@somewhere.1")  # as editors lock what is changed
    assert partner_store._program.__wrapped__() is None
    shutil.rmtree(package)
    assert partner_store._program.__wrapped__() is None


def test_the_name_of_the_folder_is_not_kept(folder: Path, cache: Path, parsed: list[str]) -> None:
    load(folder)
    other = folder.rename(folder.with_name("moved"))
    parsed.clear()
    inventory = load(other)
    assert sorted(parsed) == ["programme.yaml", "services.yaml"]
    assert all(problem.path.startswith(str(other)) for problem in inventory.warnings)
    assert inventory.systems["torfaen/beta"].place == f"{other}/partners/torfaen.yaml:6"
    assert inventory.places["latest torfaen/beta"] == f"{other}/partners/torfaen.yaml:6"
    assert outcome(other) == without(other)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("partners/torfaen.yaml", "run_cost: 500", "run_cost: lots"),
        ("partners/torfaen.yaml", "  alpha:", "  omega:"),  # which another partner's interface names
        ("partners/torfaen.yaml", "partner: Torfaen", "partner: [Torfaen"),
        ("partners/torfaen.yaml", "after: [alpha]", "after: [blaenau/beta, alpha]"),
        ("programme.yaml", "days: 10", "days: ten"),
        ("services.yaml", "capital: 5", "capital: 5, effort: {nobody: 2}"),
    ],
)
def test_what_is_wrong_is_said_as_ever(folder: Path, cache: Path, file: str, old: str, new: str) -> None:
    load(folder)
    before = kept(cache)
    edit(folder, "partners/blaenau.yaml", "after: [alpha]", "after: [alpha, torfaen/beta]")
    load(folder)
    edit(folder, file, old, new)
    found = outcome(folder)
    assert found == without(folder)
    assert any(isinstance(one, Problem) and one.severity == "error" for one in found)
    assert len(kept(cache)) == len(before) + 1, "nothing of an inventory with errors is kept"


def test_a_partner_that_is_gone_is_missed(folder: Path, cache: Path) -> None:
    load(folder)
    (folder / "partners/torfaen.yaml").unlink()
    assert outcome(folder) == without(folder)


def test_warnings_of_a_kind_are_counted_as_ever(folder: Path, cache: Path) -> None:
    for name in NAMES:
        more = "".join(f"  s{number}: {{earliest: 2014/15 Q1, latest: 2014/15 Q2}}\n" for number in range(30))
        edit(folder, f"partners/{name}.yaml", "systems:\n", f"systems:\n{more}")
    plain = without(folder)
    assert outcome(folder) == outcome(folder) == plain
    assert any("more warnings of the same kind" in problem.message for problem in load(folder).warnings)


def test_gates_are_warned_of_as_ever(folder: Path, cache: Path, parsed: list[str]) -> None:
    edit(folder, "services.yaml", "email:", "email: {after: [torfaen/gamma, blaenau/alpha],")
    edit(folder, "services.yaml", "[torfaen/gamma, blaenau/alpha], {build:", "[torfaen/gamma, blaenau/alpha], build:")
    edit(folder, "partners/torfaen.yaml", "must_move: yes", "capability: email, \n    must_move: yes")
    edit(folder, "partners/torfaen.yaml", "capability: email, \n", "capability: email\n")
    edit(folder, "partners/torfaen.yaml", "{approach: rehost}, ", "{approach: consolidate}, ")
    plain = without(folder)
    load(folder)
    parsed.clear()
    assert outcome(folder) == plain
    assert sorted(parsed) == ["programme.yaml", "services.yaml"]
    assert any("waits for" in problem.message for problem in load(folder).warnings)


def test_a_scenario_changes_the_partners_it_names(folder: Path, cache: Path, parsed: list[str]) -> None:
    change = "partners: {torfaen: {systems: {alpha: {run_cost: 1}, beta: null}}, newport: {systems: {email: {}}}}"
    problem_cases.write(folder, {"scenarios/cheap.yaml": f"programme: {{discount_rate: 5%}}\n{change}\n"})
    plain = without(folder, "cheap")
    assert outcome(folder, "cheap") == plain
    parsed.clear()
    assert outcome(folder, "cheap") == plain
    assert sorted(parsed) == ["cheap.yaml", "programme.yaml", "services.yaml", "torfaen.yaml"]
    edit(folder, "scenarios/cheap.yaml", "5%", "6%")
    assert outcome(folder, "cheap") == without(folder, "cheap") != plain
    problem_cases.write(folder, {"scenarios/none.yaml": "partners: null\n"})
    assert outcome(folder, "none") == without(folder, "none")
    with pytest.raises(UserError, match="unknown scenario"):
        load(folder, "nowhere")


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        (["torfaen/alpha.run_cost=+10%"], ["torfaen.yaml"]),
        (["torfaen/alpha.run_cost=+10%", "partners.blaenau.users=7"], ["blaenau.yaml", "torfaen.yaml"]),
        (["torfaen/alpha.run_cost=lots"], ["torfaen.yaml", *sorted(f"{name}.yaml" for name in NAMES)]),
        (["capital.common=+10%"], [f"{name}.yaml" for name in NAMES]),
        (["torfaen/alpha.run_cost=+10%", "services.email.capacity=3"], [f"{name}.yaml" for name in NAMES]),
    ],
)
def test_of_changed_figures_the_partners_are_read(
    folder: Path, cache: Path, parsed: list[str], changes: list[str], read: list[str]
) -> None:
    load(folder)
    before = kept(cache)
    parsed.clear()
    found = outcome(folder, changes=changes)
    assert [name for name in parsed if name not in ("programme.yaml", "services.yaml")] == read
    assert found == without(folder, changes=changes)
    assert kept(cache) == before


@pytest.mark.parametrize(
    "change", ["torfaen/alpa.run_cost=5", "torfan/alpha.run_cost=5", "partners=null", "partners.torfaen=null"]
)
def test_what_cannot_be_changed_is_said_as_ever(folder: Path, cache: Path, change: str) -> None:
    def said() -> list[object]:
        try:
            return outcome(folder, changes=[change])
        except UserError as error:
            return [error.message]

    load(folder)
    found = said()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache_folder.OFF, "1")
        assert found == said()


# -- what is kept is damaged, or cannot be kept ------------------------------------------------------


def _packed(content: object) -> bytes:
    return zlib.compress(json.dumps(content).encode())


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{}", zlib.compress(b"{"), _packed({}), _packed([]), _packed(None)),
        _packed({"rows": {"ends": 3}}),
        _packed({"rows": {"unknown": []}, "systems": [], "places": []}),
        zlib.compress(b"[" * 100_000),
    ],
    ids=range(9),
)
def test_what_is_not_understood_is_not_used(
    content: bytes, folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(folder)
    for path in kept(cache):
        assert CacheFolder(cache).write(path.name, content)
    assert outcome(folder) == without(folder)


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 200])
def test_what_was_cut_short_is_not_used(length: int, folder: Path, cache: Path, parsed: list[str]) -> None:
    load(folder)
    whole = {path: path.read_bytes() for path in kept(cache)}
    for path, content in whole.items():
        path.write_bytes(content[:length])
    parsed.clear()
    assert outcome(folder) == without(folder)
    assert {path: path.read_bytes() for path in kept(cache)} == whole, "it is kept anew"


def test_a_part_of_it_is_not_used(folder: Path, cache: Path) -> None:
    """Each part of an entry in turn is missing, or is another's."""
    load(folder)
    path = kept(cache)[0]
    data = CacheFolder(cache).read(path.name)
    assert data is not None
    content = json.loads(zlib.decompress(data))
    plain = without(folder)
    for key in content:
        for instead in (None, [[]], "text"):
            assert CacheFolder(cache).write(path.name, _packed({**content, key: instead}))
            assert outcome(folder) == plain, key


def test_a_folder_that_cannot_be_written_changes_nothing(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    plain = without(folder)
    monkeypatch.setattr("consolidate.output_files._write_beside", full)
    assert outcome(folder) == plain
    assert kept(cache) == []


def test_what_cannot_be_encoded_is_not_kept(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_encodable(*_: object) -> bytes:
        raise partner_store.NotEncodable

    monkeypatch.setattr(partner_store, "encoded", not_encodable)
    assert outcome(folder) == outcome(folder) == without(folder)
    assert kept(cache) == []


@pytest.mark.parametrize(("module", "bound"), [(partner_store, "MOST_SYSTEMS"), (partner_encoding, "MOST_BYTES")])
def test_very_large_partners_are_not_kept(
    module: ModuleType, bound: str, folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(folder)
    every = kept(cache)
    monkeypatch.setattr(module, bound, 2)
    assert outcome(folder) == without(folder)
    for path in every:
        path.unlink()
    assert outcome(folder) == without(folder)
    assert kept(cache) == []


def test_small_inventories_keep_nothing(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(path.stat().st_size for path in (folder / "partners").iterdir())
    monkeypatch.setattr(partner_store, "WORTHWHILE", size + 1)
    load(folder)
    assert kept(cache) == []
    monkeypatch.setattr(partner_store, "WORTHWHILE", size)
    load(folder)
    assert len(kept(cache)) == 3


def test_processes_at_once_do_no_harm(folder: Path, cache: Path) -> None:
    code = (
        "import sys\nfrom consolidate.loading import load, partner_store\npartner_store.WORTHWHILE = 0\n"
        "print({repr(load(sys.argv[1]).systems) for _ in range(10)} == {repr(load(sys.argv[1]).systems)})"
    )
    arguments = [sys.executable, "-c", code, str(folder)]
    running = [
        subprocess.Popen(arguments, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    assert [process.communicate(timeout=120)[0] for process in running] == ["True\n"] * 2
    assert len(kept(cache)) == 3
    assert outcome(folder) == without(folder)


# -- bounds, and what is left as it was ------------------------------------------------------------


def test_bounds_of_all_files_together_hold(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(folder)
    with monkeypatch.context() as patch:
        patch.setattr(sources, "MAX_SYSTEMS", 8)
        assert outcome(folder) == without(folder)
        assert "more than 8 systems" in str(outcome(folder))
    nodes = 150
    monkeypatch.setattr(sources, "MAX_NODES_IN_ALL", nodes)
    monkeypatch.setattr("consolidate.yaml_files.parser.MAX_NODES_IN_ALL", nodes)
    assert outcome(folder) == without(folder)
    assert f"more than {nodes} keys and values" in str(outcome(folder))


@pytest.mark.parametrize("many", [0, 1_000_000_000])
def test_the_garbage_collector_is_left_as_it_was(many: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_MANY_VALUES", many)
    frozen = gc.get_freeze_count()  # commands freeze what they have loaded
    for enabled in (True, False):
        (gc.enable if enabled else gc.disable)()
        load(folder)
        assert gc.isenabled() == enabled
        assert gc.get_freeze_count() == frozen
    gc.enable()
