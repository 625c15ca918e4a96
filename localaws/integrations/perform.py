"""`Integrations`: which integration a Task's Resource names, and the limits that hold for all of them."""

from functools import partial

from asl.json_text import PAYLOAD_LIMIT, dumps
from asl.json_types import JSON
from asl.resource import REQUEST_RESPONSE, SYNC, WAIT_FOR_TASK_TOKEN, Resource, parse_resource
from localaws.integrations import emr, kubernetes_jobs
from localaws.integrations.apigateway import check_api_call, perform_api_call
from localaws.integrations.aws_sdk import perform_sdk
from localaws.integrations.bedrock import check_invoke_model, perform_invoke_model
from localaws.integrations.calls import ServiceCalls
from localaws.integrations.catalogue import WITHOUT_OPERATION, optimized_operation, sdk_operation
from localaws.integrations.http_request import check_http_call
from localaws.integrations.http_task import exchange, perform_http
from localaws.integrations.interruption import failure_of
from localaws.integrations.jobs import look_at, start_job, stop_job
from localaws.integrations.kubernetes import Kubernetes, check_kubernetes, is_kubernetes
from localaws.integrations.lambda_ import perform_function, perform_invoke
from localaws.integrations.nested import Executions, perform_start_execution
from localaws.integrations.oauth import Tokens
from localaws.integrations.optimized import perform_service
from localaws.integrations.parameters import ParametersDoNotFit, optimized_parameter, to_input
from localaws.integrations.sync_actions import SYNC_ACTIONS
from localaws.integrations.task import ServiceJob, TaskFailure, TaskRequest
from localaws.models import StandIns, StandInServices
from localaws.settings import Settings

_OFFERED_PATTERNS = frozenset({REQUEST_RESPONSE, WAIT_FOR_TASK_TOKEN})
_JOB = ("optimized", SYNC)


