"""The progress bar of `video`: in a terminal, with and without a known duration."""

import io

import pytest

from server.cli.video import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("duration", "shown"), [(10.0, "50% |############            | 5.0/10"), (None, "5.0 s [")])
def test_a_terminal_shows_how_much_is_done(
    monkeypatch: pytest.MonkeyPatch, duration: float | None, shown: str
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with progress_bar(duration) as bar:
        bar.update(5.0)
        bar.refresh()
    assert shown in terminal.getvalue()


def test_a_file_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(10.0) as bar:
        bar.update(5.0)
    assert capsys.readouterr().err == ""
