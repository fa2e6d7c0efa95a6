"""The YAML reader: marks, what is told apart, and hostile files."""

from __future__ import annotations

import os
import random
import tracemalloc
from pathlib import Path

import pytest
import yaml
from problem_cases import FILES, found, write

from consolidate.errors import UserError
from consolidate.loading import load
from consolidate.yaml_files import parser
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map, Seq, Text
from consolidate.yaml_files.parser import parse
from consolidate.yaml_files.text_files import inventory_text


def tree(text: str) -> Map:
    findings = Findings()
    root = parse(text, "a.yaml", findings)
    assert root is not None
    assert not findings.problems
    return root


def faults(text: str) -> list[str]:
    findings = Findings()
    parse(text, "a.yaml", findings)
    return [str(problem) for problem in findings.sorted()]


def test_every_key_and_value_knows_where_it_stands() -> None:
    root = tree("a: 1\nb:\n  - x\n  - {c: 'y'}\n")
    b = root["b"]
    assert isinstance(b, Seq)
    inner = b[1]
    assert isinstance(inner, Map)
    y = inner["c"]
    assert isinstance(y, Text)
    assert (y, y.source, y.line, y.column, y.plain) == ("y", "a.yaml", 4, 9, False)
    assert (root.key("b").line, root.key("b").column) == (2, 1)
    assert (inner.key("c").line, inner.key("c").column) == (4, 6)


def test_no_value_is_converted() -> None:
    text = "[no, 1.10, 12:30, 2020-13-14, 0x1f, 1e3, ~, 'no']"
    values = tree(f"a: {text}")["a"]
    assert values == ["no", "1.10", "12:30", "2020-13-14", "0x1f", "1e3", "~", "no"]
    assert isinstance(values, Seq)
    assert [value.plain for value in values if isinstance(value, Text)] == [True] * 7 + [False]


def test_anchors_aliases_and_merge_keys() -> None:
    root = tree("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: {b: 4, <<: [{c: 5}, *x]}\n'<<': 6\n")
    assert root["y"] == {"a": "1", "b": "3"}
    assert root["z"] == {"b": "4", "c": "5", "a": "1"}
    assert root["<<"] == "6"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &a [*a]", "a.yaml:1:8: `*a` stands within what it repeats; write it out"),
        ("a: *b", "a.yaml:1:4: no anchor `&b` stands before this; write it there"),
        ("a: {<<: 5}", "a.yaml:1:5: `<<` takes a mapping or a list of mappings; write `<<: *name`"),
        ("a: {<<: {b: 1}, <<: {c: 1}}", "a.yaml:1:17: `<<` stands twice; write one `<<: [*a, *b]`"),
        ("? [a]\n: b", "a.yaml:1:3: a key that is a list or mapping; write a plain text (quote one that has braces)"),
        ("a: 1\n---\nb: 2", "a.yaml:2:1: a second document in one file; keep to one, without `---` between"),
        ("- a", "a.yaml:1:1: the file must be a mapping; write `key: value` lines (with a blank after the colon)"),
        ("a:5", "a.yaml:1:1: the file must be a mapping; write `key: value` lines (with a blank after the colon)"),
        ("# nothing", "a.yaml:1:1: the file is empty; write `key: value` lines, or delete it if it isn't needed"),
        ("---\n", "a.yaml:1:1: the file is empty; write `key: value` lines, or delete it if it isn't needed"),
        ("a: [1\nb: 2", "a.yaml:2:2: a list is not closed; write `,` between its entries and `]` after the last"),
        ("a: 'b", "a.yaml:1:4: a quoted text that is never closed; close the quotes"),
        ("a: !!binary x", "a.yaml:1:4: an unknown tag `!!binary`; leave the tag out"),
        ("a: b\u202ec", "a.yaml:1:5: a control character (U+202E) that can't be seen; delete it"),
        ("a: b # \x00", "a.yaml:1:8: a control character (U+0000) that can't be seen; delete it"),
        ('a: "\\u202e"', "a.yaml:1:4: a text with a control character that can't be seen; take the escape out"),
        ("[" * 100_000, "a.yaml:1:61: nested deeper than 60 levels; an inventory needs no more than ten"),
        ("{a: " * 100_000, "a.yaml:1:241: nested deeper than 60 levels; an inventory needs no more than ten"),
        ("- " * 100_000, "a.yaml:1:121: nested deeper than 60 levels; an inventory needs no more than ten"),
        ("? " * 100_000, "a.yaml:1:121: nested deeper than 60 levels; an inventory needs no more than ten"),
    ],
)
def test_what_can_not_be_read(text: str, message: str) -> None:
    assert faults(text) == [message]


