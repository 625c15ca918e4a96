from django.urls import path

from launch import views

urlpatterns = [
    path("launch/", views.gallery, name="launch"),
    path("launch/<slug:slug>/", views.workflow, name="launch-workflow"),
    path("launch/<slug:slug>/start/", views.start, name="launch-start"),
    path("launch/<slug:slug>/upload/", views.upload_video, name="launch-upload"),
    path("launch/<slug:slug>/<int:launch_id>/", views.run, name="launch-run"),
    path("launch/<slug:slug>/<int:launch_id>/progress/", views.run_progress, name="launch-progress"),
    path("launch/<slug:slug>/<int:launch_id>/decide/", views.decide_question, name="launch-decide"),
]
