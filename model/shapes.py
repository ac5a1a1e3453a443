"""Widths and depths of the residual networks, for Keras (`network.py`) and PyTorch (`distil/networks.py`)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Width and depth of the network; multiply-adds in the comment of each named shape."""

    stem: int
    widths: tuple[int, ...]
    blocks: tuple[int, ...]
    dropout: float


SHAPES: dict[str, Shape] = {
    # Widths are multiples of 16: with fewer channels oneDNN 3.7's backward convolution for AVX-512 writes past its
    # buffer (TensorFlow 2.21, "double free or corruption").
    "tiny": Shape(stem=16, widths=(16, 16, 16), blocks=(1, 1, 1), dropout=0.0),  # 4.0 M: for tests
    "residual-60m": Shape(stem=32, widths=(48, 96, 192), blocks=(1, 1, 1), dropout=0.3),  # 58.6 M
    # int8 on AVX2 only: 0.57 units, where residual-60m takes 0.50 and residual-106m 0.83.
    "residual-71m": Shape(stem=32, widths=(32, 96, 192), blocks=(1, 1, 2), dropout=0.3),  # 70.7 M
    "residual-106m": Shape(stem=32, widths=(48, 96, 192), blocks=(1, 2, 2), dropout=0.3),  # 106.4 M
    "residual-185m": Shape(stem=32, widths=(64, 128, 256), blocks=(1, 2, 2), dropout=0.3),  # 184.7 M
}
