"""The server with another `web` folder: `WEB=folder python -m tests.support.other_web`, options as of `server`."""

import os
import sys
from pathlib import Path

import server.http.app
from server.__main__ import main

if __name__ == "__main__":
    server.http.app.WEB = Path(os.environ["WEB"])
    server.http.app.TEMPLATES = server.http.app.WEB / "templates"
    sys.exit(main())
