"""The fixtures of the product's tests that those of the laboratory use too."""

from tests.conftest import data_folder, empty_jpeg, empty_room, server, smiling, smiling_jpeg, start_server
from tests.unit.conftest import photographs

__all__ = [
    "data_folder",
    "empty_jpeg",
    "empty_room",
    "photographs",
    "server",
    "smiling",
    "smiling_jpeg",
    "start_server",
]
