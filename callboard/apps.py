"""The project's own application: keeps the groups of `callboard.roles` in the database, and introduces the applications
to each other where imports must not (a lower one asks through a signal, the answer is wired here).
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models.signals import post_migrate


class CallboardConfig(AppConfig):
    name = "callboard"

    def ready(self) -> None:
        from executions.signals import reviews_wanted, waiting_wanted, waits_wanted
        from review.live import task_changed_signal

        # Of an application with models: Django sends the signal for no other.
        post_migrate.connect(make_groups, sender=apps.get_app_config("auth"))
        from designer.signals import past_visits_wanted, recent_runs_wanted, shared_runs_wanted, substitutions_wanted

        user_login_failed.connect(_sign_in_failed, dispatch_uid="callboard.sign_in_failed")
        user_logged_in.connect(_signed_in, dispatch_uid="callboard.signed_in")
        waiting_wanted.connect(_waiting, dispatch_uid="callboard.waiting")
        waits_wanted.connect(_waits, dispatch_uid="callboard.waits")
        task_changed_signal.connect(_row_of, dispatch_uid="callboard.row_of")
        reviews_wanted.connect(_reviews_of, dispatch_uid="callboard.reviews_of")
        recent_runs_wanted.connect(_recent_runs, dispatch_uid="callboard.recent_runs")
        past_visits_wanted.connect(_past_visits, dispatch_uid="callboard.past_visits")
        shared_runs_wanted.connect(_shared_runs, dispatch_uid="callboard.shared_runs")
        substitutions_wanted.connect(_substitutions, dispatch_uid="callboard.substitutions")


def _sign_in_failed(credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:  # noqa: ARG001
    from callboard.attempts import note_failure

    if request is not None:
        note_failure(request, str(credentials.get("username") or ""))


def _signed_in(request: Any, user: Any, **kwargs: Any) -> None:  # noqa: ARG001
    from callboard.attempts import forget

    forget(request, user.get_username())


def _reviews_of(execution: Any, **kwargs: Any) -> list[dict[str, Any]]:  # noqa: ARG001
    from review.selectors import for_execution

    return for_execution(execution)


def _shared_runs(machine_id: int, request: Any, **kwargs: Any) -> list[dict[str, Any]]:  # noqa: ARG001
    from callboard.roles import allowed
    from executions.api import STOP
    from executions.sharing_views import links_of_workflow

    return links_of_workflow(machine_id) if allowed(request.user, STOP) else []


def _waiting(execution_ids: list[int], **kwargs: Any) -> set[int]:  # noqa: ARG001
    from review.selectors import waiting_executions

    return waiting_executions(execution_ids)


def _waits(before: Any, **kwargs: Any) -> list[tuple[int, int]]:  # noqa: ARG001
    from review.selectors import waits_since

    return waits_since(before)


def _row_of(task: Any, **kwargs: Any) -> None:  # noqa: ARG001
    """An execution that begins or ends to wait for a person shows it in the lists."""
    from executions.live import announce_row

    if task.execution_id is not None:
        announce_row(task.execution_id)


def make_groups(**kwargs: Any) -> None:  # noqa: ARG001
    """The three groups with exactly the permissions of the table; a group's members are untouched."""
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    from callboard.roles import GROUPS

    for config in apps.get_app_configs():  # the others' permissions are made after ours otherwise
        create_permissions(config, verbosity=0)
    by_name = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, permissions in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set([by_name[permission] for permission in permissions])


def _recent_runs(machine_ids: list[int], **kwargs: Any) -> dict[int, Any]:  # noqa: ARG001
    from executions.selectors import recent_runs

    return recent_runs(machine_ids)


def _past_visits(machine_id: int, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG001
    from executions.past_visits import past_visits

    return past_visits(machine_id)


def _substitutions(environment: Any, **kwargs: Any) -> dict[str, str]:  # noqa: ARG001
    from review.embedded import substitutions

    return substitutions(environment)
