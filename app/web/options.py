"""OPTIONS, for every route: which methods it takes. It tells nothing else, so nobody needs to be signed in for it."""

from __future__ import annotations

from litestar import Litestar, Request, Response
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send


class Options(ASGIMiddleware):
    """Before guards and the session: Litestar's own handler runs under the guards, for which there is no user then.
    No other origin learns to write by it, as it never says that one may."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "OPTIONS":
            await next_app(scope, receive, send)
            return
        response = Response(None, status_code=204, headers={"Allow": ", ".join(_methods(scope))})
        await response.to_asgi_response(app=None, request=Request(scope))(scope, receive, send)


def _methods(scope: Scope) -> list[str]:
    app: Litestar = scope["litestar_app"]
    [methods] = [route.methods for route in app.routes if route.path_format == scope["path_template"]]
    return sorted(methods)
