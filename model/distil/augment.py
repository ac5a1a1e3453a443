"""Augment batches of training crops on the GPU.

Does what `model.augment` does one image at a time, and adds lower resolution, gamma, low light and JPEG. All of it is
replayed as part of a CUDA graph, so random numbers are drawn on the GPU and nothing is copied from the host.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

SIZE, BLOCK = 48, 8
# The luminance table of the JPEG standard (ITU T.81, Annex K), quality 50.
QUANTISATION = (
    (16, 11, 10, 16, 24, 40, 51, 61), (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56), (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77), (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101), (72, 92, 95, 98, 112, 100, 103, 99),
)  # fmt: skip


class Augmenter:
    """Augments crops on one device."""

    def __init__(self, device: torch.device) -> None:
        """Create the constants on the device; a CUDA graph cannot contain copies from the host."""
        self.device = device
        rows = [[self._cosine(k, n) for n in range(BLOCK)] for k in range(BLOCK)]
        self.dct = torch.tensor(rows, device=device)
        self.table = torch.tensor(QUANTISATION, dtype=torch.float32, device=device)
        self.taps = torch.arange(-4.0, 5.0, device=device)
        places = torch.arange(float(SIZE), device=device)
        self.rows, self.columns = torch.meshgrid(places, places, indexing="ij")

    def __call__(self, pixels: Tensor, strength: float) -> Tensor:
        """Augmented copies of uint8 [n, 48, 48], as float32 [n, 1, 48, 48] in 0..255."""
        x = self._move(pixels.float().unsqueeze(1), strength)
        x = self._coarsen(self._blur(x))
        x = self._light(x, strength)
        x = self._compress(x)
        return self._cover(x, strength).clamp(0, 255)

    def mix(self, x: Tensor, *targets: Tensor, share: float) -> tuple[Tensor, ...]:
        """Mix a share of the images, and their targets, with others of the batch at a weight of at most 0.5 (mixup)."""
        n = len(x)
        weight = torch.where(self._some(n, share), 0.5 * self._uniform(n, 0, 1) ** 1.5, torch.zeros_like(x[:, 0, 0, 0]))
        other = torch.argsort(self._uniform(n, 0, 1))
        w = weight[:, None, None, None]
        blended = [(1 - weight[:, None]) * target + weight[:, None] * target[other] for target in targets]
        return ((1 - w) * x + w * x[other], *blended)

    def _move(self, x: Tensor, strength: float) -> Tensor:
        """Mirror, rotate, scale, stretch, shear and shift by one warp; the border is repeated."""
        n, s = len(x), strength
        angle = self._uniform(n, -15, 15) * s * math.pi / 180
        zoom, stretch = torch.exp(self._uniform(n, -0.15, 0.13) * s), torch.exp(self._uniform(n, -0.06, 0.06) * s)
        shear, mirror = self._uniform(n, -0.08, 0.08) * s, 1.0 - 2.0 * self._some(n, 0.5).float()
        right, down = (self._uniform(n, -4, 4) * s / (SIZE / 2) for _ in range(2))
        cos, sin = torch.cos(angle), torch.sin(angle)
        first = torch.stack([cos / (zoom * stretch) * mirror, (shear - sin) / zoom, right], 1)
        second = torch.stack([sin / zoom * mirror, cos * stretch / zoom, down], 1)
        grid = F.affine_grid(torch.stack([first, second], 1), [n, 1, SIZE, SIZE], align_corners=False)
        return F.grid_sample(x, grid, padding_mode="border", align_corners=False)

    def _blur(self, x: Tensor) -> Tensor:
        """Blur 30 % of the images with a Gaussian of 0.4 to 1.7 pixels."""
        n = len(x)
        sigma = torch.where(self._some(n, 0.3), self._uniform(n, 0.4, 1.7), torch.full((n,), 0.15, device=self.device))
        kernel = torch.exp(-0.5 * (self.taps[None] / sigma[:, None]) ** 2)
        kernel = kernel / kernel.sum(1, keepdim=True)
        across = F.pad(x, (4, 4, 0, 0), mode="replicate").transpose(0, 1)
        across = F.conv2d(across, kernel[:, None, None, :], groups=n)
        down = F.pad(across, (0, 0, 4, 4), mode="replicate")
        return F.conv2d(down, kernel[:, None, :, None], groups=n).transpose(0, 1)

    def _coarsen(self, x: Tensor) -> Tensor:
        """Reduce 8 % of the images to 24 pixels and 5 % to 16 pixels, and enlarge them again."""
        full = [SIZE, SIZE]
        half = F.interpolate(F.avg_pool2d(x, 2), size=full, mode="bilinear", align_corners=False)
        third = F.interpolate(F.avg_pool2d(x, 3), size=full, mode="bilinear", align_corners=False)
        draw = self._wide(self._uniform(len(x), 0, 1))
        return torch.where(draw < 0.08, half, torch.where(draw < 0.13, third, x))

    def _light(self, x: Tensor, strength: float) -> Tensor:
        """Change gamma, contrast and brightness; add light from one side, low light and sensor noise."""
        n, s = len(x), strength
        x = 255 * (x.clamp(0.01, 255) / 255) ** self._wide(torch.exp(self._uniform(n, -0.35, 0.35) * s))
        contrast = self._wide(self._uniform(n, max(0.1, 1 - 0.35 * s), 1 + 0.35 * s))
        x = (x - 128) * contrast + 128 + self._wide(self._uniform(n, -32 * s, 32 * s))
        angle = self._uniform(n, 0, 2 * math.pi)
        depth = torch.where(self._some(n, 0.3), self._uniform(n, 0.2, 0.75), torch.zeros(n, device=self.device))
        middle = (SIZE - 1) / 2
        ramp = torch.cos(angle)[:, None, None] * (self.columns / middle - 1)
        ramp = ramp + torch.sin(angle)[:, None, None] * (self.rows / middle - 1)
        x = x * (1 + self._wide(depth) * ramp[:, None])
        dark = self._some(n, 0.08)
        x = torch.where(self._wide(dark), x * self._wide(self._uniform(n, 0.12, 0.5)), x)
        noisy = self._some(n, 0.2) | dark
        noise = torch.where(noisy, self._uniform(n, 2, 10), torch.zeros(n, device=self.device))
        return (x + self._wide(noise) * torch.randn_like(x)).clamp(0, 255)

    def _compress(self, x: Tensor) -> Tensor:
        """Quantise 25 % of the images as a JPEG of quality 15 to 70 does."""
        n, count = len(x), SIZE // BLOCK
        quality = self._uniform(n, 15, 70)
        scale = torch.where(quality < 50, 50 / quality, 2 - quality / 50)
        steps = (self.table * scale[:, None, None, None, None]).clamp(1, 255)
        blocks = x.view(n, count, BLOCK, count, BLOCK).permute(0, 1, 3, 2, 4) - 128
        coefficients = torch.round(self.dct @ blocks @ self.dct.T / steps) * steps
        back = (self.dct.T @ coefficients @ self.dct + 128).permute(0, 1, 3, 2, 4).reshape(n, 1, SIZE, SIZE)
        return torch.where(self._wide(self._some(n, 0.25)), back, x)

    def _cover(self, x: Tensor, strength: float) -> Tensor:
        """Cover part of 40 % of the images with a grey rectangle."""
        n = len(x)
        height, width = (self._uniform(n, 8, 18)[:, None, None] * strength for _ in range(2))
        top, left = (self._uniform(n, 0, SIZE)[:, None, None] for _ in range(2))
        inside = ((self.rows - top).abs() < height / 2) & ((self.columns - left).abs() < width / 2)
        inside = inside & self._some(n, min(1.0, 0.4 * strength))[:, None, None]
        return torch.where(inside[:, None], self._wide(self._uniform(n, 0, 255)), x)

    def _uniform(self, n: int, low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(n, device=self.device)

    def _some(self, n: int, share: float) -> Tensor:
        return torch.rand(n, device=self.device) < share

    @staticmethod
    def _wide(x: Tensor) -> Tensor:
        return x[:, None, None, None]

    @staticmethod
    def _cosine(k: int, n: int) -> float:
        return math.sqrt((1 if k == 0 else 2) / BLOCK) * math.cos((2 * n + 1) * k * math.pi / (2 * BLOCK))