def test_without_the_c_parser_all_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "x: &x {a: 1.10, 'b': \"no\"}\ny: {<<: *x, b: 3}\nz: [no, !!str 5]\n"
    fast = tree(text)
    monkeypatch.setattr(parser, "LOADER", yaml.BaseLoader)
    slow = tree(text)
    assert repr(slow) == repr(fast)
    assert slow.key("y").line == fast.key("y").line == 2
    assert faults("[" * 100_000) == ["a.yaml:1:61: nested deeper than 60 levels; an inventory needs no more than ten"]
    (message,) = faults("a: [1\nb: 2")
    assert message.startswith("a.yaml:2:2: not YAML: expected ',' or ']', but got ':'")


def test_a_tree_takes_little_memory() -> None:
    """Some 350 bytes for a key and its empty mapping, whatever a mapping knows beside its entries."""
    text = "".join(f"  S_{number}: {{}}\n" for number in range(20_000))
    tracemalloc.start()
    root = tree(text)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(root) == 20_000
    assert held / len(root) < 450


def test_aliases_may_add_200_000_nodes_and_no_more() -> None:
    hundred = "a: &a [" + "x, " * 99 + "]\n"  # the list and 99 entries
    assert faults(hundred + "b: &b [" + "*a, " * 2_000 + "]\n") == []
    assert "aliases add more than 200,000 nodes" in faults(hundred + "b: &b [" + "*a, " * 2_001 + "]\n")[0]


def test_a_billion_laughs_end_at_once() -> None:
    lines = ["a0: &a0 [ha, ha]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 50)]
    assert len(faults("\n".join(lines))) == 1
    merges = ["m0: &m0 {k0: 1}"] + [f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}], k{n}: 1}}" for n in range(1, 50)]
    assert len(faults("\n".join(merges))) == 1


def test_messages_show_hostile_values_safely() -> None:
    assert show("x" * 1_000) == f"`{'x' * 60}…`"
    assert show("a\nb\x1b[31m\u202e") == "`a\\nb\\x1b[31m\\u202e`"
    assert len(faults('a: 1\n"' + "k" * 100_000 + '": 1\n"' + "k" * 100_000 + '": 1')[0]) < 200


