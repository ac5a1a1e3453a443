"""Emojify's server: finds faces in camera frames, reads their expressions and answers over a WebSocket."""

__version__ = "0.1.0"
