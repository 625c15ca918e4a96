import json
import threading

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from review import tokens
from review.answers import MAX_OUTPUT_BYTES, InvalidDecision, check_output
from review.deciding import AlreadyDecided, decide
from review.models import Decision, ReviewTask, TaskEvent
from review.services import accept_message, close
from tests.review.conftest import CONTRACT, TOKEN, make_reviewer


def test_a_message_makes_one_task_however_often_it_comes(environment):
    first = accept_message(environment, CONTRACT)
    again = accept_message(environment, {**CONTRACT, "title": "Another title"})
    assert again.pk == first.pk
    assert ReviewTask.objects.count() == 1
    assert ReviewTask.objects.get().title == "Choose a title for a video"


def test_a_copy_of_a_decided_message_leaves_the_decision_alone(task, reviewer, environment):
    decide(task, by=reviewer, outcome="approve", candidate="A")
    assert accept_message(environment, CONTRACT).status == "decided"


def test_the_token_lies_encrypted_and_opens_again(task):
    row = ReviewTask.objects.filter(pk=task.pk).values().get()
    assert TOKEN not in json.dumps(row, default=str)
    assert tokens.unseal(row["sealed_token"]) == TOKEN


def test_a_new_secret_key_still_opens_what_the_old_one_sealed(task, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key " * 5
    assert tokens.unseal(task.sealed_token) == TOKEN
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(tokens.UnreadableToken):
        tokens.unseal(task.sealed_token)


def test_a_choice_answers_with_the_candidate_and_who_chose(task, reviewer):
    decision = decide(task, by=reviewer, outcome="approve", candidate="B")
    assert decision.output == {
        "outcome": "approve",
        "candidate": {
            "key": "B",
            "title": "Second",
            "description": "Two",
            "model": "mistralai/Mistral-7B-Instruct-v0.2",
            "edited": False,
        },
        "comment": "",
        "decidedBy": "reviewer",
        "topic": "videos/one.mp4",
    }


def test_an_edit_goes_out_in_place_of_the_candidates_text(task, reviewer):
    decision = decide(
        task, by=reviewer, outcome="approve", candidate="A", edited={"title": "Mine", "description": "Better"}
    )
    assert decision.output["candidate"]["title"] == "Mine"
    assert decision.output["candidate"]["edited"] is True
    assert decision.edited == {"title": "Mine", "description": "Better"}


def test_the_talks_shape_says_yes_with_a_message(environment, reviewer):
    task = accept_message(environment, {**CONTRACT, "answer": "talk"})
    decision = decide(task, by=reviewer, outcome="approve", candidate="A")
    assert decision.output == {
        "message": {"title": "First", "description": "One"},
        "topic": "videos/one.mp4",
        "approved": "yes",
    }


@pytest.mark.parametrize(("comment", "extra"), [("", {}), ("shorter", {"comment": "shorter"})])
def test_the_talks_shape_says_no_with_regenerate(environment, reviewer, comment, extra):
    task = accept_message(environment, {**CONTRACT, "answer": "talk"})
    decision = decide(task, by=reviewer, outcome="regenerate", comment=comment)
    assert decision.output == {"message": "regenerate", "topic": "videos/one.mp4", "approved": "no", **extra}


def test_a_rejection_has_no_output_because_it_is_a_failure(task, reviewer):
    decision = decide(task, by=reviewer, outcome="reject", comment="off topic")
    assert decision.output is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"outcome": "maybe"}, "outcome"),
        ({"outcome": "approve"}, "Choose a candidate"),
        ({"outcome": "approve", "candidate": "Z"}, "Choose a candidate"),
        ({"outcome": "approve", "candidate": "A", "edited": {"title": " ", "description": "x"}}, "title is empty"),
        ({"outcome": "regenerate", "comment": "x" * 10_001}, "at most 10,000"),
        ({"outcome": "regenerate", "comment": "a\x00b"}, "NUL"),
    ],
)
def test_an_answer_that_cannot_be_sent_is_refused_in_words_and_the_task_stays_open(task, reviewer, arguments, words):
    with pytest.raises(InvalidDecision, match=words):
        decide(task, by=reviewer, **arguments)
    task.refresh_from_db()
    assert task.status == "open"
    assert not Decision.objects.exists()


