"""The pages about workflows and environments, as their people use them."""

import json

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from callboard.apps import make_groups
from designer import services
from designer.models import Environment, Revision, StateMachine

pytestmark = pytest.mark.django_db

PASS = '{"StartAt": "Only one", "States": {"Only one": {"Type": "Pass", "End": true}}}'
AWS = {"name": "staging", "region": "eu-west-1"}


@pytest.fixture
def designer(client):
    make_groups()
    user = User.objects.create_user("designer", password="long enough")
    user.groups.add(Group.objects.get(name="Designer"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.fixture
def staff(client):
    user = User.objects.create_user("staff", password="long enough", is_staff=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.fixture
def embedded():
    return services.ensure_embedded_environment()


def boot_of(response):
    text = (
        response.content.decode().split('<script id="designer-boot" type="application/json">')[1].split("</script>")[0]
    )
    return json.loads(text)


def test_without_a_workflow_the_page_says_how_to_begin(client, designer):
    text = client.get(reverse("workflows")).content.decode()
    assert "Draw your first workflow" in text
    assert reverse("workflow-new") in text
    assert reverse("workflow-import") in text


def test_who_may_not_make_one_is_not_offered_to(client, staff):
    text = client.get(reverse("workflows")).content.decode()
    assert reverse("workflow-new") not in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"alpha", "beta"}),
        ("?q=alp", {"alpha"}),
        ("?q=only+one", {"beta"}),
        ("?q=nothing", set()),
        ("?environment=1²", set()),
        ("?page=77", {"alpha", "beta"}),
    ],
)
def test_workflows_are_found_by_name_and_by_state(client, designer, query, names):
    services.create_state_machine(name="alpha", by=designer)
    services.create_state_machine(name="beta", definition=PASS, by=designer)
    for headers in ({}, {"HX-Request": "true"}):
        response = client.get(reverse("workflows") + query, headers=headers)
        assert {row.machine.name for row in response.context["rows"]} == names


def test_a_new_workflow_opens_in_the_designer(client, designer):
    answer = client.post(reverse("workflow-new"), {"name": "mine", "type": "EXPRESS"})
    machine = StateMachine.objects.get()
    assert answer["Location"] == reverse("designer", args=[machine.pk])
    assert (machine.name, machine.type, machine.created_by) == ("mine", "EXPRESS", designer)
    boot = boot_of(client.get(answer["Location"]))
    assert boot["machine"]["revision"]["number"] == 1
    assert json.loads(boot["machine"]["definition"]) == {"Comment": "", "StartAt": "", "States": {}}
    assert boot["permissions"] == {"design": True, "operate": True}
    assert boot["urls"]["revisions"] == f"/api/v1/state-machines/{machine.pk}/revisions"


def test_a_new_workflow_may_begin_as_a_copy(client, designer):
    source = services.create_state_machine(name="source", definition=PASS, by=designer)
    client.post(reverse("workflow-new"), {"name": "copy", "type": "STANDARD", "from": source.pk})
    assert StateMachine.objects.get(name="copy").revisions.get().definition == PASS


@pytest.mark.parametrize("name", ["", "two words", "x" * 81, "taken", "ünlaut"])
def test_a_name_that_cannot_be_is_said_beside_the_field_and_kept(client, designer, name):
    services.create_state_machine(name="taken", by=designer)
    page = client.post(reverse("workflow-new"), {"name": name, "type": "STANDARD"})
    assert page.status_code == 422
    assert f'value="{name}"' in page.content.decode()
    assert StateMachine.objects.count() == 1


def test_a_definition_cannot_break_out_of_the_page(client, designer):
    text = '{"Comment": "</script><script>alert(1)</script>", "States": {}}'
    machine = services.create_state_machine(name="sly", definition=text, by=designer)
    response = client.get(reverse("designer", args=[machine.pk]))
    assert "<script>alert" not in response.content.decode()
    assert boot_of(response)["machine"]["definition"] == text


