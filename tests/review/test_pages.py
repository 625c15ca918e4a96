"""The inbox and its API as a reviewer, a stranger and a late comer meet them."""

import json
import re

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from callboard.apps import make_groups
from notifications.webhooks import signature
from review.deciding import decide
from review.ingest import create_source, digest
from review.models import Decision, IngestSource, ReviewTask, TaskEvent
from review.services import accept_message, close
from tests.review.conftest import CONTRACT, TOKEN

PARTIAL = {"X-Callboard-Partial": "1"}


@pytest.fixture
def person(db, client):
    """A signed-in member of the Reviewer group."""
    make_groups()
    user = User.objects.create_user("person")
    user.groups.add(Group.objects.get(name="Reviewer"))
    client.force_login(user)
    return user


def test_the_inbox_shows_the_first_task_with_its_candidates_side_by_side(client, person, task):
    page = client.get(reverse("review")).content.decode()
    assert page.index("First") < page.index("Second")
    assert "Claude" in page
    assert "mistralai/Mistral-7B-Instruct-v0.2" in page
    assert "temperature 0.4" in page
    assert "We build a workflow and a person decides." in page


def test_an_empty_inbox_says_what_to_do(client, person):
    assert "Nothing for you to decide" in client.get(reverse("review")).content.decode()
    assert "No workflow waits for a person" in client.get(reverse("review") + "?folder=open").content.decode()
    assert "Nothing was closed yet" in client.get(reverse("review") + "?folder=decided").content.decode()


def test_opening_a_task_is_noted_once(client, person, task):
    for _ in range(2):
        client.get(reverse("review-task", args=[task.pk]))
    assert TaskEvent.objects.filter(task=task, kind="opened", who=person).count() == 1


def test_no_get_decides(client, person, task):
    for name in ("review-task", "review-pane", "review-decide"):
        client.get(reverse(name, args=[task.pk]) + "?outcome=approve&candidate=A")
    client.get(reverse("review") + "?outcome=reject")
    task.refresh_from_db()
    assert task.status == "open"


def test_a_form_without_a_script_approves_and_comes_back(client, person, task):
    answer = client.post(
        reverse("review-decide", args=[task.pk]), {"outcome": "approve", "candidate": "B"}, follow=True
    )
    assert "person chose B" in answer.content.decode()
    assert Decision.objects.get().candidate == "B"


def test_an_edit_sent_from_the_page_is_kept(client, person, task):
    form = {"outcome": "approve", "candidate": "A", "edit": "1", "title": " Mine ", "description": "Words"}
    client.post(reverse("review-decide", args=[task.pk]), form, headers=PARTIAL)
    assert Decision.objects.get().edited == {"title": "Mine", "description": "Words"}


def test_a_rejection_takes_its_own_reason_not_the_remarks(client, person, task):
    form = {"outcome": "reject", "reason": "off topic", "comment": "shorter"}
    client.post(reverse("review-decide", args=[task.pk]), form, headers=PARTIAL)
    assert Decision.objects.get().comment == "off topic"


def test_the_loser_of_a_race_gets_409_and_sees_who_won(client, person, task, reviewer):
    decide(task, by=reviewer, outcome="approve", candidate="A")
    answer = client.post(reverse("review-decide", args=[task.pk]), {"outcome": "reject"}, headers=PARTIAL)
    assert answer.status_code == 409
    assert "reviewer was first and approved it" in answer.content.decode()
    assert "data-approve" not in answer.content.decode()


def test_a_task_whose_workflow_ended_says_why_and_has_no_buttons(client, person, task):
    close(task, "cancelled", "The execution was stopped")
    page = client.get(reverse("review-task", args=[task.pk])).content.decode()
    assert "The execution was stopped" in page
    assert 'name="outcome"' not in page


def test_a_task_of_another_group_can_be_seen_but_not_decided(client, person, environment):
    Group.objects.create(name="Lawyers")
    task = accept_message(environment, {**CONTRACT, "group": "Lawyers"})
    page = client.get(reverse("review-task", args=[task.pk])).content.decode()
    assert "Only members of Lawyers" in page
    answer = client.post(reverse("review-decide", args=[task.pk]), {"outcome": "approve", "candidate": "A"})
    assert answer.status_code == 403
    assert not Decision.objects.exists()


