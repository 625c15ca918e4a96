"""A million executions and twenty million events as years of use would leave them, made by the database itself.

Workflows, statuses and durations are as uneven as they are in use: some workflows run a thousand times as often as
others, one run in ten goes wrong, few take hours. What is drawn is drawn from the row's number, so that two runs
measure the same rows.
"""

from __future__ import annotations

import importlib
import json
import random
import re
import time
from collections import Counter
from pydoc_data.topics import topics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.live.store import Store

WORKFLOWS, REVISIONS = 200, 4
ENVIRONMENTS = ("Development", "Staging", "Production")
ARN = "arn:aws:states:eu-central-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/workflows"
PARAGRAPHS = 20_000
CHUNK = 50_000  # executions made in one statement
RARE = "quetzalcoatlus"  # a word that a handful of inputs has
LONG_RUN = 25_000  # events of the one execution that has as many as a history may have

# A number between 0 and 1 that looks drawn, of a row and a purpose.
DRAWN = "((hashint8extended(n, {seed}) & 1048575) / 1048576.0)"


def drawn(seed: int) -> str:
    return DRAWN.format(seed=seed)


PREPARE = """
CREATE UNLOGGED TABLE bench_paragraph (id int PRIMARY KEY, text text);
CREATE UNLOGGED TABLE bench_event (step int, variant int, type text, details jsonb, PRIMARY KEY (step, variant));
"""

EXECUTIONS = f"""
INSERT INTO executions_execution (environment_id, arn, name, state_machine_arn, state_machine_id, revision_id, version,
  alias, definition, status, input, output, error, cause, started_at, stopped_at, last_event_id, next_poll_at,
  quiet_polls, poll_notice)
SELECT environment.id, '{ARN}:execution:' || machine.name || ':' || run, run,
  '{ARN}:stateMachine:' || machine.name, machine.id, revision.id,
  CASE WHEN drawn.version < 0.5 THEN (1 + floor(drawn.version * 40))::int::text ELSE '' END,
  CASE WHEN drawn.version < 0.3
    THEN (ARRAY['live', 'canary', 'previous'])[1 + floor(drawn.version * 10)::int] ELSE '' END,
  '', status,
  '{{"orderId": "' || md5(n::text) || '", "attempt": 1, "topic": "' || left(said.text, 60)
    || '", "text": "' || said.text || '"}}',
  CASE WHEN status = 'SUCCEEDED'
    THEN '{{"result": "' || md5('r' || n) || '", "text": "' || told.text || '"}}' ELSE '' END,
  CASE status WHEN 'FAILED' THEN (ARRAY['States.TaskFailed', 'Lambda.TooManyRequestsException', 'Video.NoTranscript',
    'Bedrock.ThrottlingException', 'States.DataLimitExceeded'])[1 + floor(drawn.error * drawn.error * 5)::int]
    WHEN 'TIMED_OUT' THEN 'States.Timeout' ELSE '' END,
  CASE WHEN status = 'FAILED' THEN '{{"errorMessage": "' || left(told.text, 200) || '"}}' ELSE '' END,
  began, CASE WHEN status <> 'RUNNING' THEN began + took END,
  CASE WHEN n = {LONG_RUN} THEN {LONG_RUN} ELSE 8 + (n % 12) * 2 + 1 END,
  CASE WHEN status = 'RUNNING' THEN now() + interval '1 day' END, 0, ''
FROM (
  SELECT n, {drawn(1)} AS popular, {drawn(2)} AS place, {drawn(3)} AS luck, {drawn(4)} AS slow,
    {drawn(5)} AS version, {drawn(6)} AS error, {drawn(7)} AS revision
  FROM generate_series($first::bigint, $last::bigint) n
) drawn
CROSS JOIN LATERAL (SELECT
  'run-' || to_char(n, 'FM00000000') || '-' || substr(md5('n' || n), 1, 8) AS run,
  now() - interval '90 days' * (1 - n / $whole.0) - interval '1 minute' AS began,
  interval '1 second' * least(200000, 2 * exp(1.6 * sqrt(-2 * ln(greatest(drawn.slow, 1e-6))) - 1)) AS took,
  CASE WHEN n > $whole * 0.98 AND drawn.luck > 0.99 THEN 'RUNNING' WHEN drawn.luck < 0.9 THEN 'SUCCEEDED'
    WHEN drawn.luck < 0.97 THEN 'FAILED' WHEN drawn.luck < 0.985 THEN 'TIMED_OUT' ELSE 'ABORTED' END AS status
) made
JOIN (SELECT id, name, row_number() OVER (ORDER BY id) - 1 AS place FROM designer_statemachine) machine
  ON machine.place = floor({WORKFLOWS} * power(drawn.popular, 3))::int
JOIN designer_revision revision
  ON revision.state_machine_id = machine.id AND revision.number = 1 + floor(drawn.revision * {REVISIONS})::int
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM designer_environment WHERE kind = 'aws') environment
  ON environment.place = CASE WHEN drawn.place < 0.1 THEN 0 WHEN drawn.place < 0.3 THEN 1 ELSE 2 END
JOIN bench_paragraph said ON said.id = (n * 7919) % {PARAGRAPHS}
JOIN bench_paragraph told ON told.id = (n * 104729) % {PARAGRAPHS}
ORDER BY n
"""

