"""The language of the pages: which files there are, and which one a browser gets."""

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from server.http.languages import find_languages, preferred_language

WEB = Path(__file__).parents[2] / "web"


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
        ("fr, *;q=0.5", "en"),
        ("zh-TW", "zh-TW"),
        ("ZH-tw", "zh-TW"),
        ("zh-Hant-HK", "zh"),
        ("zh-CN,de;q=0.9", "zh"),
        ("pt-BR", "pt-BR"),
        ("pt-PT", "en"),
        ("pt-PT,de;q=0.2", "de"),
    ],
)
def test_a_browser_gets_the_language_it_prefers(header: str, language: str) -> None:
    assert preferred_language(header, ("de", "en", "pt-BR", "zh", "zh-TW")) == language


def test_a_header_of_any_length_is_read_in_bounded_steps() -> None:
    assert preferred_language("de-" + "a-" * 500_000, ("de", "en")) == "de"
    assert preferred_language("fr," * 500_000 + "de", ("de", "en")) == "en", "only the first 1000 characters count"


def test_a_language_is_a_file_named_by_its_tag(tmp_path: Path) -> None:
    for name in ("en.js", "pt-BR.js", "notes.txt", "_draft.js", "x.js"):
        (tmp_path / name).touch()
    assert find_languages(tmp_path, ".js") == ("en", "pt-BR")


def test_each_language_has_its_texts_of_both_kinds() -> None:
    """A language is two files: the page's messages, and the pages of text."""
    texts = WEB / "templates" / "languages"
    assert find_languages(WEB / "static" / "js" / "messages", ".js") == find_languages(texts, ".html")
    templates = Environment(loader=FileSystemLoader(texts), autoescape=True)
    names = {language: set(dir(templates.get_template(f"{language}.html").module)) for language in ("de", "en")}
    assert names["de"] == names["en"] >= {"privacy", "privacy_title", "token", "token_title"}
