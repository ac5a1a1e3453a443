"""Make sure that Firefox and WebKitGTK are there for the tests: `python -m tests.support.engines`.

Both come from Debian's packages. Where they cannot be installed, the tests of that engine are skipped and say why.
"""

from tests.support.debian import install_packages
from tests.support.firefox import find_firefox
from tests.support.webkit import find_webkit

FIREFOX = ["firefox-esr"]
# The plugins decode films; Xvfb is the display.
WEBKIT = ["webkit2gtk-driver", "gstreamer1.0-plugins-good", "xvfb", "xauth"]


def install() -> None:
    """Install the engines that are missing, and say which of them there is none of in the end."""
    missing = [*([] if find_firefox() else FIREFOX), *([] if find_webkit() else WEBKIT)]
    if missing:
        print(f"installing {', '.join(missing)} for the tests", flush=True)
        install_packages(*missing)
    for name, find in (("Firefox", find_firefox), ("WebKitGTK", find_webkit)):
        if not find():
            print(f"{name} cannot be installed from Debian's packages: tests/browser/test_engines.py skips its tests")


if __name__ == "__main__":
    install()
