"""The networks in PyTorch: the residual family of `model.network`, and the MobileNet pretrained on faces."""

import math

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model.distil.faceres import STRIDES
from model.heads import OUTPUTS
from model.shapes import Shape

# The MobileNet's input is (grey - MEAN) / SCALE. With a mean of 117 the nearest embedding of each portrait of
# people/london, at 48 px, is the other portrait of the same person (102 people).
MEAN, SCALE = 117.0, 58.0


def _pad(x: Tensor, stride: int) -> Tensor:
    """TensorFlow's "same" padding of a 3x3 convolution with stride 2 on an even side: right and bottom only."""
    return F.pad(x, (0, 1, 0, 1)) if stride == 2 else x


class Normalised(nn.Module):
    """A convolution, batch normalisation with Keras' epsilon and momentum, and optionally a ReLU."""

    def __init__(self, inputs: int, outputs: int, window: int, stride: int, relu: bool = True) -> None:
        """Initialise as in He et al., 2015, arXiv 1502.01852."""
        super().__init__()
        padding = 1 if window == 3 and stride == 1 else 0
        self.c = nn.Conv2d(inputs, outputs, window, stride, padding, bias=False)
        self.b = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.1)
        self.relu, self.padded = relu, window == 3
        nn.init.kaiming_normal_(self.c.weight, mode="fan_in", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        """[n, inputs, h, w] to [n, outputs, h / stride, w / stride]."""
        x = self.b(self.c(_pad(x, self.c.stride[0]) if self.padded else x))
        return F.relu(x) if self.relu else x


class Block(nn.Module):
    """A residual block: two convolutions and a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        """Create the layers; the shortcut is a convolution where the shape changes."""
        super().__init__()
        changes = stride != 1 or inputs != outputs
        self.sc = Normalised(inputs, outputs, 1, stride, relu=False) if changes else None
        self.a, self.b2 = Normalised(inputs, outputs, 3, stride), Normalised(outputs, outputs, 3, 1, relu=False)

    def forward(self, x: Tensor) -> Tensor:
        """[n, inputs, h, w] to [n, outputs, h / stride, w / stride]."""
        return F.relu(self.b2(self.a(x)) + (x if self.sc is None else self.sc(x)))


class Residual(nn.Module):
    """A shape of `model.shapes`, from raw grey [n, 1, 48, 48] to the logits of all heads, [n, 19]."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        """Create the layers with random weights."""
        super().__init__()
        blocks, width = [], shape.stem
        for wanted, count in zip(shape.widths, shape.blocks, strict=True):
            for index in range(count):
                blocks.append(Block(width, wanted, 2 if index == 0 else 1))
                width = wanted
        self.stem, self.blocks = Normalised(1, shape.stem, 3, 1), nn.Sequential(*blocks)
        self.dropout, self.fc = nn.Dropout(dropout), nn.Linear(width, OUTPUTS)

    def forward(self, x: Tensor) -> Tensor:
        """Logits of raw grey 0..255."""
        features = self.blocks(self.stem(x / 127.5 - 1)).float().mean((2, 3))
        logits: Tensor = self.fc(self.dropout(features))
        return logits


class FaceNetwork(nn.Module):
    """The MobileNet of `faceres.py` with batch normalisation restored and a last layer for the heads."""

    def __init__(
        self, weights: dict[str, npt.NDArray[np.float32]], size: int, dropout: float = 0.4, features: int = 1024
    ) -> None:
        """Create the layers; call `start` before training."""
        super().__init__()
        self.size, self.biases, pairs = size, [], []
        names = ["conv1", *[f"{kind}{index}" for index in range(1, len(STRIDES) + 1) for kind in ("dw", "pw")]]
        for name in names:
            kernel = torch.tensor(weights[f"{name}.w"])
            if name == "conv1":  # grey in all three channels, scaled
                kernel = SCALE * kernel.sum(1, keepdim=True)
            stride = 2 if name == "conv1" else STRIDES[int(name[2:]) - 1] if name.startswith("dw") else 1
            groups = len(kernel) if name.startswith("dw") else 1
            padding = 1 if kernel.shape[2] == 3 and stride == 1 else 0
            layer = nn.Conv2d(
                kernel.shape[1] * groups, len(kernel), kernel.shape[2], stride, padding, groups=groups, bias=False
            )
            layer.weight.data.copy_(kernel)
            pairs.append(nn.ModuleList([layer, nn.BatchNorm2d(len(kernel))]))
            self.biases.append(torch.tensor(weights[f"{name}.b"]))
        self.layers, self.dropout, self.fc = nn.ModuleList(pairs), nn.Dropout(dropout), nn.Linear(features, OUTPUTS)
        nn.init.zeros_(self.fc.weight)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Logits [n, 19] of raw grey [n, 1, 48, 48]."""
        x = self._enlarged(x)
        for layer, normalisation in self.layers:
            x = F.relu6(normalisation(layer(_pad(x, layer.stride[0]))))
        logits: Tensor = self.fc(self.dropout(x.float().mean((2, 3))))
        return logits

    @torch.no_grad()
    def start(self, x: Tensor) -> None:
        """Initialise each normalisation from the statistics of these crops, so that the output does not change.

        The kernels are scaled to a standard deviation of 1 in each channel, so that one learning rate suits all.
        """
        x = self._enlarged(x)
        for (layer, normalisation), bias in zip(self.layers, self.biases, strict=True):
            y = layer(_pad(x, layer.stride[0]))
            mean, deviation = y.mean((0, 2, 3)), y.std((0, 2, 3)) + 1e-3
            layer.weight.data.div_(deviation[:, None, None, None])
            normalisation.running_mean.copy_(mean / deviation)
            normalisation.running_var.fill_(1.0)
            normalisation.weight.data.copy_(deviation)
            normalisation.bias.data.copy_(mean + bias.to(x.device))
            x = F.relu6(y + bias.to(x.device)[None, :, None, None])

    def _enlarged(self, x: Tensor) -> Tensor:
        enlarged = F.interpolate(x, size=[self.size, self.size], mode="bilinear", align_corners=False)
        return (enlarged - MEAN) / SCALE


def log_probabilities(logits: Tensor, heads: tuple[int, ...]) -> Tensor:
    """Log softmax of each head, [n, 19]."""
    return torch.cat([F.log_softmax(part, 1) for part in logits.split(heads, 1)], 1)


def cosine(step: int, steps: int, warmup: float) -> float:
    """The learning rate as a share (0..1) of its peak: linear during the warm-up, then half a cosine down to 0."""
    before = warmup * steps
    if step < before:
        return min(1.0, (step + 1) / max(1.0, before))
    return 0.5 * (1 + math.cos(math.pi * (step - before) / max(1.0, steps - before)))