def test_an_imported_file_is_kept_to_the_byte(client, designer):
    text = '{\r\n\t"States": {"A": {"Type":"Pass", "End" : true}},\n "StartAt":"A", "x": 2.0, "é": "\\u00e9"}\n\n'
    answer = client.post(reverse("workflow-import"), {"file": SimpleUploadedFile("video.asl.json", text.encode())})
    machine = StateMachine.objects.get(name="video")
    assert answer["Location"] == reverse("designer", args=[machine.pk])
    assert machine.revisions.get().definition == text
    download = client.get(reverse("revision-download", args=[machine.pk, 1]))
    assert download.content == text.encode()
    assert download["Content-Disposition"] == 'attachment; filename="video-r1.asl.json"'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "isn&#x27;t JSON"),
        (b"[1]", "no States"),
        (b'{"StartAt": "A"}', "no States"),
        (b"\xff\xfe{", "UTF-8"),
        (b" " * (2 * 1_048_576 + 1), "1 MiB"),
    ],
)
def test_a_file_that_is_no_definition_says_why(client, designer, content, words):
    page = client.post(reverse("workflow-import"), {"file": SimpleUploadedFile("x.json", content)})
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not StateMachine.objects.exists()


def test_restoring_adds_a_revision_and_takes_nothing_back(client, designer):
    machine = services.create_state_machine(name="m", definition=PASS, by=designer)
    services.save_revision(machine, definition="{}", base=1, by=designer)
    client.post(reverse("revision-restore", args=[machine.pk, 1]))
    assert list(Revision.objects.order_by("number").values_list("definition", flat=True)) == [PASS, "{}", PASS]
    page = client.get(reverse("revisions", args=[machine.pk])).content.decode()
    assert "Restored from revision 1" in page
    assert page.count("Restore</button>") == 2


def test_deleting_asks_for_the_name(client, designer):
    machine = services.create_state_machine(name="m", by=designer)
    client.post(reverse("workflow-delete", args=[machine.pk]), {"name": "n"})
    assert StateMachine.objects.exists()
    client.post(reverse("workflow-delete", args=[machine.pk]), {"name": "m"})
    assert not StateMachine.objects.exists()


def test_renaming_stands_on_the_list(client, designer):
    machine = services.create_state_machine(name="before", by=designer)
    client.post(reverse("workflow-rename", args=[machine.pk]), {"name": "after"})
    assert "after" in client.get(reverse("workflows")).content.decode()


def test_an_aws_environment_is_added_changed_and_deleted(client, staff, embedded):
    assert client.post(reverse("environment-new"), {**AWS, "production": "on", "profile": "team"}).status_code == 302
    environment = Environment.objects.get(name="staging")
    assert (environment.kind, environment.production, environment.profile) == ("aws", True, "team")
    client.post(
        reverse("environment-edit", args=[environment.pk]),
        {**AWS, "role_arn": "arn:aws:iam::123456789012:role/callboard"},
    )
    environment.refresh_from_db()
    assert (environment.production, environment.role_arn) == (False, "arn:aws:iam::123456789012:role/callboard")
    client.post(reverse("environment-delete", args=[environment.pk]))
    assert list(Environment.objects.all()) == [embedded]


def test_the_embedded_environment_is_neither_edited_nor_deleted(client, staff, embedded):
    client.post(reverse("environment-edit", args=[embedded.pk]), AWS)
    client.post(reverse("environment-delete", args=[embedded.pk]))
    assert Environment.objects.get().name == embedded.name


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"region": "mars-north-1"}, "region"),
        ({"role_arn": "callboard"}, "role_arn"),
        ({"endpoint_url": "http://example.com/"}, "endpoint_url"),
        ({"endpoint_url": "https://127.0.0.1:8443/"}, "endpoint_url"),
        ({"endpoint_url": "https://169.254.169.254/"}, "endpoint_url"),
        ({"endpoint_url": "https://[::1]/"}, "endpoint_url"),
        ({"endpoint_url": "https://localhost/"}, "endpoint_url"),
        ({"endpoint_url": "file:///etc/passwd"}, "endpoint_url"),
        ({"name": "Embedded"}, "name"),
    ],
)
def test_what_an_environment_cannot_be_is_said_at_its_field(client, staff, embedded, fields, field):
    page = client.post(reverse("environment-new"), {**AWS, **fields})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert Environment.objects.count() == 1


