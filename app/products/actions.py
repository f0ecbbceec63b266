from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, post

from app.errors import MARKED, Invalid
from app.i18n.message import say
from app.products.pages import EDIT, NEW, Act, Change, New
from app.products.tables import Product
from app.web.guards import admins
from app.web.request_body import read
from app.web.responses import respond


class ProductActions(Controller):
    guards = [admins]

    @post("/api/admin/products/new", opt={"form": NEW, "quota": "products"})
    async def create(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, New)
        return await respond(request, await Product.create(body.slug, body.terms, by=request.user), 201)

    @post("/api/admin/products/change", status_code=200, opt={"form": EDIT, "quota": "products"})
    async def change(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Change)
        product = await Product.with_id(body.product_id)
        return await respond(request, await product.change(body.terms, by=request.user, version=body.version))

    @post("/api/admin/products", status_code=200, opt={"takes": Act, "quota": "products"})
    async def act(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Act)
        product = await Product.with_id(body.product_id)
        if body.action == "retire":
            return await respond(request, await product.retire(by=request.user))
        if body.action == "restore":
            return await respond(request, await product.restore(by=request.user))
        raise Invalid(MARKED, {"action": say("Choose one of {choices}.", choices="retire, restore")})