def test_the_size_of_an_answer_is_counted_in_bytes_of_utf8():
    check_output("é" * (MAX_OUTPUT_BYTES // 2 - 1))
    with pytest.raises(InvalidDecision, match="256 KiB"):
        check_output("é" * (MAX_OUTPUT_BYTES // 2))


def test_a_second_reviewer_learns_who_won_and_when(task, reviewer):
    won = decide(task, by=reviewer, outcome="approve", candidate="A")
    with pytest.raises(AlreadyDecided) as lost:
        decide(task, by=make_reviewer("second"), outcome="reject")
    assert lost.value.decided_by == "reviewer"
    assert lost.value.decided_at == won.decided_at
    assert "reviewer was first and approved it" in lost.value.message


def test_a_reviewer_who_comes_after_the_workflow_ended_learns_why(task, reviewer):
    assert close(task, "cancelled", "The execution was stopped")
    with pytest.raises(AlreadyDecided) as lost:
        decide(task, by=reviewer, outcome="approve", candidate="A")
    assert lost.value.decided_by is None
    assert "The execution was stopped" in lost.value.message


def test_a_decided_task_is_not_closed_by_anything_else(task, reviewer):
    decide(task, by=reviewer, outcome="approve", candidate="A")
    assert not close(task, "cancelled", "late")
    task.refresh_from_db()
    assert task.status == "decided"


def test_the_history_is_only_added_to(task):
    event = task.events.get()
    event.text = "something else"
    for change in (event.save, lambda: TaskEvent.objects.update(text=""), TaskEvent.objects.all().delete):
        with pytest.raises(TypeError, match="only added to"):
            change()


def test_a_second_decision_cannot_even_be_stored(task, reviewer):
    first = decide(task, by=reviewer, outcome="approve", candidate="A")
    with pytest.raises(IntegrityError):
        Decision.objects.create(task=task, outcome="reject", decided_by=reviewer, decided_at=first.decided_at)


@pytest.mark.django_db(transaction=True)
def test_many_threads_decide_one_task_and_exactly_one_decision_stands(environment):
    task = accept_message(environment, CONTRACT)
    people = [make_reviewer(f"person-{number}") for number in range(12)]
    start, results = threading.Barrier(len(people)), []

    def run(person):
        try:
            start.wait()
            decide(ReviewTask.objects.get(pk=task.pk), by=person, outcome="approve", candidate="A")
            results.append(("won", person.username))
        except AlreadyDecided as lost:
            results.append(("lost to", lost.decided_by))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    winners = [name for how, name in results if how == "won"]
    assert len(results) == len(people)
    assert len(winners) == 1
    assert {name for how, name in results if how == "lost to"} == set(winners)
    assert Decision.objects.get().decided_by.username == winners[0]


@pytest.mark.parametrize("outcome", ["regenerate", "reject"])
def test_a_text_that_was_begun_to_be_edited_goes_out_with_an_approval_alone(task, reviewer, outcome):
    decision = decide(task, by=reviewer, outcome=outcome, edited={"title": "Half"}, comment="again")
    assert decision.edited is None
    assert decision.output is None or decision.output["candidate"] is None


def test_data_and_plain_text_are_edited_as_what_they_are(environment, reviewer):
    candidates = [{"json": {"price": 3}, "model": "m"}, {"text": "Just words"}, {"title": "T", "text": "Words"}]

    def answered(token, candidate, **edited):
        task = accept_message(environment, {"taskToken": token, "candidates": candidates})
        return decide(task, by=reviewer, outcome="approve", candidate=candidate, edited=edited or None).output[
            "candidate"
        ]

    assert answered("1", "A") == {"key": "A", "model": "m", "json": {"price": 3}, "edited": False}
    assert answered("2", "A", text='{"price": 4}') == {"key": "A", "model": "m", "json": {"price": 4}, "edited": True}
    assert answered("3", "B", text="Other words") == {"key": "B", "text": "Other words", "edited": True}
    assert answered("4", "C", title="U", text="W") == {"key": "C", "title": "U", "text": "W", "edited": True}
    for edited, words in (
        ({"text": "{"}, "is not JSON"),
        ({"text": " "}, "The text is empty"),
        ({"text": "NaN"}, "JSON"),
    ):
        with pytest.raises(InvalidDecision, match=words):
            answered(f"x{words}", "A", **edited)
