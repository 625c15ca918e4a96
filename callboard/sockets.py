"""All WebSocket routes."""

from executions.sockets import websocket_urlpatterns as executions
from launch.sockets import websocket_urlpatterns as launch
from review.sockets import websocket_urlpatterns as review

websocket_urlpatterns = [*executions, *review, *launch]
