"""Read the convolutions of a network pretrained on faces from the files of an npm package.

`models/faceres.json` and `.bin` of `@vladmandic/human` 3.3 (MIT): a MobileNet (Howard et al., 2017, arXiv 1704.04861)
that A. Savchenko trained on the identities of VGGFace2 (HSE_FaceRec_tf), in TensorFlow.js' format, batch normalisation
folded in. VGGFace2's own terms are unsettled. The weights only initialise a teacher; none of them is shipped.
"""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.errors import DataError

STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)  # of the 13 depthwise convolutions
Arrays = dict[str, npt.NDArray[np.float32]]


def read_faceres(folder: Path) -> Arrays:
    """Kernels in PyTorch's order [out, in, h, w] and biases.

    Args:
        folder: holds faceres.json and faceres.bin.

    Returns:
        "conv1", "dw1".."dw13" and "pw1".."pw13", each with ".w" and ".b".

    Raises:
        DataError: the files are missing or others.
    """
    try:
        raw = (folder / "faceres.bin").read_bytes()
        entries = json.loads((folder / "faceres.json").read_text())["weightsManifest"][0]["weights"]
        stored = _unpack(raw, entries)
        found = {
            "conv1.w": stored["conv1/convolution/merged_input"].transpose(3, 2, 0, 1),
            "conv1.b": stored["conv1_bn/batchnorm_1/sub"],
        }
        for index in range(1, len(STRIDES) + 1):
            scale = stored[f"conv_dw_{index}_bn/batchnorm_1/mul"]
            kernel = stored[f"conv_dw_{index}/depthwise_kernel"] * scale[None, None, :, None]
            found[f"dw{index}.w"] = kernel.transpose(2, 3, 0, 1)
            found[f"dw{index}.b"] = stored[f"conv_dw_{index}_bn/batchnorm_1/sub"]
            found[f"pw{index}.w"] = stored[f"conv_pw_{index}/convolution/merged_input"].transpose(3, 2, 0, 1)
            found[f"pw{index}.b"] = stored[f"conv_pw_{index}_bn/batchnorm_1/sub"]
    except (OSError, ValueError, LookupError) as error:
        raise DataError(f"{folder}: no faceres of npm's @vladmandic/human 3.3 there ({error})") from error
    return {name: np.ascontiguousarray(array) for name, array in found.items()}


def _unpack(raw: bytes, entries: list[dict[str, object]]) -> Arrays:
    """The arrays of the .bin in order, float16 except for integers."""
    arrays, offset = {}, 0
    for entry in entries:
        shape = [int(side) for side in entry["shape"]]  # type: ignore[attr-defined]
        kind = np.dtype(np.float16 if "quantization" in entry else np.int32)
        array = np.frombuffer(raw, kind, int(np.prod(shape)), offset).reshape(shape)
        offset += array.nbytes
        arrays[str(entry["name"])] = array.astype(np.float32)
    if offset != len(raw):
        raise ValueError(f"{len(raw)} bytes, expected {offset}")
    return arrays
