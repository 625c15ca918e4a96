"""The run that asks, on its task's page: for those who may see executions, and without data where the task is blind."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from callboard.apps import make_groups
from review.models import ReviewTask
from review.services import accept_message
from tests.review.conftest import CONTRACT


@pytest.fixture
def asked(environment, execution):
    task = accept_message(environment, {**CONTRACT, "execution": execution.arn, "state": "Ask a person"})
    ReviewTask.objects.filter(pk=task.pk).update(execution=execution, scheduled_event_id=7)
    return task


@pytest.fixture
def person(db, client):
    make_groups()
    user = User.objects.create_user("person")
    user.groups.add(Group.objects.get(name="Reviewer"))
    client.force_login(user)
    return user


def test_the_page_leads_to_the_execution_at_the_state_and_draws_the_run_when_it_is_opened(client, person, asked):
    page = client.get(reverse("review-task", args=[asked.pk])).content.decode()
    assert f'href="/executions/{asked.execution_id}/?state=Ask%20a%20person"' in page
    assert f'data-run="{reverse("review-run", args=[asked.pk])}"' in page
    said = client.get(reverse("review-run", args=[asked.pk])).json()
    assert (said["state"], said["event"], said["blind"]) == ("Ask a person", 7, False)
    assert said["boot"]["execution"]["id"] == asked.execution_id
    assert said["boot"]["permissions"] == {"operate": False}


def test_who_may_not_see_executions_gets_neither_the_run_nor_a_link_to_it(client, db, asked):
    user = User.objects.create_user("only-reviews")
    user.user_permissions.add(Permission.objects.get(codename="view_reviewtask"))
    client.force_login(user)
    page = client.get(reverse("review-task", args=[asked.pk])).content.decode()
    assert asked.execution.name in page
    assert "/executions/" not in page.split("<main")[1]
    assert "data-run=" not in page
    assert client.get(reverse("review-run", args=[asked.pk])).status_code == 403


def test_a_task_whose_execution_is_not_known_has_no_run(client, person, task):
    assert "data-run=" not in client.get(reverse("review-task", args=[task.pk])).content.decode()
    assert client.get(reverse("review-run", args=[task.pk])).status_code == 404


def test_the_run_of_a_blind_task_says_so_until_the_answer_stands(client, person, asked):
    ReviewTask.objects.filter(pk=asked.pk).update(policy={"blind": True})
    assert client.get(reverse("review-run", args=[asked.pk])).json()["blind"] is True
    ReviewTask.objects.filter(pk=asked.pk).update(status="delivered")
    assert client.get(reverse("review-run", args=[asked.pk])).json()["blind"] is False
