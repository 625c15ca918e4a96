"""AWS's quotas are an account's and a Region's: environments that share them share our part of them, never more."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.utils import timezone

from designer.models import Environment
from executions import polling, quota
from executions.models import Execution
from tests.e2e.processes import redis_server

pytestmark = pytest.mark.django_db
ARN = "arn:aws:states:{region}:{account}:execution:m:{name}"


@pytest.fixture(autouse=True)
def standing_still(monkeypatch):
    """Nothing comes back to a bucket, so that what it holds is what is counted; every bucket is full."""
    cache.clear()
    polling._beside.clear()
    quota._here.forget()
    now = [1_000_000.0]
    monkeypatch.setattr(quota, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=lambda seconds: None))
    yield now
    quota._here.forget()


def runs(name, region, account, count, **fields):
    environment = Environment.objects.create(name=name, kind="aws", region=region)
    for number in range(count):
        Execution.objects.create(
            environment=environment,
            arn=ARN.format(region=region, account=account, name=f"{name}-{number}"),
            name=f"{name}-{number}",
            state_machine_arn=f"arn:aws:states:{region}:{account}:stateMachine:m",
            started_at=timezone.now(),
            next_poll_at=timezone.now() - timedelta(seconds=number),
            **fields,
        )
    return environment


def empty(environment, arn, action):
    taken = 0
    while quota.take(environment, arn, action):
        taken += 1
    return taken


@pytest.mark.parametrize(
    ("region", "action", "size", "refill"),
    [
        ("us-east-1", "GetExecutionHistory", 400, 20),
        ("eu-central-1", "GetExecutionHistory", 400, 20),
        ("eu-west-1", "DescribeExecution", 300, 15),
        ("eu-central-1", "DescribeExecution", 250, 10),
        ("us-west-2", "ListExecutions", 200, 5),
        ("eu-central-1", "ListExecutions", 100, 2),
        ("eu-central-1", "DescribeStateMachineForExecution", 200, 1),
    ],
)
def test_a_quarter_of_the_bucket_and_of_its_refill_is_ours(region, action, size, refill, standing_still):
    environment, arn = Environment(kind="aws"), ARN.format(region=region, account="111111111111", name="x")
    assert empty(environment, arn, action) == size // 4
    standing_still[0] += 100
    assert empty(environment, arn, action) == min(size // 4, 25 * refill)


def test_two_environments_of_one_account_and_region_share_a_bucket_and_a_sweep():
    first = runs("First", "eu-west-1", "111111111111", 5)
    second = runs("Second", "eu-west-1", "111111111111", 5)
    runs("Elsewhere", "eu-central-1", "111111111111", 5)
    runs("Others", "eu-west-1", "222222222222", 5)
    here = ARN.format(region="eu-west-1", account="111111111111", name="x")
    for number in range(97):
        assert quota.take([first, second][number % 2], here, quota.GET_HISTORY)
    chosen = list(
        Execution.objects.filter(pk__in=polling.due(timezone.now())).values_list("environment__name", flat=True)
    )
    assert len([name for name in chosen if name in ("First", "Second")]) == 3
    assert chosen.count("Elsewhere") == chosen.count("Others") == 5
    assert quota.take(first, here, quota.LIST_EXECUTIONS), "another action has a bucket of its own"


def test_an_embedded_endpoint_has_no_quota():
    embedded = Environment(name="Here", kind="embedded")
    assert all(quota.take(embedded, ARN, quota.GET_HISTORY) for _ in range(1000))


def test_who_waits_too_long_is_told_that_the_share_is_used_up(standing_still, monkeypatch):
    environment, arn = Environment(kind="aws"), ARN.format(region="eu-west-1", account="1", name="x")
    empty(environment, arn, quota.DESCRIBE_MACHINE)
    monkeypatch.setattr(quota, "_LONGEST_WAIT", -1.0)
    with pytest.raises(quota.ShareUsedUp, match="used up its share of AWS's quota for DescribeStateMachineFor"):
        quota.wait(environment, arn, quota.DESCRIBE_MACHINE)


def test_an_execution_stays_due_when_the_share_is_used_up_and_the_last_calls_are_for_watched_ones(monkeypatch):
    environment = runs("First", "eu-west-1", "111111111111", 2)
    unwatched, watched = Execution.objects.order_by("pk")
    Execution.objects.filter(pk=watched.pk).update(watched_until=timezone.now() + timedelta(minutes=1))
    polled = []
    monkeypatch.setattr(polling, "copy_history", lambda execution: polled.append(execution.pk) or 0)
    for _ in range(100 - polling.RESERVE):
        quota.take(environment, unwatched.arn, quota.GET_HISTORY)
    assert polling.poll(unwatched.pk) is None
    assert polling.poll(watched.pk) is not None
    assert polled == [watched.pk]
    assert polling.due(timezone.now()) == [unwatched.pk]


def test_watched_executions_of_an_account_share_the_refill_and_leave_some_for_the_rest(monkeypatch):
    monkeypatch.setattr(polling, "copy_history", lambda execution: 1)
    runs("First", "eu-west-1", "111111111111", 8, watched_until=timezone.now() + timedelta(minutes=1))
    pauses = [polling.poll(pk) for pk in Execution.objects.values_list("pk", flat=True)]
    assert max(pauses) < 2, "events of eight are seen within two seconds"
    assert sum(1 / pause for pause in pauses) < quota.rate(quota.GET_HISTORY, "eu-west-1")


def test_what_is_known_to_have_ended_comes_before_what_runs_unwatched():
    runs("First", "eu-west-1", "111111111111", 3)
    ended = Execution.objects.order_by("pk").first()
    Execution.objects.filter(pk=ended.pk).update(status="SUCCEEDED")
    assert polling.due(timezone.now())[0] == ended.pk


@pytest.mark.servers
def test_processes_share_the_buckets_in_redis_and_count_alone_while_it_is_away(tmp_path, settings, monkeypatch):
    environment, arn = Environment(kind="aws"), ARN.format(region="eu-central-1", account="1", name="x")
    settings.CALLBOARD_SINGLE_PROCESS = False
    with redis_server(tmp_path) as url:
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}}
        began, taken = time.monotonic(), 0
        for _ in range(2):  # as two processes: each has a client of its own
            quota._script.cache_clear()
            taken += empty(environment, arn, quota.LIST_EXECUTIONS)
        assert 25 <= taken <= 25 + 0.5 * (time.monotonic() - began) + 1
        quota.spent(environment, arn, quota.LIST_EXECUTIONS)
        assert quota.left(environment, arn, quota.LIST_EXECUTIONS) < 1
    assert empty(environment, arn, quota.LIST_EXECUTIONS) == 25, "Redis is away: this process's own bucket"
    quota._script.cache_clear()