def test_a_group_that_does_not_exist_asks_every_reviewer_and_says_so(environment):
    task = accept_message(environment, {**CONTRACT, "group": "Nobody knows"})
    assert task.group == ""
    assert any("Nobody knows" in event.text for event in task.events.all())


@pytest.mark.parametrize(("signed_in", "expected"), [(False, {302, 401}), (True, {403})])
def test_strangers_and_people_without_the_role_are_kept_out(client, db, task, signed_in, expected):
    if signed_in:
        client.force_login(User.objects.create_user("nobody"))
    for name in ("review-task", "review-pane"):
        assert client.get(reverse(name, args=[task.pk])).status_code in expected
    assert client.get(reverse("review")).status_code in expected
    assert client.post(reverse("review-decide", args=[task.pk]), {"outcome": "reject"}).status_code in expected
    assert client.get("/api/v1/reviews").status_code in expected | {401}
    task.refresh_from_db()
    assert task.status == "open"


def test_an_operator_may_look_but_not_decide(client, task):
    make_groups()
    user = User.objects.create_user("operator")
    user.groups.add(Group.objects.get(name="Operator"))
    client.force_login(user)
    page = client.get(reverse("review-task", args=[task.pk])).content.decode()
    assert "needs the Reviewer role" in page
    assert client.post(reverse("review-decide", args=[task.pk]), {"outcome": "reject"}).status_code == 403


def test_the_api_decides_once_and_tells_the_second_who_won(client, person, task, reviewer):
    url = f"/api/v1/reviews/{task.pk}/decisions"
    body = {"outcome": "approve", "candidate": "A", "comment": "good"}
    first = client.post(url, body, content_type="application/json")
    assert first.status_code == 201
    assert first.json()["decision"]["decided_by"] == "person"
    second = client.post(url, body, content_type="application/json")
    assert second.status_code == 409
    assert second.json()["decided_by"] == "person"
    assert second.json()["decided_at"]


def test_the_api_says_what_is_wrong_with_an_answer(client, person, task):
    answer = client.post(
        f"/api/v1/reviews/{task.pk}/decisions",
        {"outcome": "approve", "candidate": "Z"},
        content_type="application/json",
    )
    assert answer.status_code == 422
    assert "Choose a candidate" in answer.json()["message"]


def test_the_api_lists_and_shows_tasks(client, person, task):
    listed = client.get("/api/v1/reviews?status=open").json()
    assert [row["id"] for row in listed["tasks"]] == [task.pk]
    assert listed["counts"] == {"mine": 1, "open": 1}
    shown = client.get(f"/api/v1/reviews/{task.pk}").json()
    assert [candidate["key"] for candidate in shown["candidates"]] == ["A", "B"]
    assert client.get("/api/v1/reviews/999999").status_code == 404


def test_a_program_with_a_source_hands_a_token_in(client, environment):
    source, bearer = create_source("Our function", environment)
    assert source.token_hash == digest(bearer)
    headers = {"Authorization": f"Bearer {bearer}"}
    for _ in range(2):
        answer = client.post(
            "/api/v1/review-tokens", json.dumps(CONTRACT), content_type="application/json", headers=headers
        )
        assert answer.status_code == 202
        assert TOKEN not in answer.content.decode()
    assert ReviewTask.objects.get().title == CONTRACT["title"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("no json", 422, "not JSON"),
        ("{}", 422, "no taskToken"),
        ('{"taskToken": "x", "title": 7}', 422, "breaks the review contract"),
    ],
)
def test_a_program_learns_what_is_wrong_with_its_message(client, environment, body, status, words):
    _, bearer = create_source("Our function", environment)
    headers = {"Authorization": f"Bearer {bearer}"}
    answer = client.post("/api/v1/review-tokens", body, content_type="application/json", headers=headers)
    assert answer.status_code == status
    assert words in answer.json()["message"]
    assert not ReviewTask.objects.exists()


