"""Runs the steps of the Dockerfile without Docker: `python -m lab.container` (or `make test-container`).

Needs root on Debian and a network. debootstrap, which also makes `debian:bookworm-slim`, makes the base image, and each
step runs in a chroot of it. The result is started by its CMD as its USER on a read-only file system without
capabilities, checked by its HEALTHCHECK, sent a frame and a picture, and stopped. Prints the sizes. Not covered:
layers, Docker's own limits, compose's network. Takes ten minutes and 2 GB in a temporary folder.
"""

import argparse
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from websockets.sync.client import connect

from lab.container.dockerfile import Stage, context, read
from tests.support import ROOT
from tests.support.pictures import astronaut_frame, to_jpeg
from tests.support.running_server import TIMEOUT

SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"
PORT = 8000
# Files for downloads where this machine's certificates are not Debian's; none of them stays in the image.
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
MAX_MB = 400


def debootstrap(folder: Path) -> Path:
    """Make a minimal Debian in a folder of its own."""
    root = folder / "base"
    subprocess.run(["apt-get", "download", "debootstrap"], cwd=folder, check=True, capture_output=True)
    (file,) = folder.glob("debootstrap*.deb")
    subprocess.run(["dpkg-deb", "-x", file, folder / "tools"], check=True)
    environment = os.environ | {"DEBOOTSTRAP_DIR": str(folder / "tools" / "usr" / "share" / "debootstrap")}
    script = folder / "tools" / "usr" / "sbin" / "debootstrap"
    subprocess.run(
        ["/bin/sh", script, "--variant=minbase", SUITE, root, MIRROR], env=environment, check=True, stdout=sys.stderr
    )
    # As in the official image: no documents, no translations, no package archives.
    for path in ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/lib/apt/lists", "var/cache/apt"):
        shutil.rmtree(root / path, ignore_errors=True)
    return root


def build(stage: Stage, base: Path, root: Path, built: dict[str, Path]) -> None:
    """Run the steps of one stage."""
    if stage.base == "scratch":
        root.mkdir()
    else:
        subprocess.run(["cp", "-a", base, root], check=True)
    files = list(context(ROOT, ROOT / ".dockerignore"))
    for step in stage.steps:
        print(f"{step.word} {step.rest[:100]}", file=sys.stderr, flush=True)
        if step.word == "RUN":
            _run(root, step.rest)
        elif step.word == "COPY" and step.rest.startswith("--from="):
            name, source, target = step.rest.removeprefix("--from=").split()
            source_root = built[name] / source.strip("/")
            subprocess.run(["cp", "-a", f"{source_root}/.", root / target.strip("/")], check=True)
        elif step.word == "COPY":
            *sources, target = step.rest.split()
            for wanted in sources:
                _copy(files, Path(wanted), root / target.strip("/"), into=target.endswith("/"))


def _run(root: Path, command: str) -> None:
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")
    shutil.copy(CERTIFICATES, root / "certificates.pem")
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PIP_CERT": "/certificates.pem"}
    script = f"mount --bind /dev {root}/dev && mount -t proc proc {root}/proc && exec chroot {root} /bin/sh -c \"$1\""
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", command], env=environment, check=False, stdout=sys.stderr
    )
    (root / "certificates.pem").unlink()
    if done.returncode:
        raise SystemExit(f"this step failed: RUN {command}")


def _copy(files: list[Path], wanted: Path, target: Path, into: bool) -> None:
    for file in files:
        if file == wanted or wanted in file.parents:
            place = target / file.name if into else target / file.relative_to(wanted)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, place)


