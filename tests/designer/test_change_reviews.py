"""A change is looked at before it is deployed: by somebody who wrote none of it, and the server sees to that."""

import pytest
from django.contrib.auth.models import User

from designer import change_reviews
from designer.deployment import NotDeployed, deploy, plan
from designer.models import Deployment, Verdict
from designer.services import Refused, create_state_machine, save_revision
from notifications.models import Message, Preference

PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'


@pytest.fixture
def ada(person):
    return person("Designer")


@pytest.fixture
def bob(person):
    return person("Designer")


@pytest.fixture
def machine(ada, request):
    return create_state_machine(name=request.node.name[:60], definition=PASS, by=ada)


def edited(machine, by, text=None):
    latest = machine.revisions.order_by("-number")[0]
    definition = text or latest.definition.replace('"Type"', '"Comment": "more", "Type"', 1)
    return save_revision(machine, definition=definition, base=latest.number, comment="More", by=by)


def test_those_who_may_approve_are_told_once_of_a_requested_review(machine, ada, bob, person, settings):
    settings.CALLBOARD_EMAIL_URL = "memory://"
    User.objects.filter(pk__in=[ada.pk, bob.pk, person("Reviewer").pk]).update(email="somebody@example.org")
    muted = person("Designer")
    User.objects.filter(pk=muted.pk).update(email="quiet@example.org")
    Preference.objects.create(user=muted, muted=["change.asked"])
    for note in ("Please look", "Please look again"):
        change_reviews.ask(machine.revisions.get(), by=ada, note=note)
    message = Message.objects.get(topic="change.asked")
    assert (message.user, message.path) == (bob, f"/workflows/{machine.pk}/revisions/1/")
    assert "Please look" in message.text


def test_nothing_goes_out_unapproved_where_approval_is_demanded(machine, embedded, ada, bob):
    change_reviews.demand_approval(machine, required=True, by=ada)
    first = machine.revisions.get()
    with pytest.raises(NotDeployed, match="nobody has approved it yet") as refusal:
        plan(first, embedded)
    assert refusal.value.stage == "review"
    change_reviews.judge(first, by=bob, outcome="approved")
    planned = plan(first, embedded)
    change_reviews.judge(first, by=bob, outcome="changes", text="On second thoughts")
    with pytest.raises(NotDeployed, match="asked to be changed"):  # what was planned before doesn't slip through
        deploy(planned, by=ada)
    assert not Deployment.objects.exists()
    change_reviews.judge(first, by=bob, outcome="approved")
    assert deploy(plan(first, embedded), by=ada).created
    with pytest.raises(NotDeployed):  # the next revision is another text
        plan(edited(machine, bob), embedded)


def test_nobody_approves_what_they_wrote_not_even_under_somebody_elses_revision(machine, ada, bob):
    first = machine.revisions.get()
    with pytest.raises(Refused, match="You wrote some of this change"):
        change_reviews.judge(first, by=ada, outcome="approved")
    second = edited(machine, bob)
    with pytest.raises(Refused):  # Bob's revision holds Ada's first one, which nobody approved
        change_reviews.judge(second, by=ada, outcome="approved")
    change_reviews.judge(first, by=bob, outcome="approved")
    change_reviews.judge(second, by=ada, outcome="approved")
    assert change_reviews.standing(second).is_approved


def test_one_who_asks_for_changes_outweighs_one_who_approves(machine, bob, person):
    first = machine.revisions.get()
    change_reviews.judge(first, by=bob, outcome="approved")
    third = person("Designer")
    with pytest.raises(Refused, match="Say what"):
        change_reviews.judge(first, by=third, outcome="changes")
    change_reviews.judge(first, by=third, outcome="changes", text="No")
    assert change_reviews.standing(first).status == "changes"
    change_reviews.judge(first, by=third, outcome="approved")
    assert change_reviews.standing(first).is_approved
    assert Verdict.objects.count() == 3


def test_only_staff_do_without_approval_again(machine, ada, person):
    change_reviews.demand_approval(machine, required=True, by=ada)
    with pytest.raises(Refused, match="Only a member of staff"):
        change_reviews.demand_approval(machine, required=False, by=ada)
    change_reviews.demand_approval(machine, required=False, by=person("Designer", staff=True))
    assert not machine.approval_required


def test_a_revisions_name_is_one_of_its_workflow(machine, ada):
    first, second = machine.revisions.get(), edited(machine, ada)
    change_reviews.call(first, "Summer")
    with pytest.raises(Refused, match="Revision 1 is called Summer"):
        change_reviews.call(second, "Summer")
    change_reviews.call(first, "")
    change_reviews.call(second, "Summer")
    assert second.called.name == "Summer"


