"""Names the expressions in pictures: python docs/example.py photo.jpg another.png (from the folder of Emojify)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # Emojify is run from its folder, not installed

from server import Emojifier

emojifier = Emojifier()
for name in sys.argv[1:]:
    for face in emojifier.analyse(name).faces:
        x, y, width, height = face.box
        print(f"{name}: {face.label} {face.confidence:.0%}, {width:.0%} of the width, at {x:.0%} from the left")
