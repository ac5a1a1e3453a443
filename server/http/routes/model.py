"""`GET /api/model`: which model is served."""

from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from server.http.schema import ModelServed
from server.settings import Settings
from server.vision.expression.manifest import Manifest


def add_model(app: FastAPI, settings: Settings, manifest: Manifest) -> None:
    """Add the route."""
    served = describe_model(settings, manifest)
    example = {"content": {"application/json": {"example": served}}}

    @app.get("/api/model", response_model=ModelServed, responses={200: example}, tags=["api"])
    async def model() -> JSONResponse:
        """The model: its labels in the order of the scores, its measured accuracy, and the limits of a picture."""
        return JSONResponse(served)


def describe_model(settings: Settings, manifest: Manifest) -> dict[str, Any]:
    """The response."""
    return {
        "name": manifest.name,
        "labels": list(manifest.labels),
        "sha256": manifest.files[settings.engine].sha256,
        "accuracy": dict(manifest.accuracy),
        "input_px": manifest.size,
        "engine": settings.engine,
        "detector": settings.detector,
        "limits": {
            "frame_bytes": settings.frame_bytes,
            "frame_pixels": settings.frame_pixels,
            "picture_bytes": settings.picture_bytes,
            "picture_pixels": settings.picture_pixels,
        },
    }
