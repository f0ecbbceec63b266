"""Renders a fragment once and sends it to a group."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.template.loader import render_to_string

from desk.models import CustomerAccount, TradingCode


def send(group: str, html: str) -> None:
    async_to_sync(get_channel_layer().group_send)(group, {"type": "fragment", "html": html})


def code_changed(code: TradingCode, account: CustomerAccount | None, by: str) -> None:
    context = {"code": code, "account": account, "push": True}
    verb = "activated" if account else "generated"
    send("admin", render_to_string("desk/push_admin.html", {**context, "message": f"{by} {verb} a code."}))
    own = f"Your code {code.code} is active." if account else ""
    send(f"user-{code.owner_id}", render_to_string("desk/push_client.html", {**context, "message": own}))


def told_to_everyone(message: str, level: str) -> None:
    send("everyone", render_to_string("desk/toast.html", {"message": message, "level": level}))
