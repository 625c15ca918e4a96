"""All WebSocket routes."""

from designer.sockets import websocket_urlpatterns as designer
from executions.sockets import websocket_urlpatterns as executions
from launch.sockets import websocket_urlpatterns as launch
from review.sockets import websocket_urlpatterns as review

websocket_urlpatterns = [*designer, *executions, *review, *launch]
