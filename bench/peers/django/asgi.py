import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
http = get_asgi_application()

from desk.consumers import DeskConsumer  # noqa: E402  (needs the apps to be loaded)

sockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([path("live", DeskConsumer.as_asgi())])))
application = ProtocolTypeRouter({"http": http, "websocket": sockets})
