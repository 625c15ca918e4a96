"""What every page has around it, what goes wrong inside it, and what the palette finds."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from callboard.apps import make_groups
from designer import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    make_groups()

    def sign_in(*groups, **fields):
        user = User.objects.create_user("ada.lovelace", password="long enough", **fields)
        user.groups.set(Group.objects.filter(name__in=groups))
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return user

    return sign_in


def test_the_rail_shows_where_one_is(client, person):
    person("Operator")
    text = client.get("/executions/").content.decode()
    rail = text.split('aria-label="Main"')[1].split("</nav>")[0]
    labels = ("Launch", "Workflows", "Executions", "Review", "Dashboard", "Environments", "Settings")
    assert [label for label in labels if f">{label}</span>" in rail] == list(labels)
    assert rail.count('aria-current="page"') == 1
    assert 'href="/executions/" aria-current="page"' in rail
    assert ">AL</summary>" in text


def test_a_person_in_no_group_sees_their_settings_alone(client, person):
    person()
    text = client.get("/", follow=True).content.decode()
    rail = text.split('aria-label="Main"')[1].split("</nav>")[0]
    assert "Settings" in rail
    assert "/workflows/" not in rail
    assert client.get("/workflows/").status_code == 403


def test_home_is_launch(client, person):
    person("Reviewer")
    assert client.get("/")["Location"] == "/launch/"


def test_a_page_that_is_not_there_fits_the_frame(client, person):
    person("Reviewer")
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()
    assert 'aria-label="Main"' in page.content.decode()
    assert Client().get("/nowhere/").status_code == 404


def test_a_page_that_one_may_not_see_says_why(client, person):
    person("Reviewer")
    text = client.get("/workflows/new/").content.decode()
    assert "make and import workflows" in text
    assert "Ask a member of staff" in text


def test_a_broken_page_says_so_without_a_traceback(person, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(person("Designer"), backend="django.contrib.auth.backends.ModelBackend")
    monkeypatch.setattr("designer.selectors.machines", lambda *args: 1 / 0)
    page = client.get("/workflows/")
    assert page.status_code == 500
    assert "ZeroDivisionError" not in page.content.decode()
    assert "Callboard couldn" in page.content.decode()


def test_a_partial_of_somebody_who_was_signed_out_sends_the_page_to_sign_in():
    answer = Client().get("/workflows/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in/")


def test_scripts_come_from_ourselves_alone(client, person):
    person("Designer")
    policy = client.get("/workflows/")["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in directives["script-src"]
    assert "http" not in directives["script-src"]


def test_the_palette_finds_workflows_for_those_who_may_see_them(client, person):
    user = person("Operator")
    machine = services.create_state_machine(name="video-title", by=None)
    services.create_state_machine(name="other", by=None)
    answer = client.get("/api/v1/search?q=TITLE").json()
    assert answer == {"results": [{"label": "video-title", "kind": "Workflow", "url": f"/workflows/{machine.pk}/"}]}
    user.groups.clear()
    assert client.get("/api/v1/search?q=title").json() == {"results": []}


def test_errors_of_the_api_have_one_shape(client, person):
    person("Designer")
    missing = client.get("/api/v1/state-machines/99")
    assert (missing.status_code, set(missing.json())) == (404, {"message"})
    invalid = client.post("/api/v1/diagnose", {"type": "STANDARD"}, content_type="application/json")
    assert invalid.status_code == 422
    assert invalid.json()["errors"][0]["path"].endswith("/definition")
    anonymous = Client().get("/api/v1/search")
    assert (anonymous.status_code, set(anonymous.json())) == (401, {"message"})


def test_the_apis_own_description_lists_its_routes(client, person):
    person("Designer")
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert "/api/v1/executions/{execution_id}/events" in paths
