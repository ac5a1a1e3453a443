"""Parses the subset of Dockerfile and .dockerignore that this repository uses."""

import fnmatch
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: its keyword, such as RUN, and its arguments on one line."""

    word: str
    rest: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A build stage: its base image, its name and its steps."""

    base: str
    name: str
    steps: tuple[Step, ...]

    def last(self, word: str) -> str:
        """The arguments of the last step with this keyword, which wins in Docker, too."""
        return [step.rest for step in self.steps if step.word == word][-1]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that ENV sets."""
        pairs = [pair for step in self.steps if step.word == "ENV" for pair in step.rest.split()]
        return dict(pair.split("=", 1) for pair in pairs)

    def command(self, word: str) -> list[str]:
        """The arguments of a CMD in JSON form, of the image or of its HEALTHCHECK."""
        found = re.search(r"\[.*\]$", self.last(word))
        assert found, f"{word} is not in its JSON form, which needs no shell"
        words: list[str] = json.loads(found[0])
        return words


def read(file: Path) -> list[Stage]:
    """Parse the stages of a Dockerfile."""
    text = re.sub(r"^\s*#.*\n", "", file.read_text(), flags=re.MULTILINE)
    lines = [line.strip() for line in re.sub(r"\\\n\s*", " ", text).splitlines() if line.strip()]
    steps = [Step(*line.split(maxsplit=1)) for line in lines]
    begins = [number for number, step in enumerate(steps) if step.word == "FROM"]
    stages = []
    for begin, end in zip(begins, [*begins[1:], len(steps)], strict=True):
        base, _, name = steps[begin].rest.partition(" AS ")
        stages.append(Stage(base, name, tuple(steps[begin + 1 : end])))
    return stages


def context(folder: Path, ignore: Path) -> Iterator[Path]:
    """The files of a folder in the build context, relative to it; the last matching line of .dockerignore decides.

    Only for a file like ours, whose first line shuts everything out: folders that no line lets in are not looked at.
    """
    rules = [line for line in ignore.read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*", "the first rule shuts everything out"
    for allowed in (rule[1:] for rule in rules if rule.startswith("!")):
        start = folder / allowed
        for file in [start] if start.is_file() else sorted(start.rglob("*")):
            name = file.relative_to(folder)
            if file.is_file() and not any(_fits(name, rule) for rule in rules[1:] if not rule.startswith("!")):
                yield name


def _fits(name: Path, rule: str) -> bool:
    return any(fnmatch.fnmatch(part, rule.removeprefix("**/")) for part in name.parts)
