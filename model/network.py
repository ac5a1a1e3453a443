"""The network: a small residual CNN from raw grey pixels to logits and probabilities.

He et al., 2015, arXiv 1512.03385, with three stages. Batch normalisation folds into the convolutions at
export, and every operation has an int8 kernel, so the exported file runs in well under a millisecond.
"""

import keras
from keras import layers

from model.dataset import SIZE
from model.errors import RunError
from model.precision import FusedBatchNormalization, hidden_precision
from model.shapes import SHAPES
from model.tutorial import make_tutorial


def make_network(name: str, classes: int, precision: str = "") -> keras.Model:
    """Build a network by its name in `SHAPES`, or the tutorial's.

    Args:
        name: of the network.
        classes: how many labels it knows.
        precision: of a network that is to be trained, see `model.precision`. Its weights are float32 and in the
            same order as those of the plain one, into which they go when training is done.

    Returns:
        A model from float32 or uint8 [n, 48, 48, 1], raw grey 0..255, to float32 [n, classes] probabilities.
        Its layer "logits" is the last with weights: temperature and class priors are folded in there.

    Raises:
        RunError: no network of this name.
    """
    if name == "tutorial":
        return make_tutorial(classes)
    if name not in SHAPES:
        raise RunError(f"no network is called {name!r}; there are {', '.join([*SHAPES, 'tutorial'])}")
    shape = SHAPES[name]
    normalise = FusedBatchNormalization if precision else layers.BatchNormalization
    inputs = keras.Input((SIZE, SIZE, 1), name="grey", dtype="float32")
    with hidden_precision(precision):
        # Scaling belongs to the model: whoever feeds it, feeds raw pixels, in training as in serving.
        x = layers.Rescaling(1 / 127.5, offset=-1, name="rescaling")(inputs)
        x = _convolution(x, shape.stem, 1, normalise)
        for stage, (width, blocks) in enumerate(zip(shape.widths, shape.blocks, strict=True)):
            for block in range(blocks):
                stride = 2 if block == 0 else 1
                x = _residual(x, width, stride, normalise, name=f"stage{stage + 1}_block{block + 1}")
        x = layers.GlobalAveragePooling2D(name="pool")(x)
        x = layers.Dropout(shape.dropout, name="dropout")(x)
    # With the 8 bits of a bfloat16 close probabilities would be one.
    x = layers.Dense(classes, name="logits", dtype="float32")(x)
    answer = layers.Softmax(name="probabilities", dtype="float32")(x)
    return keras.Model(inputs, answer, name=name.replace("-", "_"))


def with_features(model: keras.Model) -> keras.Model:
    """The network as it is exported: logits, and the features from which its last layer computes them.

    Args:
        model: of `make_network`.

    Returns:
        A model with the same weights, from grey crops to {"logits": [n, classes], "features": [n, width]}, float32.
    """
    logits = model.get_layer("logits")
    return keras.Model(model.inputs[0], {"logits": logits.output, "features": logits.input}, name=model.name)


def multiply_adds(model: keras.Model) -> int:
    """Multiply-adds of one forward pass on one image: convolutions and dense layers."""
    total = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, height, width, _ = layer.output.shape
            total += height * width * int(layer.kernel.shape.num_elements())
        elif isinstance(layer, layers.Dense):
            total += int(layer.kernel.shape.num_elements())
    return total


def _convolution(
    x: keras.KerasTensor, width: int, stride: int, normalise: type[layers.BatchNormalization], relu: bool = True
) -> keras.KerasTensor:
    x = layers.Conv2D(width, 3, stride, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    x = normalise(momentum=0.9)(x)
    return layers.ReLU()(x) if relu else x


def _residual(
    x: keras.KerasTensor, width: int, stride: int, normalise: type[layers.BatchNormalization], name: str
) -> keras.KerasTensor:
    shortcut = x
    if stride != 1 or x.shape[-1] != width:
        shortcut = layers.Conv2D(width, 1, stride, use_bias=False, kernel_initializer="he_normal")(x)
        shortcut = normalise(momentum=0.9)(shortcut)
    y = _convolution(x, width, stride, normalise)
    y = _convolution(y, width, 1, normalise, relu=False)
    return layers.ReLU(name=name)(layers.Add()([y, shortcut]))
