"""Commands that ask about a plan: what cannot be asked is refused before a plan is made for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Call

import consolidate


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("explain", "P/Emial"), "did you mean p/email?"),
        (("worth", "--of", "Engineers"), "did you mean `engineer`?"),
        (("worth", "--of", "x"), "name a kind ("),
        (("frontier", "Engineer"), "did you mean `engineer`?"),
        (("whatif", "--force", "p/emial=rehost"), "did you mean p/email?"),
        (("whatif", "--set", "roles.enginer=5"), "did you mean `engineer`?"),
    ],
)
def test_a_wrong_name_is_said_at_once(
    call: Call, planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.setattr(consolidate, "make_plan", None, raising=False)
    said = call(*arguments, "--inventory", planned / "inventory", "--out", tmp_path / "nothing")
    assert said.code in (1, 2)
    assert message in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "said_first"),
    [
        (("worth", "--of", "role", "--workers", "1"), "No more of anything makes the last cutover sooner (proven)."),
        (("frontier", "engineer", "--size", "120%", "--workers", "1"), "Role engineer: with 120% ("),
    ],
)
def test_where_quarters_are_minimised_the_last_cutover_comes_first(
    call: Call, made: Path, arguments: tuple[str, ...], said_first: str
) -> None:
    file = made / "inventory" / "programme.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "minimise: finish\n", encoding="utf-8")
    said = call(*arguments, "--inventory", made / "inventory", "--out", made / "outputs")
    assert said.code == 0, said.err
    assert said.out.startswith(said_first)
    assert "The plan has no cutover." in said.out  # all of them may stay