def test_the_page_of_a_revision_shows_the_change_and_takes_what_people_say(client, machine, ada, bob):
    edited(machine, ada, PASS.replace('"A"', '"B"').replace('"Pass"', '"Succeed"').replace(', "End": true', ""))
    page = f"/workflows/{machine.pk}/revisions/2/"
    client.force_login(ada)
    assert "You wrote some of this change" in client.get(page).content.decode()
    client.post(page + "ask/", {"note": "Please look at B"})
    client.force_login(bob)
    html = client.get(page).content.decode()
    assert "Please look at B" in html
    assert "Review asked for" in html
    client.post(page + "comment/", {"text": "Why B?", "state": "B"})
    client.post(page + "comment/", {"text": "   "})
    client.post(page + "comment/", {"text": "About all of it"})
    client.post(page + "name/", {"name": "The new one"})
    client.post(page + "judge/", {"outcome": "approved", "text": "Fine <b>"})
    html = client.get(page).content.decode()
    assert [words in html for words in ("Why B?", "About all of it", "The new one", "Fine &lt;b&gt;")] == [True] * 4
    assert "Approved" in client.get(f"/workflows/{machine.pk}/revisions/").content.decode()


def test_the_switch_is_on_the_workflows_page(client, machine, ada):
    client.force_login(ada)
    client.post(f"/workflows/{machine.pk}/approval/", {"required": "1"})
    machine.refresh_from_db()
    assert machine.approval_required
    answer = client.post(f"/workflows/{machine.pk}/approval/", {"required": "0"}, follow=True)
    assert "Only a member of staff" in answer.content.decode()


def test_what_is_said_of_a_state_comes_with_the_canvas_until_the_revision_is_approved(machine, ada, bob, client):
    client.force_login(ada)
    url = f"/api/v1/state-machines/{machine.pk}/revisions/1/comments"
    answer = client.post(url, {"state": "A", "text": "Too early?"}, content_type="application/json")
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in ("state", "revision", "author", "text")} == {
        "state": "A", "revision": 1, "author": ada.get_username(), "text": "Too early?",
    }  # fmt: skip
    assert client.post(url, {"state": "A", "text": " "}, content_type="application/json").status_code == 422
    change_reviews.comment(machine.revisions.get(number=1), by=bob, text="Of the whole")
    second = edited(machine, ada)
    assert [said.text for said in change_reviews.said_of_states(second)] == ["Too early?"]
    page = client.get(f"/workflows/{machine.pk}/")
    assert "Too early?" in page.content.decode()
    change_reviews.judge(second, by=bob, outcome=Verdict.Outcome.APPROVED)
    assert change_reviews.said_of_states(edited(machine, ada, PASS)) == []


def test_what_is_said_of_a_state_goes_with_it_when_it_is_renamed(machine, ada, client):
    client.force_login(ada)
    first = machine.revisions.get(number=1)
    for name in ("A", "B"):
        change_reviews.comment(first, by=ada, text=f"Of {name}", state=name)

    def said():
        latest = machine.revisions.order_by("-number")[0]
        return {row.text: row.state_now for row in change_reviews.said_of_states(latest)}

    def save(text, **more):
        latest = machine.revisions.order_by("-number")[0]
        body = {"definition": text, "base_revision": latest.number, **more}
        url = f"/api/v1/state-machines/{machine.pk}/revisions"
        assert client.post(url, body, content_type="application/json").status_code == 201

    # The texts say so: another name, else the same.
    save(first.definition.replace('"A"', '"Ask"'))
    assert said() == {"Of A": "Ask", "Of B": "B"}
    # Only the editor knows: another name and other fields, and two that change places.
    renamed = {"Ask": "B", "B": "Begin", "nobody": "Begin", "C": "not there"}
    save(
        '{"StartAt": "B", "States": {"B": {"Type": "Wait", "Seconds": 1, "Next": "Begin"}, "Begin": {"Type": "Succeed"}}}',
        renamed=renamed,
    )
    assert said() == {"Of A": "B", "Of B": "Begin"}
    # A text that is no definition changes nothing, and the next one goes on from there.
    save("{")
    assert said() == {"Of A": "B", "Of B": "Begin"}
    assert {row.text: row.state for row in change_reviews.said_of_states(machine.revisions.order_by("-number")[0])} == {
        "Of A": "A",
        "Of B": "B",
    }
