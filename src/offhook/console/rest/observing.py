"""For those who watch over the console: is it alive, is it ready, what has it counted.

Source: docs/programs.md; Prometheus exposition format.
"""

import msgspec
from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from offhook.console.metrics import CONTENT_TYPE
from offhook.console.rest.route_parts import Parts, problems

__all__ = ["METRICS_ROUTES", "OBSERVING_ROUTES", "Health", "Ready", "get_health", "get_metrics", "get_ready"]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """A sign of life."""

    status: str
    """Always `ok`: a console that is not well does not answer."""
    version: str


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the console can do its work."""

    is_ready: bool
    problems: list[str]
    """What keeps it from it."""


@get(
    "/health",
    operation_id="getHealth",
    summary="Sign of life",
    tags=["session"],
    security=[{}],
    responses=problems(500),
)
async def get_health(parts: Parts) -> Health:
    """Answer that the console runs; needs no login."""
    return Health(status="ok", version=parts.version)


@get(
    "/ready",
    operation_id="getReady",
    summary="Whether it can do its work",
    tags=["session"],
    security=[{}],
    responses={
        **problems(500),
        503: ResponseSpec(Ready, generate_examples=False, description="Something keeps it from its work."),
    },
)
async def get_ready(parts: Parts) -> Response[Ready]:
    """Answer whether reports are taken and stored; needs no login."""
    found = await parts.readiness.problems()
    return Response(Ready(is_ready=not found, problems=found), status_code=503 if found else 200)


@get(
    "/metrics",
    operation_id="getMetrics",
    summary="What was counted, for Prometheus",
    tags=["session"],
    media_type="text/plain",
    responses=problems(401, 403, 500, 503),
)
async def get_metrics(parts: Parts) -> Response[str]:
    """Give counters and gauges in Prometheus' text format, also at `/metrics`. Takes a token with `metrics:read`."""
    return Response(parts.metrics.text().decode("utf-8"), headers={"Content-Type": CONTENT_TYPE})


METRICS_ROUTES: list[BaseRouteHandler] = [get_metrics]
OBSERVING_ROUTES: list[BaseRouteHandler] = [get_health, get_ready]