def test_a_private_endpoint_is_allowed_where_the_settings_name_it(client, staff, settings):
    settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS = ["stepfunctions.internal"]
    client.post(reverse("environment-new"), {**AWS, "endpoint_url": "http://stepfunctions.internal:8083"})
    assert Environment.objects.get().endpoint_url == "http://stepfunctions.internal:8083"


def test_a_connection_is_tested_against_the_endpoint(client, staff, embedded, localaws):
    Environment.objects.filter(pk=embedded.pk).update(endpoint_url=localaws.url)
    assert "Connected to account" in client.post(reverse("environment-test", args=[embedded.pk])).content.decode()
    answer = client.post(f"/api/v1/environments/{embedded.pk}/test").json()
    assert (answer["ok"], len(answer["account"])) == (True, 12)


def test_a_connection_that_fails_says_so(client, staff, embedded):
    Environment.objects.filter(pk=embedded.pk).update(endpoint_url="http://127.0.0.1:9")
    assert "No connection" in client.post(reverse("environment-test", args=[embedded.pk])).content.decode()
    Environment.objects.filter(pk=embedded.pk).update(kind="aws", endpoint_url="", profile="no-such-profile")
    answer = client.post(f"/api/v1/environments/{embedded.pk}/test").json()
    assert answer["ok"] is False
    assert "no-such-profile" in answer["message"]


def test_the_forms_get_models_and_connections_of_the_environment(client, designer, embedded, localaws):
    Environment.objects.filter(pk=embedded.pk).update(endpoint_url=localaws.url)
    models = client.get(f"/api/v1/environments/{embedded.pk}/foundation-models").json()
    assert models["source"] == "live"
    assert all(model["stand_in"] for model in models["models"])
    assert client.get(f"/api/v1/environments/{embedded.pk}/connections").json()["connections"] is not None
    Environment.objects.filter(pk=embedded.pk).update(endpoint_url="http://127.0.0.1:9")
    models = client.get(f"/api/v1/environments/{embedded.pk}/foundation-models").json()
    assert (models["source"], models["models"][0]["stand_in"]) == ("bundled", False)
    assert client.get(f"/api/v1/environments/{embedded.pk}/connections").status_code == 503


def test_diagnostics_say_where(client, designer):
    text = PASS.replace('"End": true', '"Next": "Nowhere"')
    found = client.post("/api/v1/diagnose", {"definition": text}, content_type="application/json").json()["diagnostics"]
    assert found[0]["path"] == "/States/Only one/Next"
    assert found[0]["severity"] == "ERROR"
    broken = client.post("/api/v1/diagnose", {"definition": "{"}, content_type="application/json").json()["diagnostics"]
    assert broken[0]["severity"] == "ERROR"


def test_a_rows_menu_offers_what_the_person_may_do_and_a_copy_has_a_free_name_and_the_type(client, person):
    machine = services.create_state_machine(name="quick", type="EXPRESS", definition="{}", by=None)
    client.force_login(person("Designer"))
    page = client.get(reverse("workflows")).content.decode()
    assert f'href="{reverse("workflow-new")}?from={machine.pk}">Duplicate' in page
    assert "Rename or delete" in page
    form = client.get(reverse("workflow-new"), {"from": machine.pk}).context
    assert (form["name"], form["type"]) == ("quick-2", "EXPRESS")
    client.force_login(person("Reviewer"))
    page = client.get(reverse("workflows")).content.decode()
    assert "Duplicate" not in page
    assert "Rename or delete" not in page
    assert "Revisions and exports" in page
