"""The user's cache folder: whose it is, where it lies, and that nothing odd about it is ever said or believed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from consolidate import cache_folder
from consolidate.cache_folder import ELSEWHERE, OFF, CacheFolder, clear_user_cache, user_cache

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights and links as POSIX has them")

NAME = "0" * 64
OTHER = "1" * 64


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, in which nothing says where caches are."""
    for variable in (OFF, ELSEWHERE, "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """A folder that others may write to."""
    folder = tmp_path / "inventory"
    folder.mkdir()
    return folder


def path_of(inventory: Path) -> Path | None:
    found = user_cache(apart_from=inventory)
    return None if found is None else found.path


def test_it_lies_where_the_platform_has_caches_of_a_user(
    home: Path, inventory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert path_of(inventory) == home / ".cache/consolidate"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # which the standard says to ignore
    assert path_of(inventory) == home / ".cache/consolidate"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert path_of(inventory) == tmp_path / "xdg/consolidate"
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "given"))
    assert path_of(inventory) == tmp_path / "given"
    monkeypatch.delenv(ELSEWHERE)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert path_of(inventory) == home / "Library/Caches/consolidate"


def test_it_is_for_nobody_but_the_user(home: Path, inventory: Path) -> None:
    folder = path_of(inventory)
    assert folder is not None
    assert [path.stat().st_mode & 0o777 for path in (folder, folder.parent)] == [0o700, 0o700]


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o720, 0o755, 0o777])
def test_a_folder_that_others_can_use_is_not_used(home: Path, inventory: Path, mode: int) -> None:
    folder = path_of(inventory)
    assert folder is not None
    folder.chmod(mode)
    assert path_of(inventory) is None
    assert folder.stat().st_mode & 0o777 == mode


def test_a_folder_of_somebody_else_is_not_used(home: Path, inventory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert path_of(inventory) is not None
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert path_of(inventory) is None


def test_no_folder_is_made_in_somebody_elses_home(
    home: Path, inventory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)  # as after sudo, which may leave HOME as it is
    assert path_of(inventory) is None
    assert not (home / ".cache").exists()


@pytest.mark.parametrize("there", ["file", "link", "dangling link"])
def test_what_is_no_folder_is_not_used(home: Path, inventory: Path, tmp_path: Path, there: str) -> None:
    (home / ".cache").mkdir()
    path, target = home / ".cache/consolidate", tmp_path / "target"
    if there == "file":
        path.write_text("")
    else:
        path.symlink_to(target)
    if there == "link":
        target.mkdir(mode=0o700)
    assert path_of(inventory) is None
    assert not target.exists() or not list(target.iterdir())


def test_it_is_never_where_a_pull_request_can_write(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "repository"
    inventory = repository / "plans/inventory"
    inventory.mkdir(parents=True)
    for inside in (inventory, inventory / "partners/cache"):
        monkeypatch.setenv(ELSEWHERE, str(inside))
        assert path_of(inventory) is None
    monkeypatch.setenv(ELSEWHERE, str(repository / "cache"))
    assert path_of(inventory) is not None
    (repository / ".git").mkdir()
    assert path_of(inventory) is None
    (tmp_path / "aside").symlink_to(repository)
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "aside/cache"))
    assert path_of(inventory) is None


@pytest.mark.parametrize(
    "variables", [{OFF: "1"}, {ELSEWHERE: "relative/cache"}, {ELSEWHERE: "/proc/none/cache"}, {"HOME": "/proc/none"}]
)
def test_it_is_done_without(
    home: Path, inventory: Path, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert path_of(inventory) is None


def test_without_a_home_it_is_done_without(home: Path, inventory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # no HOME, and no user of this number
    assert path_of(inventory) is None


@pytest.fixture
def cache(tmp_path: Path) -> CacheFolder:
    path = tmp_path / "cache"
    path.mkdir(mode=0o700)
    return CacheFolder(path)


def test_what_is_kept_is_found_again(cache: CacheFolder) -> None:
    assert cache.read(NAME) is None
    assert cache.write(NAME, b"content")
    assert cache.read(NAME) == b"content"
    assert cache.write(NAME, b"")
    assert cache.read(NAME) == b""
    assert [path.name for path in cache.path.iterdir()] == [NAME]


def test_nothing_but_what_was_written_is_believed(cache: CacheFolder) -> None:
    cache.write(NAME, b"content")
    path, other = cache.path / NAME, cache.path / OTHER
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole + b"!", whole[:20], b"", whole[:-1] + b"T"):
        path.write_bytes(damaged)
        assert cache.read(NAME) is None
    other.write_bytes(whole)  # whole, but under the name of another
    assert cache.read(OTHER) is None


def test_no_link_pipe_or_folder_is_read(cache: CacheFolder, tmp_path: Path) -> None:
    cache.write(NAME, b"content")
    (cache.path / NAME).rename(tmp_path / "elsewhere")
    (cache.path / NAME).symlink_to(tmp_path / "elsewhere")
    assert cache.read(NAME) is None
    (cache.path / NAME).unlink()
    os.mkfifo(cache.path / NAME)  # it would wait for whoever writes into it
    assert cache.read(NAME) is None
    (cache.path / NAME).unlink()
    (cache.path / NAME).mkdir()
    assert cache.read(NAME) is None


def test_nothing_is_written_through_a_link(cache: CacheFolder, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    (cache.path / NAME).symlink_to(target)
    assert cache.write(NAME, b"content")
    assert target.read_bytes() == b"mine"
    assert cache.read(NAME) == b"content"


def test_a_folder_that_cannot_be_written_keeps_nothing(cache: CacheFolder) -> None:
    cache.path.rmdir()
    cache.path.write_text("no folder any more")
    assert not cache.write(NAME, b"content")
    assert cache.read(NAME) is None
    cache.shrink()


def test_a_folder_that_is_gone_is_not_made_again_with_rights_for_others(cache: CacheFolder) -> None:
    cache.path.rmdir()
    assert not cache.write(NAME, b"content")
    assert not cache.path.exists()


def test_what_was_not_used_for_the_longest_time_goes(cache: CacheFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_folder, "MOST_BYTES", 1_000)
    names = [f"{number:064x}" for number in range(10)]
    for age, name in enumerate(names):
        cache.write(name, bytes(68))  # 100 bytes with what tells that it is whole
        os.utime(cache.path / name, (age, age))
    kept_by_others = cache.path / "README"
    kept_by_others.write_bytes(bytes(5_000))
    left, new = cache.path / ".0.part", cache.path / ".1.part"
    left.write_bytes(b"")
    new.write_bytes(b"")
    os.utime(left, (0, 0))
    cache.shrink()
    assert len(list(cache.path.iterdir())) == 12, "it is not too much yet"
    assert cache.read(names[0]) is not None, "now it was used last"
    cache.write(OTHER, bytes(68))
    cache.shrink()
    assert {path.name for path in cache.path.iterdir()} == {names[0], *names[5:], OTHER, "README", ".1.part"}


def test_it_can_be_cleared(home: Path, inventory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(inventory)
    clear_user_cache()
    assert not (home / ".cache").exists()
    cache = user_cache(apart_from=inventory)
    assert cache is not None
    for name in (NAME, OTHER):
        cache.write(name, b"content")
    (cache.path / "README").write_text("mine")
    clear_user_cache()
    assert [path.name for path in cache.path.iterdir()] == ["README"]
    (cache.path / "README").unlink()
    clear_user_cache()
    assert not cache.path.exists()