def test_a_new_source_shows_its_token_once_and_keeps_it_nowhere(client, environment):
    client.force_login(User.objects.create_superuser("root"))
    add = reverse("admin:review_ingestsource_add")
    answer = client.post(add, {"name": "Our function", "environment": environment.pk, "active": "on"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    bearer = re.search(r"cbi_[\w-]{43}", answer.content.decode())[0]
    source = IngestSource.objects.get()
    assert source.token_hash == digest(bearer)
    assert not [morsel.value for morsel in client.cookies.values() if bearer in morsel.value]
    assert bearer not in str(dict(client.session))
    change = reverse("admin:review_ingestsource_change", args=[source.pk])
    assert bearer not in client.get(change).content.decode()
    client.post(change, {"name": "Renamed", "environment": environment.pk, "active": "on"})
    source.refresh_from_db()
    assert (source.name, source.token_hash) == ("Renamed", digest(bearer))


def test_a_source_that_signs_is_heard_with_a_fresh_signature_of_this_very_body(client, environment):
    client.force_login(User.objects.create_superuser("root"))
    given = {"name": "Signs", "environment": environment.pk, "active": "on", "signed": "on"}
    shown = client.post(reverse("admin:review_ingestsource_add"), given).content.decode()
    bearer, secret = re.search(r"cbi_[\w-]{43}", shown)[0], re.search(r"whsec_[\w+/=]+", shown)[0]
    source = IngestSource.objects.get()
    assert secret not in client.get(reverse("admin:review_ingestsource_change", args=[source.pk])).content.decode()
    body, now = json.dumps(CONTRACT), timezone.now()

    def status(body=body, **headers):
        headers = {"Authorization": f"Bearer {bearer}", **headers}
        address = "/api/v1/review-tokens"
        return client.post(address, body, content_type="application/json", headers=headers).status_code

    signed = signature(secret, "m1", now, body)
    late = signature(secret, "m1", now - timezone.timedelta(minutes=10), body)
    others = signature("whsec_" + "A" * 43 + "=", "m1", now, body)
    assert [status(), status(**late), status(**others), status(body + " ", **signed)] == [401] * 4
    assert not ReviewTask.objects.exists()
    assert [status(**signed), status(**signed)] == [202, 202]
    assert ReviewTask.objects.count() == 1


def test_a_wrong_or_retired_bearer_token_is_refused(client, environment):
    source, bearer = create_source("Our function", environment)
    source.active = False
    source.save()
    for token in (bearer, "guess", ""):
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.post(
            "/api/v1/review-tokens", json.dumps(CONTRACT), content_type="application/json", headers=headers
        )
        assert answer.status_code == 401
    assert not ReviewTask.objects.exists()


def test_the_token_of_the_settings_opens_the_embedded_environment(client, environment, settings):
    settings.CALLBOARD_INGEST_TOKEN = "from-the-settings"
    headers = {"Authorization": "Bearer from-the-settings"}
    answer = client.post(
        "/api/v1/review-tokens", json.dumps(CONTRACT), content_type="application/json", headers=headers
    )
    assert answer.status_code == 202
    assert ReviewTask.objects.get().environment == environment


def test_no_page_answer_or_log_line_holds_the_token(client, person, task, caplog, capsys):
    """Every address of the review pages and API, before and after the decision."""
    caplog.set_level("DEBUG")
    seen = [client.get(reverse("review") + path).content for path in ("", "?folder=open", "?folder=decided")]
    decide_url = reverse("review-decide", args=[task.pk])
    for _ in range(2):
        addresses = [reverse(name, args=[task.pk]) for name in ("review-task", "review-pane")]
        addresses += [f"/api/v1/reviews/{task.pk}", "/api/v1/reviews"]
        seen += [client.get(address).content for address in addresses]
        seen.append(client.post(decide_url, {"outcome": "regenerate"}, headers=PARTIAL).content)
    text = b"".join(seen).decode()
    hidden = [TOKEN, task.sealed_token, task.token_hash]
    assert not [secret for secret in hidden if secret in text]
    logged = caplog.text + "".join(capsys.readouterr())
    assert not [secret for secret in hidden[:2] if secret in logged]


def test_a_title_that_is_markup_stays_text(client, person, environment):
    message = {
        **CONTRACT,
        "title": "<script>alert(1)</script>",
        "candidates": [{"title": '"><img src=x onerror=alert(1)>'}],
    }
    task = accept_message(environment, message)
    page = client.get(reverse("review-task", args=[task.pk])).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_media_is_linked_only_from_s3_and_https(client, person, environment):
    media = ["s3://bucket/a b.png", "https://example.com/a.png"]
    message = {**CONTRACT, "candidates": [{"title": "x", "media": address} for address in media]}
    shown = client.get(f"/api/v1/reviews/{accept_message(environment, message).pk}").json()["candidates"]
    assert "X-Amz-Signature" in shown[0]["media_url"]
    assert shown[1]["media_url"] == "https://example.com/a.png"
    bad = accept_message(
        environment, {"taskToken": "t2", "candidates": [{"title": "x", "media": "javascript:alert(1)"}]}
    )
    assert (
        "javascript:"
        not in client.get(reverse("review-task", args=[bad.pk])).content.decode().split("What the workflow sent")[0]
    )


def test_an_edit_without_a_title_is_refused_in_words(client, person, task):
    form = {"outcome": "approve", "candidate": "A", "edit": "1"}
    answer = client.post(reverse("review-decide", args=[task.pk]), form)
    assert answer.status_code == 422
    assert "The title is empty" in answer.content.decode()


def test_the_api_refuses_text_that_no_database_stores(client, person, task):
    body = {"outcome": "regenerate", "comment": "half \ud800"}
    answer = client.post(f"/api/v1/reviews/{task.pk}/decisions", json.dumps(body), content_type="application/json")
    assert answer.status_code == 422
    assert not Decision.objects.exists()


def test_an_offset_beyond_all_tasks_gives_none(client, person, task):
    assert client.get("/api/v1/reviews?offset=99999999999999999999999").json()["tasks"] == []


def test_data_is_shown_as_data_with_what_differs_and_its_text_is_what_is_edited(client, person, environment):
    candidates = [{"json": {"a": [1, 2]}}, {"text": '{"a": [1, 3]}'}, {"text": "[not JSON"}]
    task = accept_message(environment, {"taskToken": "data", "candidates": candidates})
    page = client.get(reverse("review-task", args=[task.pk]))
    shown = page.context["candidates"]
    assert [each["is_data"] for each in shown] == [True, True, False]
    assert ("new", "3") in shown[1]["differences"]["text"]
    assert page.content.decode().count(" data-is-data") == 2
    form = {"outcome": "approve", "candidate": "A", "edit": "1", "text": '{"a": []}'}
    client.post(reverse("review-decide", args=[task.pk]), form, headers=PARTIAL)
    assert Decision.objects.get().output["candidate"]["json"] == {"a": []}
    assert "Edited to" in client.get(reverse("review-pane", args=[task.pk])).content.decode()


def test_media_of_strangers_is_a_link_and_loaded_by_nobody_who_looks(client, person, environment):
    media = ["https://example.com/a.png", "https://b.s3.eu-west-1.amazonaws.com/a.png", "https://[bad/a.mp3"]
    message = {
        "taskToken": "token-m",
        "media": media[0],
        "candidates": [{"title": "x", "media": each} for each in media],
    }
    page = client.get(reverse("review-task", args=[accept_message(environment, message).pk])).content.decode()
    assert page.count('href="https://example.com/a.png" target="_blank" rel="noopener noreferrer"') == 2
    assert re.findall(r'src="(https://[^"]+)"', page) == [media[1]]


def test_what_ended_says_what_can_be_done(client, person, environment):
    words = {"expired": "has a Retry", "cancelled": "redrive the execution", "orphaned": "the account and the Region"}
    for status, said in words.items():
        task = accept_message(environment, {"taskToken": status})
        close(task, status, "Why")
        assert said in client.get(reverse("review-pane", args=[task.pk])).content.decode()


def test_the_states_own_time_out_counts_down_beside_an_earlier_due_time(client, person, environment):
    task = accept_message(environment, {"taskToken": "token-t", "dueSeconds": 60})
    ReviewTask.objects.filter(pk=task.pk).update(times_out_at=timezone.now() + timezone.timedelta(hours=2))
    assert "the state times out" in client.get(reverse("review-pane", args=[task.pk])).content.decode()
    ReviewTask.objects.filter(pk=task.pk).update(times_out_at=ReviewTask.objects.get(pk=task.pk).due_at)
    assert "the state times out" not in client.get(reverse("review-pane", args=[task.pk])).content.decode()


def test_stopping_the_run_needs_the_right_to_and_a_run_that_is_known(client, person, task, execution):
    address = reverse("review-abort", args=[task.pk])
    assert client.post(address, {"reason": "No"}).status_code == 403
    person.groups.add(Group.objects.get(name="Operator"))
    assert "isn&#x27;t known yet" in client.post(address).content.decode()
    ReviewTask.objects.filter(pk=task.pk).update(execution=execution)
    answer = client.post(address)  # nothing listens at the endpoint
    assert (answer.status_code, "can&#x27;t be reached" in answer.content.decode()) == (422, True)
    task.refresh_from_db()
    assert task.status == "open"
    decide(task, by=person, outcome="approve", candidate="A")
    assert client.post(address).status_code == 409


def cards_checked(client, task):
    page = client.get(reverse("review-pane", args=[task.pk]), headers=PARTIAL).content.decode()
    return [found[1] for found in re.finditer(r'name="candidate" value="(\w)"\s+checked', page)]


def test_no_candidate_looks_chosen_where_nobody_chose(client, person, task):
    assert cards_checked(client, task) == ["A"]
    close(task, ReviewTask.Status.EXPIRED, "The state timed out")
    assert cards_checked(client, task) == []


def test_no_candidate_looks_chosen_to_who_may_not_answer(client, person, environment):
    Group.objects.create(name="Others")
    asked = accept_message(environment, {**CONTRACT, "group": "Others"})
    assert cards_checked(client, asked) == []


def test_what_was_chosen_stays_marked(client, person, task):
    decide(task, by=person, outcome="approve", candidate="B")
    assert cards_checked(client, task) == ["B"]


def test_a_blind_question_does_not_blame_the_workflow_for_the_missing_model(client, person, environment):
    asked = accept_message(environment, {**CONTRACT, "policy": {"blind": True}})
    page = client.get(reverse("review-pane", args=[asked.pk]), headers=PARTIAL).content.decode()
    assert "hidden until the answer." in page
    assert "didn’t say which model" not in page


def test_a_form_is_not_shown_as_json_too(client, person, environment):
    form = {"type": "object", "properties": {"price": {"type": "number", "title": "Price"}}}
    message = {"taskToken": TOKEN, "title": "Which price?", "form": form}
    asked = accept_message(environment, message)
    page = client.get(reverse("review-pane", args=[asked.pk]), headers=PARTIAL).content.decode()
    assert "Price" in page
    assert "What the workflow sent" not in page
    more = accept_message(environment, {**message, "taskToken": TOKEN + "2", "order": 7})
    page = client.get(reverse("review-pane", args=[more.pk]), headers=PARTIAL).content.decode()
    assert "&quot;order&quot;: 7" in page
    assert "&quot;properties&quot;" not in page


def test_the_run_that_asks_is_named_with_its_workflow(client, person, task, execution):
    ReviewTask.objects.filter(pk=task.pk).update(execution=execution)
    page = client.get(reverse("review-pane", args=[task.pk])).content.decode()
    assert re.search(r"Asked by <span[^>]*>video</span> in run .*run-1", page)


def test_a_parameter_may_be_called_anything(client, person, environment):
    odd = {"temperature": 0.4, "{x}": [1], "stop_at": "{0}"}
    task = accept_message(environment, {"taskToken": "t-odd", "candidates": [{"title": "One", "parameters": odd}]})
    page = client.get(reverse("review-pane", args=[task.pk])).content.decode()
    assert "temperature 0.4, {x} [1], stop at {0}" in page
