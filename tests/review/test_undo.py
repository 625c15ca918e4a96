"""A decision can be taken back until it is due, by who took it, and is sent or undone, never both."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from review import delivery
from review.deciding import TooLate, decide, undo
from review.models import Decision, ReviewTask
from review.tasks import check_reopened
from tests.review.conftest import make_reviewer


def test_an_undone_decision_leaves_an_open_task_and_two_lines(task, reviewer):
    decide(task, by=reviewer, outcome="approve", candidate="A", undo_seconds=5)
    undo(task, by=reviewer)
    task.refresh_from_db()
    assert (task.status, task.closed_at, Decision.objects.count()) == ("open", None, 0)
    last = task.events.order_by("sequence").last()
    assert (last.kind, last.before["decision"]["candidate"], last.after["decision"]) == ("undone", "A", None)
    decide(task, by=reviewer, outcome="reject")


def test_nothing_is_sent_before_its_time_and_all_after(task, reviewer):
    decision = decide(task, by=reviewer, outcome="approve", candidate="A", undo_seconds=5)
    assert not delivery.deliver(decision.pk)
    assert delivery.due() == []
    Decision.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert delivery.due() == [decision.pk]  # a sweep finds it whatever became of the process that took it
    with pytest.raises(TooLate):
        undo(task, by=reviewer)


def test_nobody_undoes_anothers_decision(task, reviewer):
    decide(task, by=reviewer, outcome="approve", candidate="A", undo_seconds=5)
    with pytest.raises(TooLate):
        undo(task, by=make_reviewer("other"))


def test_an_attempt_that_began_is_too_late_to_undo(task, reviewer):
    decision = decide(task, by=reviewer, outcome="approve", candidate="A")
    delivery.deliver(decision.pk)  # nothing listens: it will be tried again
    with pytest.raises(TooLate):
        undo(task, by=reviewer)


def test_a_workflow_that_ended_meanwhile_closes_the_reopened_task(task, reviewer, execution):
    ReviewTask.objects.filter(pk=task.pk).update(execution=execution, execution_arn=execution.arn)
    decide(task, by=reviewer, outcome="approve", candidate="A", undo_seconds=5)
    execution.status = "ABORTED"
    execution.save()
    undo(task, by=reviewer)
    check_reopened(task.pk)
    task.refresh_from_db()
    assert task.status == "cancelled"


def test_the_page_offers_it_to_who_decided_and_takes_it_back(client, task, reviewer):
    client.force_login(reviewer)
    client.post(reverse("review-decide", args=[task.pk]), {"outcome": "approve", "candidate": "A"})
    assert "data-undo" in client.get(reverse("review-pane", args=[task.pk])).content.decode()
    assert client.get(reverse("review-undo", args=[task.pk])).status_code == 405
    assert client.post(reverse("review-undo", args=[task.pk])).status_code == 302
    task.refresh_from_db()
    assert task.status == "open"
