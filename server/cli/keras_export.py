"""`--model file.keras`: a model that was not exported yet is exported first, by a process of its own.

That process needs TensorFlow; this one does not load it. The result is kept in the user's cache, by the file's
content, so that the next start is as fast as any.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from server.errors import StartError
from server.settings.groups import ROOT


def exported(model: Path) -> Path:
    """The folder of an exported model: the one given, or one made from a bare .keras file.

    Raises:
        StartError: the file cannot be exported; says why.
    """
    try:
        content = model.read_bytes() if model.is_file() else None
    except OSError as error:
        raise StartError(f"--model {str(model)[:80]}: {error.strerror}") from error
    if content is None:
        return model
    if model.suffix != ".keras":
        raise StartError(f"--model {model}: give the folder of an exported model, or a .keras file")
    names = model.with_name("config.json")  # a training run keeps its labels there
    content += names.read_bytes() if names.is_file() else b""
    folder = _cache() / hashlib.sha256(content).hexdigest()[:16]
    if (folder / "emotion.json").exists():
        return folder
    if importlib.util.find_spec("tensorflow") is None:
        raise StartError(f"--model {model}: to export it TensorFlow is needed: pip install -r requirements.txt")
    print(f"exporting {model} with TensorFlow (once)", flush=True)
    command = [sys.executable, "-m", "model", "convert", str(model.resolve()), "--out", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr.strip().splitlines() or ["it could not be exported"])[-1]
        raise StartError(f"--model {words.removeprefix('error: ')}")
    return folder


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "emojify" / "models"
