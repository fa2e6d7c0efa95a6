"""A text edited to mean something else: what is not touched stays letter for letter, comments with it."""

from __future__ import annotations

import pytest
from random_yaml import RandomYaml

from consolidate.loading.overlays import merge
from consolidate.yaml_files import text_editing
from consolidate.yaml_files.copying import SourceText, same
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.nodes import Map
from consolidate.yaml_files.parser import parse
from consolidate.yaml_files.text_editing import NotEditable, edited_text


def tree(text: str, name: str) -> Map:
    findings = Findings()
    found = parse(text, name, findings)
    assert found is not None
    assert not findings.failed, findings.sorted()
    return found


def edited(text: str, overlay: str) -> str:
    """A text with an overlay written into it; it means what the two mean together."""
    over = "over:\n" + "".join(f"  {line}\n" for line in overlay.strip("\n").split("\n"))
    change = tree(over, "over.yaml")["over"]
    assert isinstance(change, Map)
    wanted = merge(tree(text.replace("\r\n", "\n"), "base.yaml"), change, Findings())
    new = edited_text(text, wanted, SourceText("over.yaml", over))
    assert same(tree(new.replace("\r\n", "\n"), "new.yaml"), wanted), new
    return new


CASES = {
    "a value": ("a: 1   # why\nb: 2\n", "a: 3", "a: 3   # why\nb: 2\n"),
    "a value that is written otherwise is the same": ("a: 450_000\nb: 2\n", "a: 450000\nb: 3", "a: 450_000\nb: 3\n"),
    "quotes come with a value": ("a: 1\n", 'a: "x: y"', 'a: "x: y"\n'),
    "a value within braces": ("a: {b: 1, c: 2}   # why\n", "a: {c: 3}", "a: {b: 1, c: 3}   # why\n"),
    "a key more": ("a: 1\n# end\n", "b: 2   # new", "a: 1\nb: 2   # new\n# end\n"),
    "a key more, without a last line break": ("z: 0\na: 1", "b: 2", "z: 0\na: 1\nb: 2"),
    "a key more further in": ("a:\n    b: 1   # c\n\nd: 1\n", "a: {c: 2}", "a:\n    b: 1   # c\n    c: 2\n\nd: 1\n"),
    "a key more within braces": ("a: {b: 1}  # c\n", "a:\n  c: 2", "a: {b: 1, c: 2}  # c\n"),
    "a mapping more, with its comments": (
        "a:\n  b: 1\n",
        "a:\n      # new in 2017\n      c:   # from here\n        d: [1, 2]\n        # last\n        e: 5",
        "a:\n  b: 1\n  # new in 2017\n  c:   # from here\n    d: [1, 2]\n    # last\n    e: 5\n",
    ),
    "a mapping within braces gets one that is written over lines": (
        "a: {b: 1}\n", "a:\n  c:\n    d: 1\n    e: [x]", "a: {b: 1, c: {d: 1, e: [x]}}\n",
    ),
    "a key less": ("a: 1\n# of c\nb:   # x\n  d: 1\n  # y\n  e: 1\nc: 1\n", "b: null", "a: 1\n# of c\nc: 1\n"),
    "a key less within braces": ("a: {b: 1, c: 2, d: 3}\n", "a: {b: null, d: null}", "a: {c: 2}\n"),
    "the last key less": ("a:   # why\n  b: 1   # x\nc: 1\n", "a: {b: null}", "a: {}   # why\nc: 1\n"),
    "the last key less within braces": ("a: {b: 1}\n", "a: {b: null}", "a: {}\n"),
    "first key of an entry less": (
        "a:\n  - b: 1   # x\n    c: 2\n", "a:\n  - c: 2", "a:\n  - c: 2\n",
    ),
    "all keys exchanged": ("a:\n  b: 1\n", "a: {b: null, c: 2}", "a:\n  c: 2\n"),
    "a value becomes a mapping": ("a: 5   # why\nb: 1\n", "a: {c: 1}", "a: {c: 1}   # why\nb: 1\n"),
    "a value becomes a mapping over lines": ("a: 5   # why\n", "a:\n  c: 1\n  d: 2", "a:   # why\n  c: 1\n  d: 2\n"),
    "a mapping becomes a value": ("a:   # why\n  b: 1\n  # x\n  c: 2\nd: 1\n", "a: 5", "a: 5   # why\nd: 1\n"),
    "nothing becomes a value": ("a:\nb: {c, d: 1}\n", "a: 5\nb: {c: 6}", "a: 5\nb: {c: 6, d: 1}\n"),
    "a text over lines becomes one on one": ("a: >-\n  b\n  c\n\nd: 1\n", "a: x", "a: x\n\nd: 1\n"),
    "a text over lines comes": ("a: x\n", "a: |\n  b\n  c", 'a: "b\\nc\\n"\n'),
    "a list over lines": (
        "a:\n  - {b: 1}   # one\n  - {b: 2}   # two\n  # between\n  - {b: 3}   # three\n",
        "a: [{b: 1}, {b: 4}, {b: 3}, {b: 5}]",
        "a:\n  - {b: 1}   # one\n  - {b: 4}   # two\n  # between\n  - {b: 3}   # three\n  - {b: 5}\n",
    ),
    "an entry less and one in front": (
        "a:\n- x   # one\n- y   # two\n", "a: [z, y]", "a:\n- z   # one\n- y   # two\n",
    ),
    "entries in front and between": ("a:\n  - x\n  - y\n", "a: [u, x, v, y]", "a:\n  - u\n  - x\n  - v\n  - y\n"),
    "a list within brackets": ("a: [x, y, z]   # why\n", "a: [x, z, u]", "a: [x, z, u]   # why\n"),
    "another list altogether": ("a:   # why\n  - x\n  - y\n", "a: []", "a: []   # why\n"),
    "an entry within brackets stays there": (
        "a: [x]   # why\n", "a:\n- b: 1\n  c: 2", "a: [{b: 1, c: 2}]   # why\n",
    ),
    "a value becomes a list over lines": ("a: x   # why\n", "a:\n- b: 1\n  c: 2", "a:   # why\n  - b: 1\n    c: 2\n"),
    "an alias is written out where it is to be something else": (
        "a: &x {b: 1}\nc: *x\nd: *x\n", "c: {b: 2}", "a: &x {b: 1}\nc: {b: 2}\nd: *x\n",
    ),
    "aliases of what changes are written out": (
        "a: &x {b: 1}\nc: *x\n", "a: {b: 2}", "a: &x {b: 2}\nc: {b: 1}\n",
    ),
    "aliases of what goes are written out": ("a: &x 1\nc: *x\nd: *x\n", "a: null", "c: 1\nd: 1\n"),
    "a key that is merged is written beside": (
        "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  e: 3\n", "d: {b: 5}", "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  e: 3\n  b: 5\n",
    ),
    "where order would change, what is merged is written out": (
        "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  e: 3\n", "d: {c: 5}", "a: &x {b: 1, c: 2}\nd:\n  e: 3\n  b: 1\n  c: 5\n",
    ),
    "a key that is merged goes": (
        "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  e: 3\n", "d: {b: null}", "a: &x {b: 1, c: 2}\nd:\n  e: 3\n  c: 2\n",
    ),
    "a merge key stays where it gives what it gave": (
        "a: &x {b: 1}\nd:\n  <<: *x\n  e: 3\n", "d: {e: 4}", "a: &x {b: 1}\nd:\n  <<: *x\n  e: 4\n",
    ),
    "all within braces": ("{a: 1, b: {c: 2}}\n", "b: {c: 3}\nd: 4", "{a: 1, b: {c: 3}, d: 4}\n"),
    "a dash in a comment is none": (
        "a:\n  -   # - x\n    b: 1\n  - c\n", "a: [{b: 2}, c]", "a:\n  -   # - x\n    b: 2\n  - c\n",
    ),
    "commas within braces": ("a: {b: x}\n", "a:\n  b: one, two", 'a: {b: "one, two"}\n'),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_edit(case: str, newline: str) -> None:
    before, overlay, after = CASES[case]
    assert edited(before.replace("\n", newline), overlay) == after.replace("\n", newline)


@pytest.mark.parametrize("seed", range(200))
def test_random_texts_mean_what_they_are_to_mean(seed: int) -> None:
    """Whatever the style; and of each key at the top that is not changed every line is still there."""
    text, overlay = RandomYaml(seed).text(), RandomYaml(-seed - 1).overlay()
    findings = Findings()
    base, over = parse(text, "base.yaml", findings), parse(overlay, "over.yaml", findings)
    if base is None or over is None or findings.failed:
        return  # an alias of a text where a mapping belongs, and the like
    change = over["programme"]
    assert isinstance(change, Map)
    wanted = merge(base, change, Findings())
    for newline in ("\n", "\r\n"):
        written = text.replace("\n", newline)
        try:
            new = edited_text(written, wanted, SourceText("over.yaml", overlay))
        except NotEditable:
            assert not wanted
            continue
        assert same(tree(new.replace("\r\n", "\n"), "new.yaml"), wanted), new
        assert "\n" not in new.replace(newline, "")
        assert edited_text(new, wanted, SourceText("over.yaml", overlay)) == new
    if "&" not in text:
        kept = [key for key in base if key not in change]
        for key in kept:
            assert _lines_of(text, base, key) in "\n" + new.replace("\r\n", "\n")


def _lines_of(text: str, base: Map, key: str) -> str:
    """The lines of a key at the top, up to the last that is no comment, or blank."""
    lines, keys = text.split("\n"), list(base)
    first = base.key(key).line - 1
    after = keys[keys.index(key) + 1 :]
    until = base.key(after[0]).line - 1 if after else len(lines)
    while not lines[until - 1].strip() or lines[until - 1].lstrip().startswith("#"):
        until -= 1
    return "\n" + "\n".join(lines[first:until])


def test_lists_that_stay_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which takes a time that grows with the square of a list of the same: whoever wrote one would hold all up."""
    monkeypatch.setattr(text_editing, "SequenceMatcher", None)
    same_all = f"b: [{', '.join(['c'] * 1_000)}]\n"
    assert edited(f"a: 1\n{same_all}", "a: 2") == f"a: 2\n{same_all}"


@pytest.mark.parametrize("before", ["", "c: &x 7\n"])
def test_an_anchor_of_what_is_written_anew_is_gone(before: str) -> None:
    """What was noted of anchors on the way to what could not be edited is taken back."""
    assert edited(f"{before}a: [&x 1, 2]\nb: *x\n", "a: [1, 0, 2]") == f"{before}a: [1, 0, 2]\nb: 1\n"
