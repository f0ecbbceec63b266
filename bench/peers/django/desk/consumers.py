from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer


class DeskConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        person = self.scope["user"]
        if not person.is_authenticated:
            await self.close()
            return
        self.rooms = ["everyone", f"user-{person.pk}", *(["admin"] if person.is_staff else [])]
        for room in self.rooms:
            await self.channel_layer.group_add(room, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        for room in getattr(self, "rooms", []):
            await self.channel_layer.group_discard(room, self.channel_name)

    async def fragment(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["html"])
