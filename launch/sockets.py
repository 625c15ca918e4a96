from django.urls import path

from launch.consumers import LaunchConsumer

websocket_urlpatterns = [path("ws/launches/<int:launch_id>/", LaunchConsumer.as_asgi())]
