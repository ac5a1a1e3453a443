"""Types of the arrays that the stages work on. `types` holds the values that need no numpy."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Grey: TypeAlias = NDArray[np.uint8]  # luminance, 0 black to 255 white
Floats: TypeAlias = NDArray[np.float32]
