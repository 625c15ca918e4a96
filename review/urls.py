from django.urls import path

from review import bulk_views, exports, metric_views, person_views, run_views, source_views, transcript_views, views

urlpatterns = [
    path("review/", views.inbox, name="review"),
    path("review/list/", views.inbox_list, name="review-list"),
    path("review/several/", bulk_views.several, name="review-several"),
    path("review/views/", person_views.save_view, name="review-view-save"),
    path("review/views/<int:pk>/delete/", person_views.delete_view, name="review-view-delete"),
    path("settings/review/", person_views.settings_page, name="review-settings"),
    path("settings/review/away/", person_views.set_away, name="review-away"),
    path("settings/review/tokens/", person_views.make_token, name="review-token-make"),
    path("settings/review/tokens/<int:pk>/revoke/", person_views.revoke_token, name="review-token-revoke"),
    path("review/figures/", metric_views.figures, name="review-figures"),
    path("review/preferences.jsonl", metric_views.export_preferences, name="review-preferences"),
    path("review/audit.csv", exports.export_audit, {"form": "csv"}, name="review-audit-csv"),
    path("review/audit.json", exports.export_audit, {"form": "json"}, name="review-audit-json"),
    path("review/<int:task_id>/", views.task, name="review-task"),
    path("review/<int:task_id>/pane/", views.pane, name="review-pane"),
    path("review/<int:task_id>/run/", run_views.run, name="review-run"),
    path("review/<int:task_id>/transcripts/<slug:key>/", transcript_views.lines, name="review-transcript"),
    path("review/<int:task_id>/transcripts/<slug:key>.vtt", transcript_views.captions, name="review-captions"),
    path("review/<int:task_id>/decide/", views.decide_task, name="review-decide"),
    path("review/<int:task_id>/abort/", views.abort_run, name="review-abort"),
    path("review/<int:task_id>/undo/", views.undo_decision, name="review-undo"),
    path("review/<int:task_id>/comment/", views.comment_on_task, name="review-comment"),
    path("review/<int:task_id>/handle/", views.handle_task, name="review-handle"),
    path("environments/<int:pk>/sources/", source_views.environment_sources, name="environment-sources"),
    path(
        "environments/<int:pk>/sources/review-queue/",
        source_views.set_up,
        {"column": "review_queue_url"},
        name="environment-review-queue",
    ),
    path(
        "environments/<int:pk>/sources/status-queue/",
        source_views.set_up,
        {"column": "status_queue_url"},
        name="environment-status-queue",
    ),
    path("environments/<int:pk>/sources/activities/", source_views.add_activity, name="environment-activity-add"),
    path(
        "environments/<int:pk>/sources/activities/<int:activity_id>/remove/",
        source_views.remove_activity,
        name="environment-activity-remove",
    ),
]
