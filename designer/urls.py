from django.urls import path

from designer import change_review_views, comparison_views, environment_views, policy_views, views

urlpatterns = [
    path("workflows/", views.workflow_list, name="workflows"),
    path("workflows/new/", views.new_workflow, name="workflow-new"),
    path("workflows/import/", views.import_workflow, name="workflow-import"),
    path("workflows/<int:pk>/", views.designer, name="designer"),
    path("workflows/<int:pk>/revisions/", views.revisions, name="revisions"),
    path("workflows/<int:pk>/revisions/<int:number>/download/", views.download, name="revision-download"),
    path("workflows/<int:pk>/revisions/<int:number>/export/<slug:form>/", views.export, name="revision-export"),
    path("workflows/<int:pk>/revisions/<int:number>/restore/", views.restore, name="revision-restore"),
    path("workflows/<int:pk>/revisions/<int:number>/", change_review_views.revision, name="revision"),
    path("workflows/<int:pk>/revisions/<int:number>/ask/", change_review_views.ask, name="revision-ask"),
    path("workflows/<int:pk>/revisions/<int:number>/judge/", change_review_views.judge, name="revision-judge"),
    path("workflows/<int:pk>/revisions/<int:number>/comment/", change_review_views.comment, name="revision-comment"),
    path("workflows/<int:pk>/revisions/<int:number>/name/", change_review_views.name, name="revision-name"),
    path("workflows/<int:pk>/approval/", change_review_views.approval, name="workflow-approval"),
    path("workflows/<int:pk>/compare/", comparison_views.compare, name="compare"),
    path("workflows/<int:pk>/permissions/", policy_views.permissions, name="workflow-permissions"),
    path("workflows/<int:pk>/take-in/", comparison_views.take_in, name="take-in"),
    path("workflows/<int:pk>/rename/", views.rename, name="workflow-rename"),
    path("workflows/<int:pk>/delete/", views.delete, name="workflow-delete"),
    path("environments/", environment_views.environment_list, name="environments"),
    path("environments/new/", environment_views.new_environment, name="environment-new"),
    path("environments/<int:pk>/", environment_views.edit_environment, name="environment-edit"),
    path("environments/<int:pk>/test/", environment_views.test_environment, name="environment-test"),
    path("environments/<int:pk>/delete/", environment_views.delete_environment, name="environment-delete"),
]
