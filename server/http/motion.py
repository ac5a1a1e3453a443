"""Whether this server gives motion values (docs/motion.md)."""

import logging

from server.logs import fields
from server.settings import Settings
from server.vision.errors import ModelFilesError
from server.vision.motion.availability import check_motion

log = logging.getLogger(__name__)


def grants_motion(settings: Settings) -> bool:
    """Whether clients may turn motion values on. If they cannot be had although they are wanted, the log says why."""
    if settings.living == "off":
        return False
    try:
        check_motion(settings.detector)
    except ModelFilesError as error:
        level = logging.WARNING if settings.living == "on" else logging.INFO
        log.log(level, "there are no motion values, so emojis are still", extra=fields(reason=str(error)))
        return False
    return True
