from django.urls import path

from executions import alert_views, input_views, list_views, map_run_views, understanding_views, views

urlpatterns = [
    path("executions/", list_views.execution_list, name="executions"),
    path("executions/export.csv", list_views.export, {"form": "csv"}, name="executions-csv"),
    path("executions/export.json", list_views.export, {"form": "json"}, name="executions-json"),
    path("executions/stop/", list_views.treat_many, {"deed": "stopped"}, name="executions-stop"),
    path("executions/redrive/", list_views.treat_many, {"deed": "redriven"}, name="executions-redrive"),
    path("executions/views/", list_views.save_view, name="view-save"),
    path("executions/views/<int:pk>/delete/", list_views.delete_view, name="view-delete"),
    path("executions/alerts/", alert_views.alerts, name="alerts"),
    path("executions/alerts/add/", alert_views.add, name="alert-add"),
    path("executions/alerts/<int:pk>/delete/", alert_views.delete, name="alert-delete"),
    path("executions/new/", views.new_execution, name="execution-new"),
    path("executions/inputs/", input_views.save, name="input-save"),
    path("executions/inputs/<int:pk>/delete/", input_views.delete, name="input-delete"),
    path("executions/<int:pk>/", views.execution_page, name="execution"),
    path("executions/<int:pk>/map-runs/", map_run_views.newest, name="map-runs"),
    path("executions/<int:pk>/map-runs/<int:event_id>/", map_run_views.map_run, name="map-run"),
    path("executions/<int:pk>/map-runs/<int:event_id>/change/", map_run_views.change, name="map-run-change"),
    path("executions/<int:pk>/compare/", understanding_views.compare, name="runs-compare"),
    path("executions/heat/<int:workflow>/", understanding_views.heat, name="heat"),
    path("dashboard/", views.dashboard, name="dashboard"),
]
