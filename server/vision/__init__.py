"""From pixels to faces: decode, detect, align, classify, track. It does not depend on the web.

The entry point is `pipeline.Pipeline`. A pipeline belongs to one thread, because interpreters are not thread-safe. What
a connection remembers between its frames is a `state.State`, an immutable value.
"""

import os

# OpenCV reads this when cv2 is first imported, so it is set here, before every module of this package. `images` refuses
# large pictures by their header; this limits all other calls of OpenCV's decoders too. 2**26 is 8192x8192: more than
# any camera has, and only 64 MB of grey pixels.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(2**26))
