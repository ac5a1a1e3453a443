"""Helpers that the tests share with each other and with the laboratory; this package contains no tests."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
