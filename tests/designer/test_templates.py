"""The gallery of templates, and a workflow that begins as one."""

import json

import pytest

from asl.validate import diagnose
from designer.models import StateMachine, TestCase
from designer.samples import templates

pytestmark = pytest.mark.django_db


@pytest.fixture
def designer(client, person):
    client.force_login(person("Designer"))
    return client


def test_every_template_stands_in_the_gallery_by_what_it_is_for(designer):
    page = designer.get("/workflows/templates/").content.decode()
    assert {template.group for template in templates()} >= {
        "Writing blogs and articles", "Response validation", "Conversational LLMs"
    }  # fmt: skip
    for template in templates():
        assert f"/workflows/new/?from=template:{template.name}" in page
        assert template.states > 0


def test_a_workflow_begins_as_a_template_with_its_test_cases(designer, embedded):
    form = designer.get("/workflows/new/", {"from": "template:blog-article"}).content.decode()
    assert 'value="blog-article"' in form
    answer = designer.post("/workflows/new/", {"name": "mine", "type": "STANDARD", "from": "template:blog-article"})
    machine = StateMachine.objects.get(name="mine")
    assert answer.url == f"/workflows/{machine.pk}/"
    definition = machine.revisions.get().definition
    assert diagnose(definition, type="STANDARD") == []
    assert json.loads(definition)["QueryLanguage"] == "JSONata"
    assert TestCase.objects.filter(state_machine=machine).count() == 3


def test_a_name_that_is_taken_is_not_offered_again(designer):
    designer.post("/workflows/new/", {"name": "conversation", "type": "STANDARD"})
    form = designer.get("/workflows/new/", {"from": "template:conversation"}).content.decode()
    assert 'value="conversation-2"' in form


def test_no_such_template(designer):
    answer = designer.post("/workflows/new/", {"name": "mine", "type": "STANDARD", "from": "template:../secrets"})
    assert (answer.status_code, StateMachine.objects.count()) == (422, 0)


def test_a_reviewer_makes_no_workflows(client, person):
    client.force_login(person("Reviewer"))
    assert client.get("/workflows/templates/").status_code == 403
