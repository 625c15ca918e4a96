"""Every address."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from callboard import views
from callboard.api import api
from notifications import links

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-in/link/", views.sign_in_link, name="sign-in-link"),
    path("sign-out/", auth.LogoutView.as_view(), name="sign-out"),
    path("settings/", views.settings_page, name="settings"),
    path("settings/messages/", views.choose_messages, name="settings-messages"),
    path("open/<str:token>/", links.follow, name="notification-link"),
    path("", include("designer.urls")),
    path("", include("executions.urls")),
    path("", include("review.urls")),
    path("", include("launch.urls")),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
]

handler403 = "callboard.views.forbidden"
handler404 = "callboard.views.absent"
handler500 = "callboard.views.failed"
