"""`/healthz` and `/readyz`: for the supervisor that restarts the process and the balancer that sends it clients."""

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from server.live.inference_pool import InferencePool


def add_health(app: FastAPI, pool: InferencePool) -> None:
    """Add both routes."""

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        """Whether the process works; 503 once it should be replaced."""
        state = {"status": "ok" if pool.healthy else "failing", "abandoned_threads": pool.abandoned}
        return JSONResponse(state, status_code=200 if pool.healthy else 503)

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        """Whether the model is loaded and warm; 503 until then."""
        ready = pool.ready.is_set() and pool.healthy
        return JSONResponse({"ready": ready}, status_code=200 if ready else 503)
