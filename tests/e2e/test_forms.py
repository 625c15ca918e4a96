"""A workflow made by the palette and the forms alone, deployed, run until it asks a person; and a pattern over S3, run."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import boto3
import pytest
from conftest import sign_in

pytestmark = pytest.mark.e2e
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def aws(studio, service):
    return boto3.client(
        service, endpoint_url=studio.aws_url, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


def new_workflow(page, studio, name, definition=None):
    page.goto(f"{studio.url}/workflows/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/workflows/*/")
    page.locator("[data-scope]").first.wait_for()
    return int(re.search(r"/workflows/(\d+)/", page.url).group(1))


def add(page, typed, title):
    """The first of what the palette finds, by Enter."""
    search = page.get_by_label("Find an action or a pattern")
    search.fill(typed)
    page.get_by_role("complementary", name="Palette").get_by_role("button", name=title, exact=False).first.wait_for()
    search.press("Enter")
    page.get_by_role("complementary", name="Inspector").get_by_role("heading", name=title).wait_for()


def field(page, name):
    return page.get_by_role("complementary", name="Inspector").get_by_label(name, exact=True)


def choose_mode(page, of, mode):
    page.get_by_role("radiogroup", name=f"{of} is").get_by_role("radio", name=mode).click()


def saved(page, studio, pk, number):
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_label("What changed").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text(f"Saved as revision {number}").wait_for()
    return json.loads(page.request.get(f"{studio.url}/workflows/{pk}/revisions/{number}/download/").body())


def serious(page):
    page.evaluate(AXE.read_text() + "; void 0")
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in ("serious", "critical")
    ]


def read_an_item(page):
    add(page, "get item", "Get item")
    field(page, "TableName").fill("notes")
    # The key's attribute is renamed, and taken from the input.
    page.get_by_role("button", name="Rename id").click()
    page.get_by_label("Name", exact=True).last.fill("note")
    page.keyboard.press("Enter")
    field(page, "S").fill("$.note")
    page.get_by_role("button", name=re.compile("Add a field")).last.click()
    page.get_by_label("Find a field to add").fill("strongly consistent")
    page.keyboard.press("Enter")
    field(page, "ConsistentRead").select_option("true")
    page.get_by_role("tab", name="Data").click()


def ask_a_model(page):
    add(page, "claude", "Invoke model")
    choose_mode(page, "Prompt", "Template")
    field(page, "Prompt").fill("Sum up in a sentence: {$.Item.text.S}")
    field(page, "Max tokens").fill("120")
    field(page, "Temperature").fill("0.2")
    # Another family: the Body is written anew around the same prompt and settings.
    page.get_by_role("button", name=re.compile("Model: Claude")).click()
    page.get_by_label("Find a model").fill("llama")
    page.get_by_role("list", name="Models").get_by_role("button").first.click()
    page.get_by_text("Llama. The answer is at").wait_for()


def ask_a_person(page):
    add(page, "ask a person", "Ask a person")
    field(page, "Title").fill("Is this summary right?")
    page.get_by_role("button", name="Candidates is an expression").click()
    page.get_by_role("button", name="Add an item").click()
    page.get_by_role("button", name=re.compile("Add a field")).first.click()
    page.get_by_label("Find a field to add").fill("text")
    page.get_by_role("option", name=re.compile("^text")).click()
    page.get_by_role("button", name="text is an expression").click()
    field(page, "text").fill("$.Body.generation")
    field(page, "Due within").fill("600")


def test_a_workflow_is_made_by_the_forms_alone_and_asks_a_person(studio, page):
    table = aws(studio, "dynamodb")
    table.create_table(
        TableName="notes", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "note", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "note", "AttributeType": "S"}],
    )  # fmt: skip
    table.put_item(TableName="notes", Item={"note": {"S": "one"}, "text": {"S": "Trees drink at night."}})
    sign_in(page, studio)
    pk = new_workflow(page, studio, "by-forms")
    read_an_item(page)
    page.get_by_role("tab", name="Configure").click()
    ask_a_model(page)
    ask_a_person(page)
    states = saved(page, studio, pk, 2)["States"]
    assert states["Get item"]["Parameters"] == {
        "TableName": "notes", "Key": {"note": {"S.$": "$.note"}}, "ConsistentRead": True
    }  # fmt: skip
    body = states["Invoke model"]["Parameters"]["Body"]
    assert body == {
        "prompt.$": "States.Format('Sum up in a sentence: {}', $.Item.text.S)", "max_gen_len": 120, "temperature": 0.2
    }  # fmt: skip
    message = states["Ask a person"]["Parameters"]["MessageBody"]
    assert message["taskToken.$"] == "$$.Task.Token"
    assert message["candidates"] == [{"text.$": "$.Body.generation"}]
    assert (message["title"], message["dueSeconds"]) == ("Is this summary right?", 600)
    page.get_by_role("button", name="Deploy").click()
    page.get_by_role("dialog").get_by_role("button", name="Deploy").click()
    page.get_by_role("heading", name="Deployed: state machine created").wait_for()
    page.get_by_role("dialog").get_by_role("link", name=re.compile("Start")).click()
    page.get_by_label("Input").fill(json.dumps({"note": "one"}))
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/executions/*/**")
    page.locator('[data-node$="/States/Ask a person"][data-tone="wait"]').first.wait_for()
    page.goto(f"{studio.url}/review/")
    page.get_by_text("Is this summary right?").first.wait_for()


def test_a_pattern_over_s3_runs_as_it_was_inserted(studio, page):
    s3 = aws(studio, "s3")
    s3.create_bucket(Bucket="papers")
    for number in range(3):
        s3.put_object(Bucket="papers", Key=f"in/{number}.txt", Body=f"Paper {number} is about rain.".encode())
    sign_in(page, studio)
    pk = new_workflow(page, studio, "map-reduce")
    search = page.get_by_label("Find an action or a pattern")
    search.fill("map-reduce")
    page.get_by_role("button", name="Map-reduce over S3").first.wait_for()
    search.press("Enter")
    page.locator('[data-node$="/States/Bring together"]').first.wait_for()
    definition = saved(page, studio, pk, 2)
    states = aws(studio, "stepfunctions")
    role = "arn:aws:iam::000000000000:role/any"
    arn = states.create_state_machine(name="map-reduce", definition=json.dumps(definition), roleArn=role)[
        "stateMachineArn"
    ]
    given = json.dumps({"bucket": "papers", "prefix": "in/"})
    run = states.start_execution(stateMachineArn=arn, input=given)["executionArn"]
    for _ in range(150):
        told = states.describe_execution(executionArn=run)
        if told["status"] != "RUNNING":
            break
        time.sleep(0.2)
    assert told["status"] == "SUCCEEDED", told
    output = json.loads(told["output"])
    assert len(output["summaries"]) == 3
    assert output["report"]["text"]


@pytest.mark.parametrize("theme", ["paper", "ink"])
def test_the_palette_and_the_forms_pass_axe(studio, page, theme):
    sign_in(page, studio)
    new_workflow(page, studio, f"forms-{theme}")
    page.evaluate("(theme) => document.documentElement.setAttribute('data-theme', theme)", theme)
    page.get_by_role("button", name="All services").click()
    page.get_by_role("button", name=re.compile("^Athena")).click()
    row = page.locator("[data-row]").filter(has_text="Start query execution").first
    row.wait_for()
    row.focus()
    page.keyboard.press("ArrowRight")
    about = page.get_by_role("region", name="About Start query execution")
    about.get_by_text("Runs the SQL query").wait_for()
    about.get_by_role("button", name="is a favourite").click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("region", name="Favourites").get_by_role("button", name="Start query execution").first.wait_for()
    for typed, title in [
        ("get item", "Get item"),
        ("claude", "Invoke model"),
        ("call an https", "Call an HTTPS"),
        ("ask a person", "Ask a person"),
    ]:
        add(page, typed, title)
        page.get_by_role("heading", name="Parameters").wait_for()
        page.wait_for_timeout(300)
        assert serious(page) == [], title
