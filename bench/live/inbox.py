"""The review inbox with 100,000 open questions and twice as many that were closed: each folder, order, filter, page and
search, as people in several positions see it; and what Callboard's own clocks ask of so many, each second.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bench.live import filling
from bench.live.requests import Reader, signed_in, timed

if TYPE_CHECKING:
    from bench.live.store import Size, Store
    from bench.report import Report

INBOX = 150.0  # ms, p95
ASKING = 50_000  # executions, the oldest, that ask all the questions
GROUPS = ("Editors", "Legal", "Pictures", "Translation")
CANDIDATE = {"description": "", "text": "", "model": "titan", "prompt": "", "parameters": {}, "media": ""}

_drawn = filling.drawn
TASKS = f"""
INSERT INTO review_reviewtask (token_hash, sealed_token, environment_id, execution_id, execution_arn, state_name,
  scheduled_event_id, worker_name, title, instructions, payload, candidates, topic, answer, "group", assigned_to_id,
  claimed_by_id, claimed_until, due_at, priority, form, policy, required, four_eyes, escalation_level, reminded,
  link_attempts, status, status_reason, version, audit_count, audit_head, created_at, closed_at)
SELECT md5('a' || n) || md5('b' || n), '', run.environment_id, run.id, run.arn, 'Ask ' || n % 40, 5, '',
  initcap(left(said.text, 30)) || ' ' || n, 'Which one is it?', '{{}}', $candidates, left(told.text, 60), 'choice',
  CASE WHEN part < 0.6 THEN (ARRAY{list(GROUPS)})[1 + floor(part * 6.66)::int] ELSE '' END,
  CASE WHEN whose < 0.1 THEN person.id END, CASE WHEN whose > 0.97 THEN person.id END,
  CASE WHEN whose > 0.97 THEN now() + interval '5 minutes' END,
  CASE WHEN due < 0.7 THEN now() + interval '4 days' * (due - 0.1) END,
  (ARRAY[2, 2, 2, 2, 1, 3, 0])[1 + floor(urgent * 7)::int], '{{}}', '{{}}',
  CASE WHEN needs > 0.95 THEN 2 ELSE 1 END, needs < 0.05, 0, false, 0,
  CASE WHEN n <= $open THEN 'open' ELSE (ARRAY['delivered', 'expired', 'cancelled'])[1 + n % 3] END, '', 1, 0, '',
  now() - interval '20 days' * (n / $whole.0), CASE WHEN n > $open THEN now() - interval '19 days' * (n / $whole.0) END
FROM (SELECT n, {_drawn(11)} AS part, {_drawn(12)} AS whose, {_drawn(13)} AS due, {_drawn(14)} AS urgent,
  {_drawn(15)} AS needs FROM generate_series(1, $whole::bigint) n) one
JOIN (SELECT id, arn, environment_id, row_number() OVER (ORDER BY id) - 1 AS place FROM (
  SELECT id, arn, environment_id FROM executions_execution ORDER BY id LIMIT {ASKING}) oldest) run
  ON run.place = n % (SELECT count(*) FROM (SELECT 1 FROM executions_execution LIMIT {ASKING}) counted)
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM auth_user WHERE username LIKE 'reviewer-%') person
  ON person.place = n % 20
JOIN bench_paragraph said ON said.id = (n * 7919) % {filling.PARAGRAPHS}
JOIN bench_paragraph told ON told.id = (n * 104729) % {filling.PARAGRAPHS}
"""
DECISIONS = """
INSERT INTO review_decision (task_id, outcome, candidate, comment, decided_by_id, policy_reason, decided_at,
  delivery_status, attempts, last_error, delivered_at)
SELECT task.id, 'approve', 'A', '', person.id, '', closed_at, 'delivered', 1, '', closed_at
FROM review_reviewtask task
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM auth_user WHERE username LIKE 'reviewer-%') person
  ON person.place = task.id % 20 WHERE task.status = 'delivered';
INSERT INTO review_vote (task_id, voter_id, outcome, candidate, comment, at)
SELECT task.id, person.id, 'approve', 'A', '', task.created_at FROM review_reviewtask task
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM auth_user WHERE username LIKE 'reviewer-%') person
  ON person.place = task.id % 20 WHERE task.required > 1 AND task.status = 'open' AND task.id % 2 = 0
