"""Pixels to faces: decode, detect, align, classify, track; it knows nothing of the web.

`pipeline.Pipeline` is the way in. One pipeline belongs to one thread, because interpreters are not
thread-safe; what a connection remembers between its frames is a `state.State`, a plain value.
"""

import os

# OpenCV reads this once, when cv2 is first imported, hence here: before every module of this package.
# `decode` refuses large frames by their header already; this is the second line for whatever else calls
# OpenCV's decoders. 2**26 is 8192x8192: above every camera, and still only 64 MB of grey pixels.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(2**26))
