"""The bar of a long job, and the summary's numbers behind it."""

import pytest

from server.cli.progress import BAR, Progress, line


@pytest.mark.parametrize(
    ("at", "duration", "elapsed", "words"),
    [
        (6.0, 12.0, 2.0, ["50 %", "6.0 of 12.0 s", "3.0x", "2 s left"]),
        (60.0, 6000.0, 30.0, ["1 %", "2.0x", "49 min 30 s left"]),
        (13.0, 12.0, 4.0, ["100 %", "0 s left"]),
        (5.0, None, 10.0, ["5.0 s", "0.5x"]),
        (0.0, 12.0, 0.0, ["0 %"]),
    ],
)
def test_it_tells_share_speed_and_time_left(
    at: float, duration: float | None, elapsed: float, words: list[str]
) -> None:
    shown = line(at, duration, elapsed)
    assert all(word in shown for word in words), shown
    if duration:
        assert shown[0] == "[" and shown[BAR + 1] == "]"
        assert shown.count("#") == round(min(1.0, at / duration) * BAR)


def test_a_terminal_sees_the_bar_and_a_file_does_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Progress(10.0).show(5.0)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    progress = Progress(10.0)
    progress.show(5.0)
    progress.clear()
    shown = capsys.readouterr().err
    assert "50 %" in shown and shown.endswith("\r\x1b[K")