"""


def measure(report: Report, store: Store, size: Size) -> None:
    people = _people()
    _fill(store, size)
    for who, user in people.items():
        reader = Reader(report, signed_in(user), size.requests)
        timed(reader.client, "/review/")
        for what, queries in _cases().items():
            reader.measure(f"inbox, {who}: {what}", ["/review/?" + urlencode(query) for query in queries], INBOX)
        _other_pages(reader, who)


def _people() -> dict[str, Any]:
    from django.contrib.auth.models import Group, User

    groups = [Group.objects.get_or_create(name=name)[0] for name in GROUPS]
    reviewers = Group.objects.get(name="Reviewer")
    users = [User.objects.create_user(f"reviewer-{number}") for number in range(20)]
    for user in users:
        user.groups.add(reviewers)
    users[0].groups.add(groups[1])
    return {
        "superuser": User.objects.create_superuser("inbox"),
        "in a group": users[0],
        "in no group": users[1],
    }


def _fill(store: Store, size: Size) -> None:
    candidates = [{**CANDIDATE, "key": key, "title": f"Title {key}"} for key in "AB"]
    store.run(TASKS.replace("$candidates", f"'{json.dumps(candidates)}'"), open=size.tasks, whole=3 * size.tasks)
    store.run(DECISIONS)
    store.settle()


def _cases() -> dict[str, list[dict[str, str]]]:
    from review import selectors
    from review.models import ReviewTask

    some = ReviewTask.objects.filter(status="open").order_by("pk")[:5]
    words = some[0].topic.split()[1:4]
    orders = [{"folder": folder, "sort": sort} for folder in ("mine", "open") for sort in selectors.SORTS]
    return {
        **{f"folder {folder}": [{"folder": folder}] for folder in selectors.FOLDERS},
        "orders": orders,
        "orders of what is done": [{"folder": "decided", "sort": sort} for sort in selectors.SORTS],
        "pages": [{**order, "after": str(task)} for order in orders for task in _deep(order["sort"])],
        "pages of what is done": [
            {"folder": "decided", "sort": sort, "after": str(task)}
            for sort in selectors.SORTS
            for task in _deep(sort, ended=True)
        ],
        "priorities": [{"folder": folder, "priority": "urgent"} for folder in ("mine", "decided")],
        "workflows, environments": _narrowings(),
        "search, one task": [{"folder": folder, "q": task.title} for task in some for folder in ("mine", "open")],
        "search, words": [{"folder": folder, "q": word} for word in words for folder in ("mine", "open", "decided")],
        "search, an execution": [{"q": task.execution_arn.rpartition(":")[2]} for task in some],
        "search, a state": [{"folder": "open", "q": "Ask 17"}, {"folder": "open", "q": "Ask"}],
        "search, nowhere": [{"folder": folder, "q": "nowhere at all"} for folder in ("mine", "open", "decided")],
    }


def _deep(sort: str, *, ended: bool = False) -> list[int]:
    """Tasks a hundredth, half and nearly all of the way down an order."""
    from review import pages, selectors
    from review.models import ReviewTask

    tasks = ReviewTask.objects.exclude(status="open") if ended else ReviewTask.objects.filter(status="open")
    order = pages.as_order_by(selectors.order_of("decided" if ended else "open", sort))
    keys = list(tasks.order_by(*order).values_list("pk", flat=True))
    return [keys[int(len(keys) * share)] for share in (0.01, 0.5, 0.99)]


def _narrowings() -> list[dict[str, str]]:
    """The workflow that asks most, one that asks least, and an environment."""
    from django.db.models import Count

    from designer.models import Environment, StateMachine
    from executions.models import Execution

    asking = Execution.objects.filter(pk__in=Execution.objects.order_by("pk").values("pk")[:ASKING])
    counted = (
        asking.exclude(state_machine=None).values_list("state_machine").annotate(many=Count("pk")).order_by("-many")
    )
    idle = StateMachine.objects.exclude(pk__in=[machine for machine, _ in counted]).first()
    machines = [counted[0][0], counted[len(counted) - 1][0], *([idle.pk] if idle else [])]
    place = Environment.objects.filter(kind="aws").latest("pk").pk
    return [
        *({"folder": folder, "workflow": str(key)} for key in machines for folder in ("mine", "open", "decided")),
        *({"folder": folder, "environment": str(place)} for folder in ("mine", "open", "decided")),
        {"folder": "open", "workflow": str(machines[1]), "environment": str(place), "priority": "low", "sort": "title"},
    ]


def _other_pages(reader: Reader, who: str) -> None:
    from review.models import ReviewTask

    opened = list(ReviewTask.objects.filter(status="open").order_by("pk")[:5])
    closed = list(ReviewTask.objects.filter(status="delivered").order_by("pk")[:5])
    reader.measure(f"inbox, {who}: a task", [f"/review/{task.pk}/" for task in opened], INBOX)
    reader.measure(f"inbox, {who}: next task", [f"/review/{task.pk}/pane/" for task in closed], INBOX)
    reader.measure(f"inbox, {who}: rows alone", ["/review/list/"], INBOX)
    reader.measure(f"inbox, {who}: the count on another page", ["/settings/review/"], INBOX)
    reader.measure(f"inbox, {who}: a page of several at once", ["/review/several/"], 2 * INBOX)
    reader.measure(f"inbox, {who}: API", ["/api/v1/reviews?status=mine", "/api/v1/reviews?q=the"], INBOX)
