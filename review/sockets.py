from django.urls import path

from review.consumers import ReviewsConsumer

websocket_urlpatterns = [path("ws/reviews/", ReviewsConsumer.as_asgi())]
