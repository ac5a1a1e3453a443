"""Make sure that there is a browser for the tests: `python -m tests.support.chromium`.

A Chromium or Chrome that is there is used; else Debian's package is installed; else Playwright's own download.
"""

import os
import shutil
import subprocess
import sys

from tests.support.debian import install_packages

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)

FLAGS = [
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
]


def find_browser() -> str | None:
    """The program of an installed Chromium or Chrome, or None to use Playwright's own."""
    for candidate in (os.environ.get("EMOJIFY_BROWSER"), *NAMES, *PLACES):
        if candidate and (found := shutil.which(candidate)):
            return found
    return None


def install() -> int:
    """Install a browser if there is none; 0 when there is one in the end."""
    if find_browser():
        return 0
    print("no Chromium or Chrome found: installing one for the tests", flush=True)
    install_packages("chromium")
    if find_browser():
        return 0
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=False)
    if done.returncode:
        print("no browser could be installed; install Chromium or Chrome, or name one in EMOJIFY_BROWSER")
    return done.returncode


if __name__ == "__main__":
    sys.exit(install())
