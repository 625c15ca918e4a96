"""The longest history that AWS keeps, put into a Callboard's database by its shell, and a drag over its timeline."""

# 2,777 items of nine events each between a start and an end: just under AWS's 25,000.
LONG = """
import json
from datetime import timedelta
from django.utils import timezone
from designer.models import Environment
from executions.models import Execution, HistoryEvent
inner = {"StartAt": "Fetch", "States": {"Fetch": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
  "Next": "Note"}, "Note": {"Type": "Pass", "End": True}}}
definition = {"StartAt": "Every item", "States": {"Every item": {"Type": "Map", "ItemProcessor": inner, "End": True}}}
began = timezone.now() - timedelta(hours=1)
rows = []
def add(type, previous, **details):
    family = "stateEntered" if type.endswith("Entered") else "stateExited" if type.endswith("Exited") else type[0].lower() + type[1:]
    rows.append(HistoryEvent(event_id=len(rows) + 1, previous_event_id=previous, type=type,
      timestamp=began + timedelta(milliseconds=40 * len(rows)), details={family + "EventDetails": details}))
    return len(rows)
started = add("MapStateStarted", add("MapStateEntered", add("ExecutionStarted", 0, input="{}"), name="Every item", input="{}"), length=2770)
for item in range(2770):
    last = add("MapIterationStarted", started, name="Every item", index=item)
    last = add("TaskStateEntered", last, name="Fetch", input=json.dumps({"item": item}))
    last = add("TaskScheduled", last, resourceType="aws-sdk:s3", resource="getObject", parameters=json.dumps({"Key": f"part-{item}"}))
    last = add("TaskStarted", last, resourceType="aws-sdk:s3", resource="getObject")
    if item == 2769:
        last = add("MapIterationFailed", add("TaskFailed", last, error="S3.NoSuchKey", cause="gone"), name="Every item", index=item)
        continue
    last = add("TaskStateExited", add("TaskSucceeded", last, output="{}"), name="Fetch", output="{}")
    last = add("PassStateExited", add("PassStateEntered", last, name="Note", input="{}"), name="Note", output="{}")
    last = add("MapIterationSucceeded", last, name="Every item", index=item)
add("ExecutionFailed", add("MapStateFailed", last, error="S3.NoSuchKey"), error="S3.NoSuchKey", cause="gone")
place = Environment.objects.get(kind="embedded")
arn = "arn:aws:states:us-east-1:000000000000:execution:long:history"
run = Execution.objects.create(environment=place, arn=arn, name="long-history", state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:long",
  definition=json.dumps(definition), status="FAILED", error="S3.NoSuchKey", input="{}", started_at=began, stopped_at=rows[-1].timestamp, last_event_id=len(rows))
for row in rows: row.execution = run
HistoryEvent.objects.bulk_create(rows, batch_size=500)
print("RUN", run.pk, len(rows))
"""
# Frames that the browser drew while the head was dragged to and fro over the whole axis.
SCRUB = """async () => {
  const slider = document.querySelector('[role=slider][aria-label="Time shown"]');
  const box = slider.getBoundingClientRect();
  const send = (type, share) => slider.dispatchEvent(new PointerEvent(type, {bubbles: true, pointerId: 1, buttons: 1,
    clientX: box.left + box.width * share, clientY: box.top + 5}));
  slider.setPointerCapture = () => undefined;
  send('pointerdown', 0.02);
  const gaps = [];
  let before = performance.now();
  for (let i = 0; i < 90; i++) {
    send('pointermove', 0.5 - 0.45 * Math.cos(i / 10));
    const now = await new Promise(requestAnimationFrame);
    gaps.push(now - before);
    before = now;
  }
  gaps.sort((a, b) => a - b);
  return {middle: gaps[45], p95: gaps[85]};
}"""
