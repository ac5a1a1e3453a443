"""`/privacy`: the language that a browser gets."""

import pytest

from server.http.routes.privacy import preferred_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.4, de;q=0.9", "de"),
        ("fr,en;q=0.5,de;q=0.5", "en"),
        ("de;q=0", "en"),
        ("de;q=x, ,;;,en", "en"),
        ("fr", "en"),
    ],
)
def test_the_language_wanted_most(header: str, language: str) -> None:
    assert preferred_language(header) == language
