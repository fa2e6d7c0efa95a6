"""What is said of a search that somebody stops."""

from __future__ import annotations

import signal

import pytest

from consolidate.cli.console import watched


@pytest.mark.parametrize("partly", ["what follows is of the best plans found until then", ""])
def test_a_stop_is_said_where_what_follows_is_of_it(partly: str, capsys: pytest.CaptureFixture[str]) -> None:
    with watched(0.01, many=True, partly=partly) as monitor:
        assert not monitor.stop()
        signal.raise_signal(signal.SIGINT)
        assert monitor.stop()
    assert ("of the best plans found until then" in capsys.readouterr().err) == bool(partly)


def test_nothing_is_said_of_a_search_that_ended(capsys: pytest.CaptureFixture[str]) -> None:
    with watched(0.01, many=True, partly="it is in part"):
        pass
    assert capsys.readouterr().err == ""
