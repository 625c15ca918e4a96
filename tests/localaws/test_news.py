"""What the endpoint tells of histories that grow: nothing is left out without being said."""

import asyncio
import json
import time
import urllib.error
import urllib.request
import uuid

import pytest

from localaws import news
from localaws.news import News


def heard(grown, place="", wait=0.0):
    return asyncio.run(grown.after(place, wait))


def test_each_asker_hears_what_grew_since_its_own_place_the_last_growth_last():
    grown = News()
    place = heard(grown).after
    for arn in "abca":
        grown.add(arn)
    first = heard(grown, place)
    assert (first.executions, first.missed) == (["b", "c", "a"], False)
    grown.add("b")
    assert heard(grown, first.after).executions == ["b"]
    assert heard(grown, place).executions == ["c", "a", "b"]


def test_who_may_have_missed_something_is_told_so(monkeypatch):
    monkeypatch.setattr(news, "MOST", 3)
    now = [0.0]
    grown = News(lambda: now[0])
    place = heard(grown).after
    for arn in "abcd":
        grown.add(arn)
    assert heard(grown, place).missed, "a is forgotten"
    assert heard(grown, heard(News()).after).missed, "another process said that place"
    assert all(heard(grown, odd).missed for odd in ("", "x", place + "9", place + "\u0663", "." * 300))
    place = heard(grown, place).after
    assert not heard(grown, place).missed
    now[0] += news.REMEMBERED_FOR + 1
    grown.add("e")  # nobody has asked for so long: it isn't written down
    assert heard(grown, place).missed


def test_a_question_waits_for_the_first_growth_and_no_longer():
    async def waits():
        grown = News()
        place = (await grown.after("", 0)).after
        asked = asyncio.create_task(grown.after(place, 5))
        await asyncio.sleep(0.01)
        grown.add("a")
        first = await asyncio.wait_for(asked, 1)
        asked = asyncio.create_task(grown.after(first.after, 5))
        await asyncio.sleep(0.01)
        grown.close()
        return first, await asyncio.wait_for(asked, 1), await grown.after(first.after, 5)

    first, *others = asyncio.run(waits())
    assert first.executions == ["a"]
    assert [one.executions for one in others] == [[], []]


def test_the_route_names_the_executions_that_grow(endpoint, sfn):
    def ask(**query):
        text = urllib.parse.urlencode(query)
        with urllib.request.urlopen(f"{endpoint.url}/_localaws/news?{text}", timeout=10) as answer:
            return json.load(answer)

    place = ask()["after"]
    definition = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}}
    machine = sfn.create_state_machine(
        name=f"m-{uuid.uuid4().hex}", definition=json.dumps(definition), roleArn="arn:aws:iam::000000000000:role/any"
    )
    arn = sfn.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    begun = ask(after=place, wait=5)
    assert arn in begun["executions"]
    asked = time.monotonic()
    while arn not in (begun := ask(after=begun["after"], wait=5))["executions"]:
        assert time.monotonic() < asked + 5
    assert sfn.describe_execution(executionArn=arn)["status"] == "SUCCEEDED", "it was committed before it was told"
    for wait in ("soon", "nan", "-1", "inf"):
        with pytest.raises(urllib.error.HTTPError, match="400"):
            ask(after=begun["after"], wait=wait)
