"""An open page loses what its person may no longer see: every socket asks again while it is open."""

import pytest
from channels.db import database_sync_to_async
from django.contrib.auth.models import User
from django.utils import timezone

from callboard import watching
from designer.models import Environment
from designer.services import create_state_machine
from executions.models import Execution
from launch.models import Launch
from tests.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
PATHS = ["/ws/executions/", "/ws/executions/{execution}/", "/ws/reviews/", "/ws/launches/{launch}/"]


@pytest.fixture
def rows(db):
    environment = Environment.objects.create(name="Nowhere", kind="embedded", endpoint_url="http://127.0.0.1:9")
    machine = create_state_machine(name="video-title-and-avatar", by=None)
    execution = Execution.objects.create(
        environment=environment,
        arn="arn:aws:states:us-east-1:000000000000:execution:m:e",
        name="e",
        state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:m",
        started_at=timezone.now(),
    )
    launch = Launch.objects.create(
        state_machine=machine, environment=environment, input={}, deduplication_id="d", execution_name="e"
    )
    return {"execution": execution.pk, "launch": launch.pk}


@pytest.fixture(autouse=True)
def checks_often(monkeypatch):
    monkeypatch.setattr(watching, "CHECK_EVERY", 0.05)


@pytest.mark.parametrize("path", PATHS)
async def test_a_role_taken_away_closes_an_open_socket(path, rows, person):
    user = await database_sync_to_async(person)("Reviewer")
    async with Socket(path.format(**rows), user) as socket:
        assert await socket.code(patience=0.3) is None
        await database_sync_to_async(user.groups.clear)()
        assert await socket.code(patience=3) == 4403


@pytest.mark.parametrize("path", PATHS)
async def test_a_deactivated_person_hears_nothing_more(path, rows, person):
    user = await database_sync_to_async(person)("Reviewer")
    async with Socket(path.format(**rows), user) as socket:
        await User.objects.filter(pk=user.pk).aupdate(is_active=False)
        assert await socket.code(patience=3) == 4403


async def test_a_run_that_is_not_there_says_so(person):
    user = await database_sync_to_async(person)("Reviewer")
    async with Socket("/ws/launches/999/", user) as socket:
        assert await socket.code(patience=1) == 4404
