"""Train each teacher, then distil the students from the mean of the teachers."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model.distil.augment import Augmenter
from model.distil.data import Examples, Sampler
from model.distil.networks import FaceNetwork, Residual, cosine, log_probabilities
from model.distil.settings import Recipe, Students, Teacher
from model.distil.stage import Stage
from model.heads import HEADS
from model.labels import LABELS
from model.metrics import make_report
from model.shapes import SHAPES

SPLIT = tuple(HEADS.values())
EVALUATIONS = 5  # on PublicTest, in each stage
WARMUP = {"random": 0.05, "faceres": 0.05, "student": 0.03}  # share of the steps


class Run:
    """A run in progress: settings, data, log and output folder."""

    def __init__(self, recipe: Recipe, examples: Examples, faceres: dict[str, Any], out: Path) -> None:
        """Keep what all stages share."""
        self.recipe, self.examples, self.faceres, self.out = recipe, examples, faceres, out
        self.device = examples.pixels.device
        self.augment, self.sampler = Augmenter(self.device), Sampler(examples, recipe.sampling)
        self.seconds: list[float] = []  # between the evaluations of the students
        self.log: dict[str, Any] = {"about": {"recipe": asdict(recipe)}, "teachers": {}, "history": []}

    def train_teacher(self, name: str, how: Teacher) -> nn.Module:
        """Train one teacher; returns it frozen, with its averaged weights."""
        torch.manual_seed(how.seed)
        network = self._make_teacher(how)
        shifts = {
            head: self.recipe.balance * torch.log(frequency.clamp(min=1e-4))
            for head, frequency in self.sampler.frequencies.items()
        }

        def loss() -> Tensor:
            index = self.sampler(self.recipe.batch)
            targets = [self.examples.targets[head][index] for head in HEADS]
            crops = self.augment(self.examples.pixels[index], how.strength)
            crops, *targets = self.augment.mix(crops, *targets, share=how.mixed)
            logits = self._answer(network, crops).split(SPLIT, 1)
            votes, own, teacher = (
                _cross_entropy(F.log_softmax(part + shifts[head], 1), target)
                for head, part, target in zip(HEADS, logits, targets, strict=True)
            )
            return votes + how.own * own + how.teacher * teacher

        stage = Stage([network], loss, how.optimizer, how.decay, self.recipe.average)
        steps = self._steps(how.epochs)

        def evaluate(loss: float) -> None:
            with stage.averaged():
                self.log["teachers"][name] = {"steps": steps, "loss": round(loss, 4), **self.evaluate(network)}
            print(name, self.log["teachers"][name], flush=True)
            self.save_log()

        stage.train(steps, how.rate, WARMUP[how.start], _marks(steps, evaluate))
        with stage.averaged():
            state = {key: value.detach().clone() for key, value in network.state_dict().items()}
        network.load_state_dict(state)
        torch.save(state, self.out / f"teacher-{name}.pt")
        return network.eval().requires_grad_(False)

    def train_students(self, teachers: list[nn.Module], how: Students) -> None:
        """Train all students together; save them after each evaluation."""
        torch.manual_seed(how.seed)
        networks = {name: self._on_device(Residual(SHAPES[name], how.dropout)) for name in how.networks}

        def loss() -> Tensor:
            index = self.sampler(self.recipe.batch)
            crops = self.augment(self.examples.pixels[index], how.strength)
            (crops,) = self.augment.mix(crops, share=how.mixed)
            with torch.no_grad():
                answers = [log_probabilities(self._answer(teacher, crops), SPLIT) for teacher in teachers]
                mean = torch.stack(answers).mean(0)
                wanted = [F.softmax(part, 1) for part in mean.split(SPLIT, 1)]
            total = torch.zeros((), device=self.device)
            for network in networks.values():
                logits = self._answer(network, crops).split(SPLIT, 1)
                weights = (1.0, how.own, how.teacher)
                for weight, part, target in zip(weights, logits, wanted, strict=True):
                    total = total + weight * _cross_entropy(F.log_softmax(part, 1), target)
            return total

        stage = Stage(list(networks.values()), loss, "sgd", how.decay, how.average)
        steps, started = self._steps(how.epochs), time.monotonic()

        def evaluate(loss: float) -> None:
            arrays: dict[str, npt.NDArray[np.float32]] = {}
            done = (len(self.log["history"]) + 1) / EVALUATIONS
            row: dict[str, Any] = {"epoch": round(done * how.epochs), "loss": round(loss, 4)}
            rate = round(how.rate * cosine(round(done * steps) - 1, steps, WARMUP["student"]), 5)
            seconds = time.monotonic() - started - sum(self.seconds)
            self.seconds.append(seconds)
            with stage.averaged():
                for name, network in networks.items():
                    row[name] = {**self.evaluate(network), "learning_rate": rate, "seconds": round(seconds, 1)}
                    state = {key: value for key, value in network.state_dict().items() if "num_batches" not in key}
                    arrays |= {f"{name}/{key}": value.detach().cpu().numpy() for key, value in state.items()}
            np.savez(self.out / "students.npz", **arrays)  # type: ignore[arg-type]
            self.log["history"].append(row)
            print(row, flush=True)
            self.save_log()

        stage.train(steps, how.rate, WARMUP["student"], _marks(steps, evaluate))

    @torch.no_grad()
    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Accuracy and macro recall of the head of the votes on PublicTest."""
        network.eval()
        crops = self.examples.public.float().unsqueeze(1)
        answers = [self._answer(network, part)[:, : len(LABELS)] for part in crops.split(1024)]
        network.train()
        report = make_report(torch.cat(answers).cpu().numpy(), self.examples.labels, LABELS)
        figures = {"public_accuracy": report.accuracy, "public_macro_recall": report.macro_recall}
        return {name: round(value, 4) for name, value in figures.items()}

    def save_log(self) -> None:
        """Write the log; called after each evaluation, so that an interrupted run leaves one."""
        (self.out / "log.json").write_text(json.dumps(self.log, indent=1) + "\n")

    def _make_teacher(self, how: Teacher) -> nn.Module:
        if how.start == "random":
            return self._on_device(Residual(how.shape, how.shape.dropout))
        network = FaceNetwork(self.faceres, how.size).to(self.device).eval()
        network.start(self.augment(self.examples.pixels[self.sampler(4 * self.recipe.batch)], 0.5))
        return self._on_device(network)

    def _on_device(self, network: nn.Module) -> nn.Module:
        # Channels last is three times as fast for the MobileNet.
        return network.to(self.device, memory_format=torch.channels_last).train()

    def _answer(self, network: nn.Module, crops: Tensor) -> Tensor:
        """Logits float32 [n, 19], computed in bfloat16. A CUDA graph does not allow the cache of autocast."""
        with torch.autocast(self.device.type, dtype=torch.bfloat16, cache_enabled=False):
            logits: Tensor = network(crops.contiguous(memory_format=torch.channels_last))
        return logits.float()

    def _steps(self, epochs: float) -> int:
        return max(1, int(epochs * len(self.examples.pixels) / self.recipe.batch))


def _cross_entropy(log_probabilities: Tensor, targets: Tensor) -> Tensor:
    return -(targets * log_probabilities).sum(1).mean()


def _marks(steps: int, evaluate: Callable[[float], None]) -> dict[int, Callable[[float], None]]:
    """The steps after which to evaluate, evenly spaced, the last one included."""
    return {max(1, round(steps * (index + 1) / EVALUATIONS)): evaluate for index in range(EVALUATIONS)}
