"""Timestamps as the States Language takes them: the RFC 3339 profile of ISO 8601 with capital T and Z."""

import re
from datetime import UTC, datetime, timedelta

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:(Z)|([+-])(\d\d):(\d\d))", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_timestamp(text: str) -> tuple[int, int] | None:
    """Seconds and nanoseconds since the epoch, an order among timestamps; None where the text is no timestamp."""
    found = _RFC3339.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, _, sign, offset_hours, offset_minutes = found.groups()
    try:
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError:
        return None
    if sign is None:
        offset = 0
    else:
        if int(offset_hours) > 18 or int(offset_minutes) > 59:  # java.time's bounds
            return None
        offset = (int(offset_hours) * 60 + int(offset_minutes)) * (60 if sign == "+" else -60)
    seconds = (local - _EPOCH) // timedelta(seconds=1) - offset
    return seconds, int((fraction or "").ljust(9, "0"))


def format_timestamp(at: float) -> str:
    """Milliseconds and Z, as the Context Object shows times."""
    milliseconds = int(at * 1000 + 0.5)
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"
