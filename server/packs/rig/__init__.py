"""Rigs: emojis that move. A pack may have a `rig.json` beside its pictures; docs/rigs.md describes it."""

import json
from pathlib import Path

from server.packs.rig.compile import compile_rig
from server.packs.rig.drawing import Rig
from server.packs.rig.schema import read_fields

FILE_NAME = "rig.json"
# The largest of our own packs has a tenth of it.
MAX_BYTES = 256 * 1024


class BrokenRigError(Exception):
    """A file that is no rig; the message says why."""


def load_rig(path: Path) -> Rig:
    """Load and check a rig.

    Raises:
        BrokenRigError: it cannot be read, is too large, or is wrong; one line that says what and where.
    """
    try:
        if not path.is_file() or path.is_symlink():  # reading from a pipe could block for ever
            raise BrokenRigError("it is not a regular file")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise BrokenRigError(f"it has more than {MAX_BYTES // 1024} kB")
        return compile_rig(read_fields(json.loads(content.decode("utf-8-sig"))))
    except OSError as error:
        raise BrokenRigError(f"it cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        kind = "" if type(error) is ValueError else "it is not JSON: "
        raise BrokenRigError(f"{kind}{str(error)[:300]}") from error
