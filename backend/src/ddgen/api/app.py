"""The application: routes, errors and guards put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

import ddgen
from ddgen.api.config import API, ServerSettings
from ddgen.api.context import Context
from ddgen.api.guard import Guard
from ddgen.api.metrics import Metrics
from ddgen.api.openapi import mended
from ddgen.api.parameters import only_known
from ddgen.api.problems import HANDLERS
from ddgen.api.rates import Limits
from ddgen.api.runner import Runner
from ddgen.store.heads import Heads
from ddgen.store.store import Store

if TYPE_CHECKING:
    from ddgen.api.oidc import Provider

ROUTES = (
    "dictionaries",
    "versions",
    "tables",
    "fields",
    "reviews",
    "history",
    "search",
    "exports",
    "uploads",
    "runs",
    "semantic_types",
    "ai",
    "keys",
)
"""The modules below `/api/v1`, each with a `router`."""


class Api(FastAPI):
    """The framework with our description of the API, and our guard before everything."""

    def __init__(self, context: Context, **options: Any) -> None:
        self._context = context
        self._routers: list[tuple[str, APIRouter]] = []
        super().__init__(**options)
        self.state.context = context

    def mount_routes(self, module: str, prefix: str = "") -> None:
        """Take up the routes of a module below `ddgen.api.routes`."""
        router: APIRouter = import_module(f"ddgen.api.routes.{module}").router
        self._routers.append((prefix, router))
        self.include_router(router, prefix=prefix)

    def methods_at(self, path: str) -> set[str]:
        """The methods of all routes of an address: the framework itself names those of the first one only."""
        return {
            method
            for prefix, router in self._routers
            for route in router.routes
            if isinstance(route, APIRoute) and path.startswith(prefix)
            if route.path_regex.match(path.removeprefix(prefix))
            for method in route.methods or ()
        }

    def openapi(self) -> dict[str, Any]:
        """The description of the API."""
        if self.openapi_schema is None:
            self.openapi_schema = mended(super().openapi(), auth=self._context.settings.auth)
        return self.openapi_schema

    def build_middleware_stack(self) -> ASGIApp:
        """Everything that a request goes through."""
        return Guard(super().build_middleware_stack(), self._context)


def create_app(settings: ServerSettings, store: Store, runner: Runner) -> Api:
    """The application for a store. Whoever opened the store closes it."""
    context = Context(
        settings=settings,
        store=store,
        heads=Heads(store.database, store.clock),
        runner=runner,
        limits=Limits(settings.rate, settings.failed_rate),
        metrics=Metrics(),
        provider=_provider(settings),
    )
    app = Api(
        context,
        title="ddgen",
        version=ddgen.__version__,
        summary="Dictionaries of data: what is in them, what people say of it, and how both change",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(context),
        exception_handlers=HANDLERS,
        generate_unique_id_function=_operation_id,
        dependencies=[Depends(only_known)],
        telemetry={"tracing": False},
    )
    app.mount_routes("system")
    for module in ROUTES:
        app.mount_routes(module, API)
    return app


def _provider(settings: ServerSettings) -> Provider | None:
    if settings.login is None:
        return None
    from ddgen.api.oidc import Provider as Opened

    return Opened(settings.login)


def _operation_id(route: APIRoute) -> str:
    return route.name


def _lifespan(context: Context) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(context.runner.start)
        yield
        context.closing.set()
        await run_in_threadpool(context.runner.close)

    return lifespan
