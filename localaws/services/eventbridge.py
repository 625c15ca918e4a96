"""EventBridge's way from a rule to its targets: the event as targets see it, and the input each of them is given.

moto matches patterns and keeps rules; its delivery knows neither functions nor state machines, stops at the first
target that it can't reach, and takes disabled rules for enabled. So the delivery is ours. It runs on moto's worker
thread.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

log = logging.getLogger(__name__)

Event = dict[str, Any]
# Deliver to the target (as PutTargets had it) this input, which is JSON text.
Deliver = Callable[[Mapping[str, Any], str], None]

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\['([^']*)'\]")
_PLACEHOLDER = re.compile(r"<([^<>\s]+)>")
# By the last part of the event's name in a bucket's notifications (s3:ObjectCreated:Put).
_REASONS = {
    "Put": "PutObject",
    "Post": "POST Object",
    "Copy": "CopyObject",
    "CompleteMultipartUpload": "CompleteMultipartUpload",
    "Delete": "DeleteObject",
    "DeleteMarkerCreated": "DeleteObject",
}


def as_delivered(event: Mapping[str, Any]) -> Event:
    """The event that moto made, with an ISO time, in the order in which AWS writes its members."""
    when = event.get("time")
    if isinstance(when, (int, float)) or (isinstance(when, str) and re.fullmatch(r"[\d.]+", when)):
        when = dt.datetime.fromtimestamp(float(when), dt.UTC)
    if isinstance(when, dt.datetime):
        when = when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    names = ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail")
    return {name: event.get(name) for name in names} | {"time": when}


def find(event: Any, path: str) -> Any:
    """The value at a JSONPath of the simple kind that targets use (``$.detail.items[0]``); None if there's none."""
    position = 1
    value = event
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            return None
        name, index, quoted = step.groups()
        try:
            value = value[int(index)] if index is not None else value[name if name is not None else quoted]
        except (KeyError, IndexError, TypeError):
            return None
        position = step.end()
    return value


def target_input(target: Mapping[str, Any], event: Event, *, rule_arn: str, rule_name: str) -> str:
    """What this target is given: its Input, what InputPath or InputTransformer choose, or the whole event."""
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        return json.dumps(find(event, target["InputPath"]))
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    values = {name: find(event, path) for name, path in (transformer.get("InputPathsMap") or {}).items()}
    now = dt.datetime.now(dt.UTC).isoformat()
    values |= {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_name,
        "aws.events.event.ingestion-time": now,
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": event,
    }
    return fill(transformer["InputTemplate"], values)


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Inside a string a placeholder becomes text, elsewhere a JSON value."""
    parts: list[str] = []
    position, quoted = 0, False
    for placeholder in _PLACEHOLDER.finditer(template):
        between = template[position : placeholder.start()]
        quoted ^= len(re.findall(r'(?<!\\)"', between)) % 2 == 1
        value = values.get(placeholder.group(1))
        if placeholder.group(1) not in values:
            text = placeholder.group(0)
        elif not quoted:
            text = json.dumps(value)
        else:
            text = json.dumps(value if isinstance(value, str) else json.dumps(value))[1:-1] if value is not None else ""
        parts += [between, text]
        position = placeholder.end()
    return "".join([*parts, template[position:]])


def redirect(deliver: Deliver) -> None:
    """Put this delivery in the place of moto's."""
    from moto.events import models
    from moto.s3 import notifications

    def send_to_targets(self: Any, original_event: Event, transform_input: bool = True) -> None:  # noqa: ARG001 - moto's own signature
        if self.state != "ENABLED" or not self.event_pattern.matches_event(original_event):
            return
        event = as_delivered(original_event)
        for target in self.targets:
            try:
                given = target_input(target, event, rule_arn=self.arn, rule_name=self.name)
                if ":events:" in target["Arn"]:
                    _to_bus_or_archive(self, target["Arn"], given, original_event)
                else:
                    deliver(target, given)
            except Exception:  # one target out of order mustn't keep the event from the others
                log.exception("Rule %s couldn't deliver to %s", self.name, target.get("Arn"))

    def send_event_bridge_message(account_id: str, bucket: Any, event_name: str, key: Any) -> None:
        _put_object_event(account_id, bucket, event_name, key)

    rule: Any = models.Rule
    rule.send_to_targets = send_to_targets
    notifications._send_event_bridge_message = send_event_bridge_message  # noqa: SLF001


def _to_bus_or_archive(rule: Any, arn: str, given: str, original_event: Event) -> None:
    from moto.events.models import events_backends
    from moto.utilities.arns import parse_arn

    target = parse_arn(arn)
    if not target.resource_type:
        archive = parse_arn(json.loads(given)["archive-arn"])
        rule._send_to_events_archive(archive.resource_id, original_event)  # noqa: SLF001
    elif target.resource_type == "event-bus":
        event = json.loads(given)
        entry = {
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
            "Resources": event.get("resources") or [],
            "EventBusName": target.resource_id,
        }
        events_backends[target.account][target.region].put_events([entry])


def _put_object_event(account_id: str, bucket: Any, event_name: str, key: Any) -> None:
    """S3's own event, which goes to the default bus of the bucket's Region."""
    from moto.events import models
    from moto.s3 import notifications

    name = str(getattr(event_name, "value", event_name))
    _service, kind, *rest = name.split(":")
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": {
            "key": key.name,
            "size": key.size,
            "etag": key.etag.strip('"'),
            "sequencer": uuid.uuid4().hex[:16].upper(),
        },
        "request-id": uuid.uuid4().hex[:16].upper(),
        "requester": account_id,
        "source-ip-address": "127.0.0.1",
    }
    if kind in {"ObjectCreated", "ObjectRemoved"} and rest:
        detail["reason"] = _REASONS.get(rest[0], kind)
    if kind == "ObjectRemoved":
        detail["deletion-type"] = "Delete Marker Created" if rest == ["DeleteMarkerCreated"] else "Permanently Deleted"
    if getattr(key, "_is_versioned", False):
        detail["object"]["version-id"] = key.version_id
    entry: Any = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": notifications._detail_type(name),  # noqa: SLF001
        "source": "aws.s3",
        "account": account_id,
        "time": dt.datetime.now(dt.UTC).timestamp(),
        "region": bucket.region_name,
        "resources": [bucket.arn],
        "detail": detail,
    }
    default = models.events_backends[account_id][bucket.region_name].event_buses["default"]
    for rule in default.rules.values():
        rule.send_to_targets(entry)