def inside(root: Path, stage: Stage, words: list[str]) -> list[str]:
    """The command line that runs a command in the image as Docker would with --read-only and without capabilities."""
    variables = " ".join(f"{name}={value}" for name, value in stage.environment.items())
    user, group = stage.last("USER").split(":")
    script = (
        f"mount --bind {root} {root} && mount -o remount,ro,bind {root} && mount -t tmpfs tmpfs {root}/tmp && "
        f"mount -t proc proc {root}/proc && mount -t tmpfs tmpfs {root}/dev && "
        f"for name in null zero urandom random; do touch {root}/dev/$name && mount --bind /dev/$name {root}/dev/$name; "
        # A user other than root has no capabilities (CapEff 0), and no_new_privs prevents new ones.
        f"done && exec env -i {variables} {shutil.which('setpriv')} --no-new-privs {shutil.which('unshare')} "
        f"--root={root} --wd={stage.last('WORKDIR')} --setgid={group} --setuid={user} {shlex.join(words)}"
    )
    return ["unshare", "-m", "sh", "-c", script]


def try_it(root: Path, stage: Stage) -> dict[str, object]:
    """Start the image by its CMD and use it."""
    began = time.perf_counter()
    server = subprocess.Popen(inside(root, stage, stage.command("CMD")), stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        line = server.stdout.readline().strip()
        assert "ready" in line, f"it said {line!r}"
        found: dict[str, object] = {"ready_s": round(time.perf_counter() - began, 2)}
        check = subprocess.run(inside(root, stage, stage.command("HEALTHCHECK")), check=False)
        assert check.returncode == 0, "the HEALTHCHECK fails"
        status = (Path("/proc") / str(server.pid) / "status").read_text()
        found["process"] = {
            name: value.split()[0] if name != "Uid" else value.split()
            for name, value in (row.split(":", 1) for row in status.splitlines())
            if name in ("Uid", "CapEff", "NoNewPrivs", "VmRSS")
        }
        writes = [stage.command("CMD")[0], "-c", "open('/app/x', 'w')"]
        denied = subprocess.run(inside(root, stage, writes), check=False, stderr=subprocess.PIPE, text=True)
        assert "Read-only file system" in denied.stderr or "Permission denied" in denied.stderr, denied.stderr
        jpeg = to_jpeg(astronaut_frame())
        with connect(f"ws://localhost:{PORT}/ws", open_timeout=TIMEOUT) as socket:
            socket.recv(TIMEOUT)
            socket.send(jpeg)
            answer = json.loads(socket.recv(TIMEOUT))
            found["frame"] = [face["label"] for face in answer["faces"]]
        assert found["frame"] == ["happy"], answer
        with urllib.request.urlopen(f"http://localhost:{PORT}/", timeout=TIMEOUT) as page:
            assert page.status == 200
        server.send_signal(signal.SIGTERM)
        found["exit_code"] = server.wait(TIMEOUT)
    finally:
        if server.poll() is None:
            server.kill()
        server.wait()
    return found


def megabytes(path: Path) -> float:
    """The size of a folder on disk in 10^6 bytes."""
    done = subprocess.run(["du", "-sxB1", path], capture_output=True, text=True, check=True)
    return round(int(done.stdout.split()[0]) / 1e6, 1)


def main() -> int:
    """Build and try the image; returns 0 when every check passed."""
    parser = argparse.ArgumentParser(prog="python -m lab.container", description=__doc__)
    parser.add_argument("--folder", type=Path, help="work here and keep everything; an existing base image is reused")
    options = parser.parse_args()
    if os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("apt-get")):
        print("not tried: the steps of a Dockerfile without Docker need root, unshare and Debian's apt-get")
        return 0
    with tempfile.TemporaryDirectory(prefix="emojify-container-") as temporary:
        folder = options.folder or Path(temporary)
        base = folder / "base" if (folder / "base").exists() else debootstrap(folder)
        built: dict[str, Path] = {}
        stages = read(ROOT / "Dockerfile")
        for number, stage in enumerate(stages):
            root = folder / f"stage{number}"
            if root.exists():
                shutil.rmtree(root)
            build(stage, base, root, built)
            built[stage.name] = root
        parts = {"Debian and Python": root / "usr", "packages": root / "packages", "app": root / "app", "all": root}
        sizes = {name: megabytes(part) for name, part in parts.items()}
        print(json.dumps({"mb": sizes, "tried": try_it(root, stages[-1])}, indent=1))
    return 0 if sizes["all"] < MAX_MB else 1


if __name__ == "__main__":
    sys.exit(main())
