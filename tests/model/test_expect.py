"""What FER+ votes let expect of FER2013's labels."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from model.__main__ import main
from model.expect import expected_labels

MANY = 4000


@pytest.fixture(scope="module")
def disagreeing() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Ten votes for each image; its label is the seen one in seven of ten, else the next."""
    rng = np.random.default_rng(0)
    seen = rng.integers(0, 7, MANY)
    votes = np.stack([rng.multinomial(10, 0.02 + 0.86 * np.eye(7)[label]) for label in seen])
    return votes.astype(np.int64), np.where(rng.random(MANY) < 0.7, seen, (seen + 1) % 7)


def test_it_learns_how_often_labels_and_votes_disagree(
    disagreeing: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
) -> None:
    votes, labels = disagreeing
    expected = expected_labels(votes, labels, np.arange(MANY))
    assert expected.dtype == np.float32 and expected.sum(axis=1) == pytest.approx(1, abs=1e-5)
    clear = votes.max(axis=1) >= 9
    top = votes.argmax(axis=1)[clear]
    assert expected[clear, top].mean() == pytest.approx(0.7, abs=0.04)
    assert expected[clear, (top + 1) % 7].mean() == pytest.approx(0.3, abs=0.04)


def test_labels_of_other_images_do_not_matter(
    disagreeing: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
) -> None:
    """Those of the test splits must not reach the training targets, however indirectly."""
    votes, labels = disagreeing
    learn_from = np.arange(MANY // 2)
    other = labels.copy()
    other[MANY // 2 :] = 0
    assert np.array_equal(expected_labels(votes, labels, learn_from), expected_labels(votes, other, learn_from))


def test_without_votes_it_says_what_is_missing(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["train", "--data", str(dataset), "--run", str(tmp_path / "run"), "--network", "tiny", "--labels"]
    assert main([*command, "fer2013", "--votes-share", "0.5"]) == 2
    assert "--ferplus" in capsys.readouterr().err
