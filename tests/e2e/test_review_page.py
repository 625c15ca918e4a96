"""A task's page as reviewers meet it: the run that asks, an edit, four eyes, a sound with its transcript, a phone, keys alone.

(The talk's two titles and a regeneration with remarks: test_main_job.)
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from processes import start_studio, wait_for
from test_pages import AXE, BADLY_SHOWN

pytestmark = pytest.mark.e2e
QUESTIONS = (Path(__file__).parent / "asked_questions.py").read_text(encoding="utf-8")
# A dialog that still fades in has less contrast than it will have.
ARRIVED = "it => Promise.all(it.getAnimations({subtree: true}).map(one => one.finished))"
PLAYED = "it => [it.paused, it.currentTime]"


@pytest.fixture(scope="module")
def asked(folder):
    """A site, and what asked_questions.py says."""
    site = start_studio(folder / "studio", CALLBOARD_UNDO_SECONDS="0")
    yield site, json.loads(site.manage("shell", "-v", "0", "--command", QUESTIONS).splitlines()[-1])
    site.stop()


@pytest.fixture
def as_person(asked, chromium, watch):
    """``as_person("other", width=390)``: a page of theirs in a browser context of its own."""
    site, said = asked
    contexts = []

    def open_one(name, question="", width=1440, **look):
        contexts.append(chromium.new_context(viewport={"width": width, "height": 900}, **look))
        contexts[-1].add_cookies([{"name": "sessionid", "value": said[name], "url": site.url}])
        page = watch.over(contexts[-1].new_page())
        page.goto(f"{site.url}/review/" + (f"{said['tasks'][question]}/" if question else ""))
        return page

    yield open_one
    for context in contexts:
        context.close()  # again is no harm


def output_of(page, asked, question):
    """What the run ended with."""
    site, said = asked

    def ended():
        run = page.request.get(f"{site.url}/api/v1/executions/{said['runs'][question]}").json()
        # A list may say that it has ended before the history says with what.
        return json.loads(run["output"]) if run["status"] == "SUCCEEDED" and run["output"] else None

    return wait_for(ended, timeout=20, what="the run has ended")


def a_colleague_says(as_person, name, question, text):
    other = as_person(name)
    headers = {"X-CSRFToken": other.locator("[name=csrfmiddlewaretoken]").first.input_value(), "Referer": other.url}
    number = re.search(r"/review/(\d+)/", question)[1]
    site = other.url.split("/review/")[0]
    said = other.request.post(f"{site}/api/v1/reviews/{number}/comments", data={"text": text}, headers=headers)
    assert said.status == 201, said.text()
    other.context.close()


def badly_shown(page):
    page.evaluate(AXE)
    wide = page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
    return page.evaluate(BADLY_SHOWN) + (["wider than the screen"] if wide else [])


def test_the_run_is_seen_and_led_to_and_the_text_edited_and_accepted(asked, as_person):
    page = as_person("other", "edit")
    run = page.locator("details[data-run]")
    run.locator('[data-node$="/Ask"][data-tone="wait"]').wait_for()
    assert run.locator('[data-node$="/Write"]').get_attribute("data-tone") == "ok"
    assert run.locator('[data-node$="/Publish"]').get_attribute("data-tone") == "idle"
    data = run.get_by_role("region", name="The data so far")
    data.get_by_text("words:").first.wait_for()
    data.locator("li summary", has_text="Write").click()
    run.get_by_role("button", name="Show it in the graph").click()
    data.get_by_role("heading", name="Write").wait_for()
    data.get_by_label("Output").get_by_text("12").wait_for()
    run.locator('[data-node$="/Ask"]').click()
    data.get_by_role("link", name="Ask in the execution").click()
    page.wait_for_url(re.compile(r"/executions/\d+/\?state=Ask$"))
    page.get_by_role("link", name="Open review task").click()
    page.wait_for_url(re.compile(r"/review/\d+/"))
    page.locator("[data-card]").nth(1).click()
    page.get_by_role("button", name=re.compile("^Edit")).click()
    title = page.get_by_label("Title", exact=True)
    assert title.input_value() == "A board of callbacks"
    title.fill("A board for every callback")
    a_colleague_says(as_person, "starter", page.url, "Mind the length")
    page.get_by_text("Mind the length").wait_for()  # the page shows it without a reload, and what is in hand stays
    assert title.input_value() == "A board for every callback"
    assert title.evaluate("it => it === document.activeElement")
    page.get_by_label("Remarks").fill("Not sent yet")
    page.get_by_role("textbox", name="Comment").fill("I am at it")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.get_by_text("I am at it").wait_for()
    assert page.get_by_role("textbox", name="Comment").input_value() == ""
    # What is said beside the answer leaves the answer that is being written as it is.
    assert (page.get_by_label("Remarks").input_value(), title.input_value()) == (
        "Not sent yet",
        "A board for every callback",
    )
    assert page.locator("[data-card] input:checked").get_attribute("value") == "B"
    page.get_by_label("Remarks").fill("")
    page.get_by_role("button", name="Approve this text").click()
    outcome = page.locator("[data-outcome]")
    outcome.get_by_text("other chose B").wait_for()
    assert " ".join(outcome.locator("ins").all_inner_texts()).split() == ["for", "every", "callback"]
    answer = output_of(page, asked, "edit")
    assert (answer["decidedBy"], answer["candidate"]["key"]) == ("other", "B")
    assert "A board for every callback" in json.dumps(answer)
    page.locator('details[data-run] [data-node$="/Publish"][data-tone="ok"]').wait_for()  # the run goes on in the page


def test_who_started_a_run_sees_its_question_and_another_answers_it(asked, as_person):
    starter, other = as_person("starter", "eyes"), as_person("other", "eyes")
    starter.get_by_text("You started this run", exact=False).first.wait_for()
    assert starter.get_by_role("button", name=re.compile("^(Approve|Reject|Regenerate)")).count() == 0
    token = starter.locator("[name=csrfmiddlewaretoken]").first.input_value()
    refused = starter.request.post(
        starter.url + "decide/", form={"outcome": "approve", "candidate": "A", "csrfmiddlewaretoken": token},
        headers={"Referer": starter.url},
    )  # fmt: skip
    assert refused.status == 403
    other.get_by_text("Whoever started the run may not decide.").wait_for()
    other.get_by_role("button", name=re.compile("^Approve")).click()
    starter.locator("[data-outcome]").get_by_text("other chose A").wait_for()  # without a reload
    assert output_of(other, asked, "eyes")["decidedBy"] == "other"


def test_another_s_claim_leaves_what_is_written_and_one_box_ticks_all(as_person):
    page, other = as_person("other", "phone"), as_person("starter", "phone")
    page.get_by_label("Remarks").fill("Shorter, please")
    other.get_by_role("button", name="Claim").click()
    page.get_by_text("starter is working on this task").first.wait_for()
    assert page.locator("[data-card] input:checked").count() == 0  # nobody has chosen yet
    other.get_by_role("button", name="Release").click()
    expect(page.get_by_label("Remarks")).to_have_value("Shorter, please")
    page.get_by_role("link", name="Several at once").click()
    everything, boxes = (
        page.get_by_label(re.compile("^All ")).first,
        page.locator("form").filter(has=page.locator("[data-tick-all]")).first.locator("[name=task]"),
    )
    everything.check()
    assert boxes.count() > 1
    assert boxes.evaluate_all("all => all.every(one => one.checked)")
    boxes.first.uncheck()
    assert everything.evaluate("it => [it.checked, it.indeterminate]") == [False, True]


def test_what_is_begun_waits_while_another_task_is_looked_at(asked, as_person):
    page = as_person("other", "phone")
    page.get_by_label("Remarks").fill("Calmer, please")
    page.locator("[data-scroll]").focus()
    page.keyboard.press("2")
    page.keyboard.press("e")
    page.get_by_label("Title", exact=True).fill("Nobody calls thrice")
    page.locator("#review-list a[data-task]:not([aria-current])").first.click()
    page.wait_for_url(lambda url: f"/{asked[1]['tasks']['phone']}/" not in url)
    assert page.get_by_label("Remarks").input_value() == ""
    page.goto(f"{asked[0].url}/review/{asked[1]['tasks']['phone']}/")
    expect(page.get_by_label("Remarks")).to_have_value("Calmer, please")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Nobody calls thrice")
    assert page.locator("[data-card] input:checked").get_attribute("value") == "B"
    assert page.evaluate("document.activeElement === document.body")  # keys go on walking


def test_a_sound_is_heard_read_and_chosen_with_keys_alone(asked, as_person):
    page = as_person("other")
    keys, focused = page.keyboard, "document.activeElement"
    keys.press("/")
    assert page.evaluate(f"{focused}.name") == "q"
    keys.type("recording")
    keys.press("Enter")
    page.wait_for_url(re.compile("q=recording"))
    page.get_by_role("heading", name="Which recording is clearer?").wait_for()
    keys.press("?")
    page.get_by_role("dialog").get_by_text("Play or pause").wait_for()
    keys.press("Escape")
    keys.press("1")
    sound = page.locator("audio").first
    lines = page.get_by_role("region", name="Transcript of candidate A").locator("[data-at]")
    lines.nth(1).wait_for()
    keys.press("p")
    wait_for(lambda: sound.evaluate(PLAYED)[1] > 0.1, timeout=10, what="it plays")
    page.get_by_label("Search the transcript of candidate A").focus()
    keys.type("second")
    keys.press("ArrowDown")
    assert "Ann: The second words" in page.evaluate(f"{focused}.innerText")
    keys.press("Enter")  # leads to the line's moment, and approves nothing
    page.locator('[data-at="4"][aria-current=true]').wait_for()
    assert sound.evaluate(PLAYED)[1] >= 4
    keys.press("ArrowLeft")
    wait_for(lambda: sound.evaluate(PLAYED)[1] < 3, timeout=5, what="it is wound back")
    page.locator("[data-scroll]").focus()
    keys.press("2")
    assert page.get_by_role("region", name="Transcript of candidate B").inner_text().endswith("As Transcribe heard it.")
    keys.press("p")
    wait_for(lambda: sound.evaluate(PLAYED)[0], timeout=5, what="one plays at a time")
    keys.press("x")
    page.get_by_role("dialog").get_by_label("Reason").wait_for()
    keys.press("Escape")
    keys.press("r")
    assert page.evaluate(f"{focused}.id") == "review-comment"
    keys.press("Escape")
    keys.press("e")
    assert page.evaluate(f"{focused}.id") == "edit-title"
    keys.press("Escape")
    for key, place in (("j", 1), ("k", 0)):
        page.goto(page.url.partition("/review/")[0] + "/review/")
        titles = page.locator("#review-list a[data-task]")
        wanted = titles.nth(place).inner_text().split("\n")[0]
        if key == "k":
            keys.press("j")
            page.wait_for_url(re.compile(r"/review/\d+/"))
        keys.press(key)
        page.get_by_role("heading", level=1, name=wanted).wait_for()
    while page.get_by_role("heading", level=1).inner_text() != "Which recording is clearer?":
        keys.press("j")
        page.wait_for_load_state()
    keys.press("2")
    keys.press("a")
    page.locator("[data-outcome]").get_by_text("other chose B").wait_for()
    assert output_of(page, asked, "sound")["candidate"]["title"] == "Slower"


@pytest.mark.parametrize(("theme", "width"), [("light", 390), ("dark", 1440)])
def test_axe_finds_nothing_serious_in_any_part_of_the_page(as_person, theme, width):
    found = {}
    for question, part in (("sound", "[data-at]"), ("phone", "details[data-run] [data-node]")):
        page = as_person("other", question, width, color_scheme=theme, bypass_csp=True)
        if width == 390 and question == "phone":
            assert page.locator("details[data-run]").get_attribute("open") is None
            page.locator("details[data-run] > summary").click()
        page.locator(part).first.wait_for()
        page.wait_for_timeout(300)
        found[question] = badly_shown(page)
        if question == "phone" and theme == "dark":
            page.locator("[data-scroll]").focus()
            page.keyboard.press("?")
            page.locator("#review-keys[open]").evaluate(ARRIVED)
            found["keys"] = badly_shown(page)
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_on_a_phone_the_card_in_view_is_the_one_that_is_approved(asked, as_person):
    page = as_person("other", "phone", 390)
    page.get_by_role("button", name="Next candidate").click()
    page.get_by_role("button", name="Approve B").wait_for()
    assert page.locator("[data-card]").nth(1).bounding_box()["x"] < 60
    page.get_by_role("button", name="Approve B").click()
    page.locator("[data-outcome]").get_by_text("other chose B").wait_for()
    assert output_of(page, asked, "phone")["candidate"]["key"] == "B"
