"""The WebSocket routes of this application."""

from django.urls import path

from executions.consumers import ExecutionConsumer, ExecutionListConsumer

websocket_urlpatterns = [
    path("ws/executions/", ExecutionListConsumer.as_asgi()),
    path("ws/executions/<int:pk>/", ExecutionConsumer.as_asgi()),
]
