"""Every job that a Task can wait for, over the wire: started, looked at, over, failed, stopped, in the service's own HTTP.

A server stands where AWS would. It knows each operation by botocore's model (its target, or its method and path), and
answers with what the table of jobs looks for. No service here speaks XML.
"""

import http.server
import json
import re
import threading
from urllib.parse import unquote, urlsplit

import pytest
from botocore.model import ListShape, MapShape, StructureShape

from asl.resource import parse_resource
from localaws.integrations import emr
from localaws.integrations.catalogue import optimized_operation, sibling_operation
from localaws.integrations.jobs import look_at, start_job, stop_job
from localaws.integrations.real_aws import RealAws
from localaws.integrations.sync_actions import SYNC_ACTIONS
from localaws.integrations.task import TaskFailure, TaskRequest

ACTIONS = sorted(SYNC_ACTIONS)
RUNNING = "STILL_AT_IT"
EMR = {
    "terminateCluster": {"ClusterId": "j-1"},
    "addStep": {"ClusterId": "j-1", "Step": {"Name": "s", "HadoopJarStep": {"Jar": "x"}}},
}


class Aws(http.server.ThreadingHTTPServer):
    """``answers``: an operation's name to what it says, a dictionary, or an error's code."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.operations, self.answers, self.asked = [], {}, []

    def serve(self, operations):
        self.operations, self.answers, self.asked = operations, {}, []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name = next(one.name for one in self.server.operations if self._means(one))
        self.server.asked.append(name)
        answer = self.server.answers[name]
        body = {"__type": answer, "message": "gone"} if isinstance(answer, str) else answer
        data = json.dumps(body).encode()
        self.send_response(404 if isinstance(answer, str) else 200)
        if isinstance(answer, str):
            self.send_header("x-amzn-errortype", answer)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - http.server's names

    def _means(self, operation):
        target = self.headers.get("X-Amz-Target")
        if target:
            return target == f"{operation.service_model.metadata['targetPrefix']}.{operation.name}"
        pattern = re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(urlsplit(operation.http["requestUri"]).path))
        path = unquote(urlsplit(self.path).path)
        return self.command == operation.http["method"] and re.fullmatch(f"{pattern}/?", path) is not None

    def log_message(self, *args):
        """Silence."""


@pytest.fixture(scope="module")
def aws():
    server = Aws()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def service(aws):
    """As the setting makes them for services of AWS itself."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{aws.server_port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield RealAws(None, {optimized_operation(*name).service for name in ACTIONS})


def least(shape, name):
    """A value of the shape with nothing in it that isn't required."""
    if isinstance(shape, StructureShape):
        return {
            member[:1].upper() + member[1:]: least(shape.members[member], member) for member in shape.required_members
        }
    if isinstance(shape, ListShape):
        return [least(shape.member, name)]
    if isinstance(shape, MapShape):
        return {}
    kinds = {"boolean": True, "string": (getattr(shape, "enum", None) or [f"a-{name.lower()}-of-20-letters"])[0]}
    return kinds.get(shape.type_name, shape.metadata.get("min", 1))


def put(shape, expression, value):
    """The answer in which a path (``jobs[0].status``, ``tasks[].taskArn``) leads to the value; wire names."""
    found = value
    for name, brackets, inner in reversed(list(members(shape, expression))):
        wire = inner.serialization.get("name", name)
        found = {wire: [found] if brackets else found}
    return found


def members(shape, expression):
    for part in expression.split("."):
        name, brackets, _ = part.partition("[")
        inner = shape.members[name]
        yield name, brackets, inner
        shape = inner.member if isinstance(inner, ListShape) else inner


def merged(one, other):
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: merged(one.get(key), other[key]) if key in other else one[key] for key in {**one, **other}}
    if isinstance(one, list) and isinstance(other, list):
        return [merged(one[0], other[0])]
    return one if other is None else other


def started(action, operation):
    """What the service says of a job that began: whatever the table wants to find there."""
    answer = {}
    for expression in [*action.find.values(), *action.stop_with.values()]:
        for path in re.findall(r"answer\.([\w.\[\]]+?)\]?(?=$|[\s,}])", expression):
            answer = merged(answer, put(operation.output_shape, path, f"the-{path.rpartition('.')[2].lower()}"))
    return answer


def looked(action, operation, status):
    if operation.name != "DescribeTasks":
        return put(operation.output_shape, action.status, status)
    over = status != RUNNING
    container = {"exitCode": 0 if status == "SUCCEEDED" else 1}
    return {"tasks": [{"lastStatus": "STOPPED" if over else "RUNNING", "containers": [container] if over else []}]}


@pytest.mark.parametrize("name", ACTIONS, ids=":".join)
async def test_a_job_is_waited_for_as_its_service_tells_it(aws, service, name):
    action, operation = SYNC_ACTIONS[name], optimized_operation(*name)
    look = sibling_operation(*name, action.look)
    stop = None if action.stop is None else sibling_operation(*name, action.stop)
    aws.serve([each.model for each in (operation, look, stop) if each is not None])
    given = EMR.get(name[1]) if name[0] == emr.SERVICE else None
    parameters = given or least(operation.model.input_shape, "x")
    arn = f"arn:aws:states:::{':'.join(name)}.sync"
    request = TaskRequest(
        execution_arn="e", state_machine_arn="m", role_arn="r", state_name="T", resource=arn, parameters=parameters,
        region="us-east-1", account="000000000000",
    )  # fmt: skip
    aws.answers[operation.name] = started(action, operation.model)
    _, job = await start_job(service, request, parse_resource(arn))
    assert None not in job.about["look"].values()
    aws.answers[look.name] = looked(action, look.model, RUNNING)
    assert await look_at(service, job) is None
    for status in action.succeeded:
        aws.answers[look.name] = looked(action, look.model, status)
        assert json.loads(await look_at(service, job))
    for status in action.failed:
        aws.answers[look.name] = looked(action, look.model, status)
        with pytest.raises(TaskFailure, match=r"States\.TaskFailed"):
            await look_at(service, job)
    for code in action.gone:
        aws.answers[look.name] = code
        assert await look_at(service, job) == "{}"
    if stop is not None:
        aws.answers[stop.name] = {}
        await stop_job(service, job)
        assert aws.asked[-1] == stop.name
    assert aws.asked[0] == operation.name
