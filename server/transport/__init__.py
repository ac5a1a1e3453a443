"""Limits on what a client may hold open or leave unfinished, by the internals of uvicorn and websockets.

Optional: without this folder, or with versions that it does not fit, the server runs on plain uvicorn (README.md).
"""