# One transaction, so that foreign keys are trusted for it alone.
EVENTS = """
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO executions_historyevent (execution_id, event_id, previous_event_id, type, timestamp, details)
SELECT run.id, n, n - 1, made.type, run.started_at + interval '1 second' * n, made.details
FROM (SELECT id, started_at, last_event_id, status FROM executions_execution
      WHERE id > $after ORDER BY id) run
CROSS JOIN LATERAL generate_series(1, run.last_event_id) n
JOIN bench_event made ON made.variant = (run.id + n) % 200 AND made.step =
  CASE WHEN n = 1 THEN 0 WHEN n = run.last_event_id AND run.status = 'SUCCEEDED' THEN 6
  WHEN n = run.last_event_id AND run.status <> 'RUNNING' THEN 7 ELSE 1 + (n - 2) % 5 END;
COMMIT
"""


def prepare(store: Store) -> None:
    """What executions are of: workflows, environments; and the texts and events that they are made from."""
    from django.db import connection

    from designer.models import Deployment, Environment, Revision, StateMachine

    chance = random.Random(1)
    words = vocabulary()
    store.run(PREPARE)
    environments = [
        Environment.objects.create(name=name, kind="aws", account="123456789012", region="eu-central-1")
        for name in ENVIRONMENTS
    ]
    machines = StateMachine.objects.bulk_create(
        StateMachine(name=f"{'-'.join(chance.choices(words, k=2))}-{number}") for number in range(WORKFLOWS)
    )
    definition = json.dumps({"StartAt": "A", "States": {f: {"Type": "Pass", "End": True} for f in "ABCDE"}})
    revisions = Revision.objects.bulk_create(
        Revision(state_machine=machine, number=number, definition=definition)
        for machine in machines
        for number in range(1, REVISIONS + 1)
    )
    Deployment.objects.bulk_create(
        Deployment(revision=revision, environment=environment, arn=f"{ARN}:stateMachine:{revision.state_machine.name}")
        for revision in revisions
        for environment in environments
    )
    with connection.cursor() as cursor:
        with cursor.copy("COPY bench_paragraph FROM STDIN") as copy:
            for number in range(PARAGRAPHS):
                chosen = [words[int(len(words) * chance.random() ** 3)] for _ in range(chance.randrange(20, 120))]
                text = " ".join(chosen) + (f" {RARE}" if number == PARAGRAPHS // 2 else "")
                copy.write_row((number, text))
        with cursor.copy("COPY bench_event FROM STDIN") as copy:
            for variant in range(200):
                text = " ".join(chance.choices(words, k=20))
                for step, (kind, details) in enumerate(_steps(variant, text)):
                    copy.write_row((step, variant, kind, json.dumps(details)))


def vocabulary() -> list[str]:
    """English words, the most frequent first: those of Python's own documentation, which every Python has."""
    found = Counter(re.findall(r"[a-z]{2,}", " ".join(topics.values()).lower()))
    return [word for word, _ in found.most_common()]


def _steps(variant: int, text: str) -> list[tuple[str, dict[str, object]]]:
    """The first event, a Task's five, and the two last ones."""
    data, name = json.dumps({"text": text, "n": variant}), f"State {variant % 5}"
    task = {"resourceType": "lambda", "resource": "invoke"}
    return [
        ("ExecutionStarted", {"executionStartedEventDetails": {"input": data, "roleArn": ROLE}}),
        ("TaskStateEntered", {"stateEnteredEventDetails": {"name": name, "input": data}}),
        ("TaskScheduled", {"taskScheduledEventDetails": {**task, "region": "eu-central-1", "parameters": data}}),
        ("TaskStarted", {"taskStartedEventDetails": task}),
        ("TaskSucceeded", {"taskSucceededEventDetails": {**task, "output": data}}),
        ("TaskStateExited", {"stateExitedEventDetails": {"name": name, "output": data}}),
        ("ExecutionSucceeded", {"executionSucceededEventDetails": {"output": data}}),
        ("ExecutionFailed", {"executionFailedEventDetails": {"error": "States.TaskFailed", "cause": text}}),
    ]  # fmt: skip


def fill(store: Store, *, whole: int, share: float) -> float:
    """Executions and their events until ``share`` of ``whole`` are there; how many seconds it took."""
    from django.db.models import Max

    from executions.models import Execution

    began = time.perf_counter()
    store.run("DROP INDEX IF EXISTS executions_search_text")  # made again in one go
    first = Execution.objects.filter(environment__kind="aws").count() + 1
    while first <= whole * share:
        last = min(first + CHUNK - 1, int(whole * share))
        after = Execution.objects.aggregate(newest=Max("pk"))["newest"] or 0
        store.run(EXECUTIONS, first=first, last=last, whole=whole)
        store.run(EVENTS, after=after)
        first = last + 1
    if share == 1:
        store.run("SET maintenance_work_mem = '1GB'")
        store.run(importlib.import_module("executions.migrations.0009_search_text").INDEX)
    store.settle()
    return time.perf_counter() - began
