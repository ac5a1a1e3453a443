"""nginx and Caddy in front of a server: the files of deploy/ except for names, ports and certificates, and plain ones.

Programs that are installed are used; where there are none, Debian's packages are fetched and unpacked into .tools,
which needs no root.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.support import ROOT
from tests.support.running_server import TIMEOUT

UNPACKED = ROOT / ".tools" / "debian"
NAME = "faces.example.org"


def find(program: str) -> str | None:
    """The program, downloaded if necessary; None where it is not available."""
    for place in (None, UNPACKED / "usr" / "sbin", UNPACKED / "usr" / "bin"):
        if found := shutil.which(program, path=str(place) if place else None):
            return found
    fetched = _fetch(program)
    return str(fetched) if fetched else None


def _fetch(program: str) -> Path | None:
    apt, unpack = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if not (apt and unpack):
        return None
    UNPACKED.mkdir(parents=True, exist_ok=True)
    for attempt in ("download", "update", "download"):  # a machine may know no packages yet
        command = [apt, "-qq", attempt, *([program] if attempt == "download" else [])]
        done = subprocess.run(command, cwd=UNPACKED, capture_output=True, check=False, timeout=300)
        if attempt == "download" and done.returncode == 0:
            break
    for package in UNPACKED.glob(f"{program}_*.deb"):
        subprocess.run([unpack, "-x", str(package), str(UNPACKED)], check=False, capture_output=True)
        package.unlink()
    return next((path for path in UNPACKED.glob(f"usr/*bin/{program}") if path.is_file()), None)


def free_port() -> int:
    """A free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def nginx_config(folder: Path, port: int, server: int, certificate: Path) -> list[str]:
    """Write the files of nginx; returns its options. `certificate` is a PEM file with chain and key."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    kept = [line for line in text.splitlines() if "[::]" not in line]
    text = "\n".join(kept)
    for old, new in (
        ("listen 443 ", f"listen {port} "),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("127.0.0.1:8000", f"127.0.0.1:{server}"),
        (f"/etc/letsencrypt/live/{NAME}/fullchain.pem", str(certificate)),
        (f"/etc/letsencrypt/live/{NAME}/privkey.pem", str(certificate)),
        ("/var/log/nginx/emojify.log", str(folder / "access.log")),
        (NAME, "localhost"),
    ):
        assert old in text, f"deploy/nginx.conf has no {old!r} any more"
        text = text.replace(old, new)
    return _nginx_options(folder, text)


def plain_nginx_config(folder: Path, port: int, certificate: Path, locations: str) -> list[str]:
    """Write the files of nginx for one site with TLS and these `location` blocks; returns its options."""
    site = f"listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {certificate};"
    return _nginx_options(folder, f"server {{ {site} {locations} }}\n")


def _nginx_options(folder: Path, site: str) -> list[str]:
    (folder / "emojify.conf").write_text(site)
    temporary = "".join(
        f"    {kind}_temp_path {folder / kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nmaster_process off;\npid {folder / 'pid'};\nerror_log {folder / 'error.log'};\n"
        f"events {{}}\nhttp {{\n    access_log off;\n{temporary}    include {folder / 'emojify.conf'};\n}}\n"
    )
    return ["-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


def caddy_config(folder: Path, port: int, server: int, certificate: Path) -> list[str]:
    """Write the files of Caddy; returns its options."""
    text = (ROOT / "deploy" / "Caddyfile").read_text()
    site = f"https://:{port} {{\n\ttls {certificate} {certificate}"
    for old, new in ((f"\n{NAME} {{", f"\n{site}"), ("127.0.0.1:8000", f"127.0.0.1:{server}")):
        assert old in text, f"deploy/Caddyfile has no {old!r} any more"
        text = text.replace(old, new)
    ours = f"{{\n\tadmin off\n\tauto_https off\n\tstorage file_system {folder / 'caddy'}\n}}\n"
    (folder / "Caddyfile").write_text(ours + text)
    return ["run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


CONFIGS: dict[str, Callable[[Path, int, int, Path], list[str]]] = {"nginx": nginx_config, "caddy": caddy_config}


class Proxy:
    """A proxy as a process."""

    def __init__(self, program: str, options: list[str], port: int, folder: Path) -> None:
        """Start it and wait until its port is open; raises RuntimeError with its output if it exits."""
        self._words = folder / "words.txt"
        with self._words.open("wb") as words:
            environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
            self._process = subprocess.Popen([program, *options], stdout=words, stderr=words, env=environment)
        until = time.monotonic() + TIMEOUT
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        self.end()
        raise RuntimeError(f"{program} did not start: {self._words.read_text(errors='replace')[-2000:]}")

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait(TIMEOUT)
