import time

import pytest
from django.urls import reverse

from review.deciding import decide
from review.word_diff import word_diff


@pytest.mark.parametrize(
    ("old", "new"),
    [("", ""), ("one two", "one three"), ("a, b", "a; b"), ("x", ""), ("é\n", "é ü"), ("a " * 3000, "b")],
)
def test_the_runs_joined_are_the_two_texts(old, new):
    runs = word_diff(old, new)
    assert "".join(text for kind, text in runs if kind != "gone") == new
    assert "".join(text for kind, text in runs if kind != "new") == old


def test_a_word_that_changed_is_gone_and_new():
    assert word_diff("one two", "one three") == [("same", "one "), ("gone", "two"), ("new", "three")]


def test_an_edit_is_shown_against_the_candidate_and_escaped(client, task, reviewer):
    decide(
        task, by=reviewer, outcome="approve", candidate="A", edited={"title": "First <b>", "description": "One more"}
    )
    client.force_login(reviewer)
    page = client.get(reverse("review-pane", args=[task.pk])).content.decode()
    assert "<ins" in page
    assert "<b>" not in page


def test_texts_that_repeat_themselves_hold_up_no_page():
    for old, new in (("a " * 1999, "b a " * 999), ("a b " * 999, "b a " * 999), ("a " * 90, "b a " * 45)):
        began = time.perf_counter()
        assert "".join(text for kind, text in word_diff(old, new) if kind != "gone") == new
        assert time.perf_counter() - began < 1