class Integrations:
    """Performs Tasks against the services of this endpoint."""

    def __init__(
        self,
        *,
        services: StandInServices,
        settings: Settings,
        calls: ServiceCalls | None = None,
        executions: Executions | None = None,
    ) -> None:
        """``calls``: the services as Tasks call them, else ``services``. ``executions`` keeps what Tasks wait for."""
        self._services = services
        self._calls: ServiceCalls = calls or services
        self._executions = executions
        self._settings = settings
        self._exchange = partial(exchange, settings=settings)
        self._tokens = Tokens(self._exchange)
        self._kubernetes = Kubernetes(settings)
        self._stand_ins = StandIns(services, settings)

    async def start(self) -> None:
        """Start the stand-ins for models and speech. The services are to be started before."""
        await self._stand_ins.start()

    async def stop(self) -> None:
        """End what `start` began."""
        await self._stand_ins.stop()

    def refusal(self, resource: str, parameters: JSON) -> str | None:
        """Why Parameters can't become a request: such a Task fails before it is scheduled. None where they can."""
        parsed = parse_resource(resource)
        if parsed is None or parsed.kind not in {"optimized", "sdk"}:
            return None
        try:
            check_parameters(parsed, parameters)
        except ParametersDoNotFit as fault:
            return fault.cause
        return None

    def interrupted(self, request: TaskRequest) -> TaskFailure | None:
        """The failure of a call that may have been made already; None where it may be made again."""
        return failure_of(request)

    async def perform(self, request: TaskRequest) -> str:
        """The result as JSON text; for a callback, the answer to its submission. Raises `TaskFailure`."""
        resource = parse_resource(request.resource)
        if resource is None:
            raise TaskFailure(
                "States.Runtime",
                f"The resource provided {request.resource} is not recognized. The value is not a valid resource ARN.",
            )
        try:
            text = await self._text(request, resource)
            if len(text) * 4 > PAYLOAD_LIMIT and len(text.encode("utf-8", "surrogatepass")) > PAYLOAD_LIMIT:
                raise _too_large(request, resource)
        except UnicodeEncodeError as error:
            cause = "The task's parameters hold half a surrogate pair, which no service can be sent."
            raise TaskFailure("States.TaskFailed", cause, submit=resource.pattern != REQUEST_RESPONSE) from error
        except TaskFailure as failure:
            failure.submit = resource.pattern != REQUEST_RESPONSE
            raise
        return text

    async def _text(self, request: TaskRequest, resource: Resource) -> str:
        if (resource.kind, resource.service, resource.action) == ("optimized", "states", "startExecution"):
            if self._executions is None:
                raise _not_offered(request)
            return await perform_start_execution(self._executions, request, resource)
        is_job = (resource.service, resource.action) in SYNC_ACTIONS or is_kubernetes(resource)
        if is_job and resource.is_recognized() and (resource.kind, resource.pattern) == _JOB:
            return await self._started_job(request, resource)
        return dumps(await self._call(request, resource))

    async def _started_job(self, request: TaskRequest, resource: Resource) -> str:
        if self._executions is None:
            raise _not_offered(request)
        if is_kubernetes(resource):
            text, job = await kubernetes_jobs.start_job(self._kubernetes, request)
        else:
            text, job = await start_job(self._calls, request, resource)
        await self._services.flush()
        await self._executions.submitted(request, text, job)
        return text

    async def look_at(self, job: ServiceJob) -> str | None:
        """The result of a job that succeeded, None while it runs. Raises `TaskFailure` and `JobNotSeen`."""
        if _of_kubernetes(job):
            return await kubernetes_jobs.look_at(self._kubernetes, job)
        return await look_at(self._calls, job)

    async def stop_job(self, job: ServiceJob) -> None:
        """Ask for a job's end; a crash can't take it back after this. Raises botocore's errors."""
        if _of_kubernetes(job):
            await kubernetes_jobs.stop_job(self._kubernetes, job)
        else:
            await stop_job(self._calls, job)
        await self._services.flush()

    async def _call(self, request: TaskRequest, resource: Resource) -> JSON:
        if resource.kind == "lambda":
            return await perform_function(self._calls, request)
        if resource.pattern not in _OFFERED_PATTERNS:
            raise _not_offered(request)
        if resource.kind == "sdk":
            return await perform_sdk(self._calls, request, resource)
        if resource.kind == "activity" or not resource.is_recognized():
            raise _not_offered(request)
        match resource.service, resource.action:
            case "lambda", "invoke":
                return await perform_invoke(self._calls, request)
            case "apigateway", "invoke":
                return await perform_api_call(self._calls, self._exchange, request)
            case "bedrock", "invokeModel":
                return await perform_invoke_model(self._calls, request, resource)
            case "http", "invoke":
                return await perform_http(self._calls, request, self._settings, self._tokens)
            case "eks", "call":
                return await kubernetes_jobs.perform_call(self._kubernetes, request)
            case "eks", "runJob":
                return await kubernetes_jobs.make_job(self._kubernetes, request)
            case name if name not in WITHOUT_OPERATION:
                return await perform_service(self._calls, request, resource)
            case _:
                raise _not_offered(request)


def check_parameters(resource: Resource, parameters: JSON) -> None:
    """Raises `ParametersDoNotFit`. What isn't offered at all is no question of parameters."""
    if resource.kind == "sdk":
        operation = sdk_operation(resource.service, resource.action)
        if operation is not None:
            to_input(operation.model.input_shape, parameters)
    elif (resource.service, resource.action) == ("bedrock", "invokeModel"):
        check_invoke_model(parameters)
    elif (resource.service, resource.action) == ("apigateway", "invoke"):
        check_api_call(parameters)
    elif (resource.service, resource.action) == ("http", "invoke"):
        check_http_call(parameters)
    elif is_kubernetes(resource):
        check_kubernetes(resource, parameters)
    elif resource.is_recognized():
        operation = optimized_operation(resource.service, resource.action)
        if resource.service == emr.SERVICE:
            parameters = emr.reshaped(resource.action, parameters)
        to_input(operation.model.input_shape, parameters, name_rule=optimized_parameter)


def _of_kubernetes(job: ServiceJob) -> bool:
    resource = parse_resource(job.resource)
    return resource is not None and is_kubernetes(resource)


def _not_offered(request: TaskRequest) -> TaskFailure:
    return TaskFailure(
        "States.Runtime",
        f"The integration {request.resource} is not available on the embedded endpoint. "
        "AWS SDK integrations (aws-sdk:service:action) reach every service it serves.",
    )


def _too_large(request: TaskRequest, resource: Resource) -> TaskFailure:
    name = request.resource if resource.kind == "lambda" else resource.resource_type
    return TaskFailure(
        "States.DataLimitExceeded",
        f"The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit.",
    )
