"""`open` shows the roadmap in a browser, or says where it is."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import pytest
from commands import Call


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a browser was asked to open; there is a screen."""
    asked: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", lambda address: asked.append(address) or True)
    return asked


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    for name in ("roadmap.svg", "roadmap.png", "roadmap-gwent.svg", "roadmap-torfaen.png"):
        (tmp_path / name).write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ((), "roadmap.svg"),
        (("--partner", "gwent"), "roadmap-gwent.svg"),
        (("--partner", "torfaen"), "roadmap-torfaen.png"),
    ],
)
def test_open(drawn: Path, opened: list[str], call: Call, words: tuple[str, ...], name: str) -> None:
    said = call("open", "--out", drawn, *words)
    path = (drawn / name).resolve()
    assert (said.code, said.out, said.err) == (0, f"{path}\n", "")
    assert opened == [path.as_uri()]


def test_a_plan_is_no_folder_of_pictures(drawn: Path, call: Call) -> None:
    """The remedy is one that `open` takes: a folder, by --out."""
    (drawn / "plan.json").write_text("{}", encoding="utf-8")
    said = call("open", "--out", drawn / "plan.json")
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith(f"plan.json: is a file; name the folder with the pictures, {drawn}\n")
    (empty := drawn / "empty").mkdir()
    said = call("open", "--out", empty)
    assert said.code == 2
    assert said.err.endswith("run `consolidate plan` first, or name with --out a folder in which it is drawn\n")


@pytest.mark.parametrize("why", ["no screen", "no browser", "an error"])
def test_where_nothing_can_show_it_a_line_says_where_it_is(
    drawn: Path, call: Call, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    def refuses(address: str) -> bool:
        if why == "an error":
            raise webbrowser.Error("could not locate runnable browser")
        assert why == "no browser"
        return False

    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    if why != "no screen":
        monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", refuses)
    said = call("open", "--out", drawn)
    assert (said.code, said.out) == (0, f"{(drawn / 'roadmap.svg').resolve()}\n")
    assert len(said.err.splitlines()) == 1


def test_what_is_not_drawn(drawn: Path, tmp_path: Path, call: Call) -> None:
    said = call("open", "--out", tmp_path / "nowhere")
    assert said.code == 2
    assert "no roadmap is drawn there; run `consolidate plan` first" in said.err
    said = call("open", "--out", drawn, "--partner", "cardiff")
    assert said.code == 2
    assert "there is no page of the partner 'cardiff'; those of gwent, torfaen are there" in said.err
    for page in drawn.glob("roadmap-*"):
        page.unlink()
    assert "the roadmap shows all partners on one page" in call("open", "--out", drawn, "--partner", "gwent").err
