from django.urls import path

from executions import views

urlpatterns = [
    path("executions/", views.execution_list, name="executions"),
    path("executions/new/", views.new_execution, name="execution-new"),
    path("executions/<int:pk>/", views.execution_page, name="execution"),
    path("dashboard/", views.dashboard, name="dashboard"),
]
