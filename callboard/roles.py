"""Who may do what: the one table that the code, the documentation (docs/permissions.md) and the tests read.

Three groups, and staff, who see what every group sees. A person may be in several groups; a superuser may do
everything. People in no group see nothing but their own settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.backends import BaseBackend

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

DESIGNER, OPERATOR, REVIEWER = "Designer", "Operator", "Reviewer"

# What every member of a group may see.
SEE: Final = (
    "designer.view_statemachine",
    "designer.view_environment",
    "executions.view_execution",
    "review.view_reviewtask",
    "launch.view_launch",
)

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    DESIGNER: (
        *SEE,
        "designer.add_statemachine",
        "designer.change_statemachine",
        "designer.delete_statemachine",
        "designer.add_revision",
        "designer.add_deployment",
        "executions.start_execution",
        "executions.stop_execution",
        "executions.add_alertrule",
    ),
    OPERATOR: (*SEE, "executions.start_execution", "executions.stop_execution", "launch.add_launch"),
    REVIEWER: (*SEE, "review.decide_reviewtask", "launch.add_launch"),
}

# What staff may besides seeing.
STAFF_TOO: Final = ("executions.add_alertrule",)

# Markers for `callboard.access`: not Django permissions, but kinds of people.
SIGNED_IN: Final = "signed in"
STAFF: Final = "staff"
ANYONE: Final = "anyone"

WORDS: Final[Mapping[str, str]] = {
    "designer.view_statemachine": "see workflows and their revisions",
    "designer.view_environment": "see environments",
    "executions.view_execution": "see executions and their data",
    "review.view_reviewtask": "see review tasks",
    "launch.view_launch": "see launches and results",
    "designer.add_statemachine": "make and import workflows",
    "designer.change_statemachine": "rename workflows, demand approval",
    "designer.delete_statemachine": "delete workflows",
    "designer.add_revision": "save revisions, review and share them",
    "designer.add_deployment": "deploy",
    "executions.start_execution": "start executions",
    "executions.stop_execution": "stop executions",
    "executions.add_alertrule": "make alerts about executions",
    "launch.add_launch": "launch a runnable workflow, upload a video",
    "review.decide_reviewtask": "decide review tasks (of nobody in particular, or of their groups)",
    STAFF: "add, change, test and delete environments; the administration pages; export the audit",
}


class StaffSees(BaseBackend):
    """An authentication backend that signs nobody in: staff see what every group sees, and may `STAFF_TOO`."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:  # noqa: ARG002
        return bool(user_obj.is_active and getattr(user_obj, "is_staff", False) and perm in SEE + STAFF_TOO)


def allowed(user: AbstractBaseUser | AnonymousUser | None, permission: str) -> bool:
    """Whether ``user`` may do what ``permission`` names: a Django permission or one of the markers above."""
    if permission == ANYONE:
        return True
    if user is None or not user.is_authenticated or not user.is_active:
        return False
    if permission == SIGNED_IN:
        return True
    if permission == STAFF:
        return bool(getattr(user, "is_staff", False))
    return bool(user.has_perm(permission))  # type: ignore[attr-defined]
