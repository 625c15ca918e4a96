"""How pages say durations, times, sizes and states. Registered for every template."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.html import format_html

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()

# Step Functions' status -> (the state's token in theme.css, words, Lucide icon). The shape goes with the colour.
STATES: dict[str, tuple[str, str, str]] = {
    "RUNNING": ("run", "Running", "loader-circle"),
    "WAITING": ("wait", "Waiting for a person", "hand"),
    "SUCCEEDED": ("ok", "Succeeded", "check"),
    "FAILED": ("fail", "Failed", "x"),
    "TIMED_OUT": ("time", "Timed out", "clock"),
    "ABORTED": ("stop", "Aborted", "minus"),
    "PENDING_REDRIVE": ("retry", "Pending redrive", "rotate-cw"),
}


@register.filter
def up_to_999(count: int) -> str:
    """What is counted no further than to a thousand."""
    return str(count) if count < 1000 else "999+"


@register.filter
def duration(value: timedelta | float | None) -> str:
    """Two units at the most: 12 ms, 8.2 s, 1 m 04 s, 5 h 10 m, 2 d 04 h. The pages' scripts say it the same way:
    frontend/src/shell/durations.ts.
    """
    if value is None:
        return ""
    seconds = max(0.0, value.total_seconds() if isinstance(value, timedelta) else float(value))
    if round(seconds * 1000) < 1000:
        return f"{round(seconds * 1000)} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} m"
    return f"{whole // 86400} d {whole % 86400 // 3600:02d} h"


@register.filter
def elapsed(seconds: float) -> str:
    """Of what still runs: tenths of a second would only flicker."""
    whole = max(0, int(seconds))
    return f"{whole} s" if whole < 60 else duration(whole)


@register.filter
def dollars(amount: float) -> str:
    """``$1.20``; of less than a cent four digits, as the execution page has it."""
    return f"${amount:.4f}" if 0 < amount < 0.01 else f"${amount:,.2f}"


@register.simple_tag
def took(started: datetime | None, stopped: datetime | None) -> str:
    if started is None:
        return ""
    return duration(stopped - started) if stopped else elapsed((timezone.now() - started).total_seconds())


@register.filter
def when(moment: datetime | None) -> SafeString | str:
    """A time that the page's script shows in the reader's zone, relative under a day, UTC on hover."""
    if moment is None:
        return ""
    utc = moment.astimezone(timezone.get_default_timezone())
    return format_html(
        '<time datetime="{}" data-relative title="{} UTC">{}</time>',
        utc.isoformat(timespec="milliseconds"),
        utc.strftime("%Y-%m-%d %H:%M:%S"),
        utc.strftime("%d %b %H:%M"),
    )


@register.filter
def state_tone(status: str) -> str:
    return STATES.get(status, ("idle", "", ""))[0]


@register.filter
def state_words(status: str) -> str:
    return STATES.get(status, ("", status.replace("_", " ").capitalize(), ""))[1]


@register.filter
def state_icon(status: str) -> str:
    return STATES.get(status, ("", "", "circle"))[2]


@register.simple_tag(takes_context=True)
def query(context: Any, **changes: Any) -> str:
    """The page's own query string with ``changes``; an empty value takes the parameter away, and page 1 is meant."""
    values = context["request"].GET.copy()
    values.pop("page", None)
    for name, value in changes.items():
        values.pop(name, None)
        if value not in ("", None):
            values[name] = value
    return f"?{values.urlencode()}"
