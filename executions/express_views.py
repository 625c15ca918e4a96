"""The page of an EXPRESS workflow's executions, as its log has them: what looking costs, a look, one opened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from callboard.access import requires
from callboard.roles import allowed
from designer.models import Deployment, StateMachine
from designer.selectors import as_key
from designer.services import Refused
from executions import express, express_logs
from executions.api import SEE, START

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PERIODS = {
    "quarter": ("15 minutes", timedelta(minutes=15)),
    "hour": ("hour", timedelta(hours=1)),
    "day": ("24 hours", timedelta(days=1)),
    "week": ("7 days", timedelta(days=7)),
}


@require_GET
@requires(SEE)
def runs(request: HttpRequest) -> HttpResponse:
    """Nothing is read of a log before somebody asks for it (``look``)."""
    deployed = newest_express()
    key = as_key(request.GET.get("deployment", ""))
    chosen = next((row for row in deployed if row.pk == key), deployed[0] if deployed and key is None else None)
    period = request.GET.get("period", "hour")
    period = period if period in PERIODS else "hour"
    context: dict[str, Any] = {
        "deployed": deployed,
        "chosen": chosen,
        "period": period,
        "periods": [(name, words) for name, (words, _) in PERIODS.items()],
        "calls": express_logs.CALLS,
        "may_start": allowed(request.user, START),
    }
    if chosen is not None:
        try:
            context |= _looked(chosen, period, look="look" in request.GET)
        except ClientError as error:
            said = error.response["Error"]
            context["problem"] = f"{chosen.environment} refused: {said['Code']}. {said.get('Message', '')}".strip()
        except BotoCoreError:
            context["problem"] = f"{chosen.environment} can't be reached. Test its connection under Environments."
        except Refused as error:
            context["problem"] = str(error)
    return render(request, "executions/express.html", context)


def _looked(chosen: Deployment, period: str, *, look: bool) -> dict[str, Any]:
    """Raises ClientError, BotoCoreError, `Refused`."""
    logging = express_logs.logging_of(chosen.environment, chosen.arn)
    found: dict[str, Any] = {"logging": logging}
    if logging.group:
        found["cost"] = express_logs.cost_of(chosen.environment, logging.group)
        if look:
            now = timezone.now()
            found["found"] = express_logs.find(
                chosen.environment, logging.group, chosen.arn, now - PERIODS[period][1], now
            )
    return found


@require_POST
@requires(SEE)
def open_run(request: HttpRequest) -> HttpResponse:
    """Take one into the mirror, and show it."""
    chosen = get_object_or_404(
        Deployment.objects.select_related("environment", "revision__state_machine"),
        pk=as_key(request.POST.get("deployment", "")) or 0,
    )
    back = reverse("express") + f"?deployment={chosen.pk}"
    try:
        at = datetime.fromtimestamp(float(request.POST.get("at", "")), UTC)
        execution = express.open_logged(chosen, request.POST.get("arn", "")[:512], at)
    except (ValueError, OverflowError, OSError, express.NotLogged):
        messages.error(request, "The log holds nothing of this execution (any more).")
        return redirect(back)
    except ClientError as error:
        said = error.response["Error"]
        messages.error(request, f"Not opened. {said['Code']}. {said.get('Message', '')}".strip())
        return redirect(back)
    except BotoCoreError:
        messages.error(request, f"Not opened: {chosen.environment} can't be reached.")
        return redirect(back)
    return redirect("execution", pk=execution.pk)


def newest_express() -> list[Deployment]:
    """The newest deployment of each EXPRESS workflow in each environment."""
    rows = Deployment.objects.filter(revision__state_machine__type=StateMachine.Type.EXPRESS)
    newest: dict[tuple[int, int], Deployment] = {}
    for row in rows.select_related("revision__state_machine", "environment").order_by("-deployed_at"):
        newest.setdefault((row.revision.state_machine_id, row.environment_id), row)
    return sorted(newest.values(), key=lambda row: (row.revision.state_machine.name, row.environment.name))
