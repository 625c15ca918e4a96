"""Run by `manage.py shell`: runs for the pages about executions that the samples don't fill; prints their addresses."""

import io
import json
import time
import zipfile

from django.urls import reverse

from callboard.aws import client
from designer import deployment, selectors, services
from designer.models import Environment
from executions import opening
from executions.mirror import copy_history
from executions.models import AlertRule, Execution, SavedInput
from executions.services import start_execution

EMBEDDED = Environment.objects.get(kind="embedded")
GROUP, BUCKET, FUNCTION = "/aws/vendedlogs/states/shown", "shown-objects", "shown-function"
CODE = 'def handler(event, context):\n    print("called with", event["n"], "password=hunter2")\n    return {"n": event["n"]}\n'
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63606060f80f0001040100b5a4e4e20000000049454e44ae426082"
)


def begun(name, definition, text="{}", *, kind="STANDARD", **options):
    machine = services.create_state_machine(name=name, type=kind, definition=json.dumps(definition), by=None)
    plan = deployment.plan(selectors.latest_revision(machine), EMBEDDED, options=options)
    deployed = deployment.deploy(plan, by=None).deployment
    return deployed, start_execution(state_machine=machine, environment=EMBEDDED, input=text)


def ended(execution):
    end = time.monotonic() + 60
    while execution.status == "RUNNING":
        assert time.monotonic() < end, f"{execution} hasn't ended"
        copy_history(execution)
        execution.refresh_from_db()
        time.sleep(0.1)
    return execution


def items():
    """A Map Run, one of whose items fails."""
    states = {
        "Is it whole?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericEquals": 2, "Next": "It isn't"}],
            "Default": "It is",
        },
        "It is": {"Type": "Succeed"},
        "It isn't": {"Type": "Fail", "Error": "Film.Broken", "Cause": "No frame could be read."},
    }
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    processor = {"ProcessorConfig": config, "StartAt": "Is it whole?", "States": states}
    each = {"Type": "Map", "ItemProcessor": processor, "End": True, "Label": "Each"}
    text = json.dumps([{"n": number} for number in range(5)])
    return begun("shown-items", {"StartAt": "Each film", "States": {"Each film": each}}, text)[1]


def branches(function):
    """Branches of which one fails, beside one that is aborted; before them a function, and objects in its data."""
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.answered"}
    wait = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}
    fail = {"StartAt": "Refuse", "States": {"Refuse": {"Type": "Fail", "Error": "Refused"}}}
    states = {
        "Call": {**task, "Parameters": {"FunctionName": function, "Payload": {"n": 7}}, "Next": "Both"},
        "Both": {"Type": "Parallel", "Branches": [wait, fail], "End": True},
    }
    text = json.dumps({"poster": f"s3://{BUCKET}/poster.png", "about": {"Bucket": BUCKET, "Key": "about.json"}})
    return begun("shown-branches", {"StartAt": "Call", "States": states}, text)[1]


def talk():
    """An EXPRESS run, logged."""
    client(EMBEDDED, "logs").create_log_group(logGroupName=GROUP)
    definition = {
        "StartAt": "Say",
        "States": {"Say": {"Type": "Pass", "Result": {"said": "hello"}, "Next": "Done"}, "Done": {"Type": "Succeed"}},
    }
    arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{GROUP}:*"
    return begun(
        "shown-talk", definition, kind="EXPRESS", log_level="ALL", log_group_arn=arn, include_execution_data=True
    )


def main():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", CODE)
    role = "arn:aws:iam::000000000000:role/any"
    client(EMBEDDED, "lambda").create_function(
        FunctionName=FUNCTION,
        Runtime="python3.12",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": archive.getvalue()},
    )
    s3 = client(EMBEDDED, "s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="poster.png", Body=PNG)
    s3.put_object(Bucket=BUCKET, Key="about.json", Body=b'{"title": "Serverless"}')

    mapped, forked, (deployed, spoken) = items(), branches(FUNCTION), talk()
    again = start_execution(state_machine=mapped.state_machine, environment=EMBEDDED, input='[{"n": 1}]')
    for execution in (mapped, forked, again):
        ended(execution)
    event = mapped.events.get(type="MapRunStarted")
    name = next(
        row["name"]
        for row in client(EMBEDDED, "stepfunctions").list_executions(
            mapRunArn=event.details["mapRunStartedEventDetails"]["mapRunArn"], statusFilter="FAILED"
        )["executions"]
    )
    child = ended(opening.open_child(mapped, event, name))
    AlertRule.objects.create(kind="failed", state_machine=mapped.state_machine)
    SavedInput.objects.create(state_machine=mapped.state_machine, name="one film", text='[{"n": 1}]')
    pages = {
        "alerts": reverse("alerts"),
        "map run": reverse("map-run", args=[mapped.pk, event.event_id]),
        "execution of a map run": reverse("execution", args=[child.pk]),
        "execution with branches": reverse("execution", args=[forked.pk]) + "?state=Both",
        "execution that leads on": reverse("execution", args=[forked.pk]) + "?state=Call",
        "execution, express": reverse("execution", args=[spoken.pk]),
        "express": f"{reverse('express')}?deployment={deployed.pk}&look=1",
        "two runs": reverse("runs-compare", args=[mapped.pk]),
        "states of a workflow": reverse("heat", args=[mapped.state_machine_id]),
        "new execution, kept inputs": f"{reverse('execution-new')}?workflow={mapped.state_machine_id}",
    }
    assert Execution.objects.filter(pk=child.pk, status="FAILED").exists()
    print(json.dumps(pages))


main()
