"""AWS's quotas are an account's and a Region's: environments that share them share our part of them."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from designer.models import Environment
from executions import polling, quota
from executions.models import Execution

pytestmark = pytest.mark.django_db
ARN = "arn:aws:states:{region}:{account}:execution:m:{name}"


@pytest.fixture(autouse=True)
def one_second(monkeypatch):
    """Time stands still, so that what is counted is one second's."""
    cache.clear()
    monkeypatch.setattr(quota.time, "time", lambda: 1_000_000.0)


def runs(name, region, account, count):
    environment = Environment.objects.create(name=name, kind="aws", region=region)
    for number in range(count):
        Execution.objects.create(
            environment=environment,
            arn=ARN.format(region=region, account=account, name=f"{name}-{number}"),
            name=f"{name}-{number}",
            state_machine_arn=f"arn:aws:states:{region}:{account}:stateMachine:m",
            started_at=timezone.now(),
            next_poll_at=timezone.now() - timedelta(seconds=number),
        )
    return environment


def test_two_environments_of_one_account_and_region_share_a_sweep():
    runs("First", "eu-west-1", "111111111111", 5)
    runs("Second", "eu-west-1", "111111111111", 5)
    runs("Elsewhere", "eu-central-1", "111111111111", 5)
    runs("Others", "eu-west-1", "222222222222", 5)
    chosen = Execution.objects.filter(pk__in=polling.due(timezone.now())).values_list("environment__name", flat=True)
    assert len([name for name in chosen if name in ("First", "Second")]) == polling.AWS_POLLS_PER_SWEEP
    assert list(chosen).count("Elsewhere") == list(chosen).count("Others") == polling.AWS_POLLS_PER_SWEEP


def test_the_share_of_a_second_is_counted_by_account_region_and_action():
    first, second = runs("First", "eu-west-1", "111111111111", 0), runs("Second", "eu-west-1", "111111111111", 0)
    here = ARN.format(region="eu-west-1", account="111111111111", name="x")
    there = ARN.format(region="us-east-1", account="111111111111", name="x")
    share = quota.CALLS_PER_SECOND[quota.GET_HISTORY]
    taken = [quota.take([first, second][number % 2], here, quota.GET_HISTORY) for number in range(share + 2)]
    assert taken == [True] * share + [False] * 2
    assert quota.take(first, there, quota.GET_HISTORY)
    assert quota.take(first, here, quota.LIST_EXECUTIONS)


def test_an_embedded_endpoint_has_no_quota():
    embedded = Environment(name="Here", kind="embedded")
    assert all(quota.take(embedded, ARN, quota.GET_HISTORY) for _ in range(100))


def test_an_execution_stays_due_when_the_share_is_used_up(monkeypatch):
    runs("First", "eu-west-1", "111111111111", 1)
    execution = Execution.objects.get()
    monkeypatch.setattr(polling, "copy_history", lambda execution: pytest.fail("was polled"))
    for _ in range(quota.CALLS_PER_SECOND[quota.GET_HISTORY]):
        quota.take(execution.environment, execution.arn, quota.GET_HISTORY)
    assert polling.poll(execution.pk) is None
    assert polling.due(timezone.now()) == [execution.pk]
