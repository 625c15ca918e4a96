from django.urls import path

from designer.presence import PresenceConsumer

websocket_urlpatterns = [path("ws/workflows/<int:pk>/", PresenceConsumer.as_asgi())]