def test_line_endings_and_byte_order_mark_make_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    for data in (b"a: 1\nb: 2\n", b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", b"a: 1\rb: 2\r"):
        path.write_bytes(data)
        assert inventory_text(path, "a.yaml", tmp_path, Findings()) == "a: 1\nb: 2\n"


def refused(folder: Path) -> list[str]:
    """Problems, without the folder's name."""
    return [str(problem).removeprefix(f"{folder}/") for problem in found(folder)]


def test_files_that_are_no_files(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "partners" / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "partners" / "pipe.yaml")
    (tmp_path / "partners" / "nowhere.yaml").symlink_to(tmp_path / "partners" / "gone.yaml")
    (tmp_path / "partners" / "latin.yaml").write_bytes(b"partner: Caf\xe9\n")
    (tmp_path / "partners" / "wide.yaml").write_bytes("partner: x\n".encode("utf-16"))
    (tmp_path / "partners" / "empty.yaml").write_bytes(b"")
    (tmp_path / "partners" / "old.yml").write_text("partner: x\n")
    (tmp_path / "partners" / "Upper.yaml").write_text("partner: x\n")
    (tmp_path / "partners" / "notes.txt").write_text("hello\n")
    (tmp_path / "partners" / ".hidden.yaml").write_text("not: read\n")
    (tmp_path / "servcies.yaml").write_text("services: {}\n")
    assert refused(tmp_path) == [
        "partners/Upper.yaml:1:1: the file's name is the partner's id: `Upper` is no id; write up to 63 of a-z, 0-9 "
        "and -, beginning with a letter or digit, such as `upper`",
        "partners/empty.yaml:1:1: the file is empty; write `key: value` lines, or delete it if it isn't needed",
        "partners/folder.yaml:1:1: not a file; a file of this name belongs here",
        "partners/latin.yaml:1:13: not UTF-8; save the file in the encoding UTF-8",
        "partners/notes.txt:1:1: warning: nothing reads this; a partner's file is named after its id, such as "
        "torfaen.yaml",
        "partners/nowhere.yaml:1:1: can't be read (No such file or directory); make it a readable file",
        "partners/old.yml:1:1: files end in .yaml here; rename it `old.yaml`",
        "partners/pipe.yaml:1:1: not a file; a file of this name belongs here",
        "partners/wide.yaml:1:1: not UTF-8; save the file in the encoding UTF-8",
        "servcies.yaml:1:1: warning: a file that nothing reads; did you mean `services.yaml`?",
    ]


def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    inventory = write(tmp_path / "inventory", FILES)
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    (inventory / "partners" / "spy.yaml").symlink_to(tmp_path / "secret.yaml")
    (inventory / "partners" / "again.yaml").symlink_to(inventory / "partners" / "torfaen.yaml")
    assert refused(inventory) == [
        "partners/spy.yaml:1:1: a link that leads out of the inventory; put the file itself here"
    ]


@pytest.mark.parametrize("name", ["progress/2016-17-Q1.yaml.part", "progress", "approved/x", "notes", "partners/a/b"])
def test_a_link_out_is_an_error_whoever_would_read_it_or_write_there(tmp_path: Path, name: str) -> None:
    inventory = write(tmp_path / "inventory", FILES)
    (inventory / name).parent.mkdir(parents=True, exist_ok=True)
    for target in (tmp_path / "nowhere", tmp_path):
        (inventory / name).symlink_to(target)
        assert any(said.startswith(f"{name}:1:1: a link that leads out of") for said in refused(inventory))
        (inventory / name).unlink()


def test_a_folder_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    inventory = write(tmp_path / "inventory", {"programme.yaml": FILES["programme.yaml"]})
    write(tmp_path / "else", {"spy.yaml": "password: hunter2\n"})
    (inventory / "partners").symlink_to(tmp_path / "else")
    assert "hunter2" not in "".join(refused(inventory))
    assert "partners:1:1: a link that leads out of the inventory; put the folder itself here" in refused(inventory)


def test_large_files_are_refused(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    with open(tmp_path / "partners" / "big.yaml", "wb") as file:
        file.truncate(20_000_001)
    assert refused(tmp_path) == ["partners/big.yaml:1:1: larger than 20 MB; split it into several files"]


def test_no_inventory(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"is not there; name the folder that holds programme\.yaml"):
        load(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="is not a folder"):
        load(tmp_path / "file")
    with pytest.raises(UserError):
        load("nul\0")
    assert refused(tmp_path) == [
        "partners:1:1: no partner; write a file for each, such as partners/torfaen.yaml",
        "programme.yaml:1:1: no such file; write it (start_inventory makes a first one in a new folder)",
    ]


_BITS = (
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "&a ",
    "*a",
    "!!x ",
    "<<: *a",
    "\t",
    "\n",
    "#",
    "0x1",
    "-1",
    "~",
    "é",
)


def mutated(text: str, chance: random.Random) -> bytes:
    """A valid file with a few tokens deleted, doubled, replaced, or bytes thrown in."""
    tokens = text.replace("\n", " \n ").split(" ")
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(tokens))
        match chance.randrange(5):
            case 0:
                del tokens[place]
            case 1:
                tokens.insert(place, tokens[place])
            case 2:
                tokens[place] = chance.choice(tokens)
            case 3:
                tokens[place] += chance.choice(_BITS)
            case _:
                tokens[place] = chance.choice(_BITS)
        tokens = tokens or [""]
    data = bytearray(" ".join(tokens).encode())
    if data and chance.random() < 0.1:
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


@pytest.mark.parametrize("seed", range(150))
def test_only_problems_ever_come_out_of_bad_files(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    write(tmp_path, FILES)
    for name in chance.sample(sorted(FILES), chance.randint(1, 2)):
        (tmp_path / name).write_bytes(mutated(FILES[name], chance))
    problems = found(tmp_path)  # any exception but InvalidInventory fails the test
    assert all(problem.line >= 1 and "\n" not in str(problem) for problem in problems)
