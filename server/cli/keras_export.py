"""`--model file.keras`: exports the model first, in a child process, because only that needs TensorFlow.

The result is kept in the user's cache under a hash of the file's content, for the next start.
"""

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import platformdirs

from server.errors import StartError
from server.settings import ROOT

# Part of the hash: to be changed when the conversion gives other files.
CONVERSION = b"2"


def exported_model(model: Path) -> Path:
    """The folder of an exported model: the given one, or one made from a .keras file.

    Raises:
        StartError: the file cannot be exported; the message says why.
    """
    try:
        content = model.read_bytes() if model.is_file() else None
    except OSError as error:
        raise StartError(f"--model {str(model)[:80]}: {error.strerror}") from error
    if content is None:
        return model
    if model.suffix not in (".keras", ".h5", ".hdf5"):  # the export says how to convert HDF5
        raise StartError(f"--model {model}: is neither a .keras file nor the folder of an exported model")
    config = model.with_name("config.json")  # a training run stores its labels there
    content += CONVERSION + (config.read_bytes() if config.is_file() else b"")
    folder = _cache() / hashlib.sha256(content).hexdigest()[:16]
    if (folder / "emotion.json").exists():
        return folder
    if model.suffix == ".keras":
        if importlib.util.find_spec("tensorflow") is None:
            raise StartError(f"--model {model}: exporting it needs TensorFlow; run pip install -r requirements.txt")
        print(f"Exporting {model} with TensorFlow; the result is cached", flush=True)
    command = [sys.executable, "-m", "model", "convert", str(model.resolve()), "--out", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["the export failed"])[-1]
        raise StartError(f"--model {reason.removeprefix('error: ')}")
    for note in done.stdout.splitlines()[1:]:  # what was changed; the first line names the files in the cache
        print(f"  {note}", flush=True)
    return folder


def _cache() -> Path:
    return Path(platformdirs.user_cache_dir("emojify", appauthor=False)) / "models"
