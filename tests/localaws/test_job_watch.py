"""How often a job is looked at, what a service that doesn't answer leads to, and what is asked again after a restart."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from botocore.exceptions import ClientError

from asl.events import TaskFailed, TaskSucceeded
from localaws import jobs as jobs_module
from localaws.integrations.task import JobNotSeen, ServiceJob, TaskFailure
from localaws.jobs import Jobs
from localaws.schema import TABLES

JOB = ServiceJob(resource="arn:aws:states:::glue:startJobRun.sync", region="us-east-1", about={"look": {"RunId": "1"}})
KEY = (7, 1)


class Service:
    """Says what a test lets it say, in order; the last answer again and again."""

    def __init__(self, *looks, stops=(None,)):
        self.looks, self.stops = list(looks), list(stops)
        self.looked, self.stopped = 0, 0

    async def look_at(self, job):
        self.looked += 1
        return self.next(self.looks)

    async def stop_job(self, job):
        self.stopped += 1
        return self.next(self.stops)

    @staticmethod
    def next(answers):
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Watch:
    def __init__(self, service, connection):
        self.told, self.connection = [], connection
        self.jobs = Jobs(
            connection, tell=lambda execution_id, event: self.told.append((execution_id, event)), clock=lambda: 5.0
        )
        self.jobs.start(service, self.forget)

    async def forget(self, key):
        self.jobs.delete(key)

    def commit(self):
        self.jobs.write()
        self.jobs.committed()

    def rows(self):
        return self.connection.execute("SELECT execution_id, task_id, wanted FROM job").fetchall()

    async def until(self, condition):
        for _ in range(400):
            if condition():
                return
            await asyncio.sleep(0.005)
        raise AssertionError("it didn't come to that")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(jobs_module, "FIRST_SECONDS", 0.001)
    monkeypatch.setattr(jobs_module, "MOST_SECONDS", 0.002)


@pytest.fixture
def connection():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(TABLES)
        yield connection


@pytest.fixture
async def watch(connection):
    started = []

    def start(*looks, **more):
        started.append(Watch(Service(*looks, **more), connection))
        return started[-1], started[-1].jobs._looker

    yield start
    for one in started:
        await one.jobs.stop()


def not_seen(*, lasting):
    return JobNotSeen(TaskFailure("Glue.EntityNotFoundException", "no such run"), lasting=lasting)


async def test_a_job_is_looked_at_until_it_is_over(watch):
    one, service = watch(None, None, '{"JobRunState":"SUCCEEDED"}')
    one.jobs.wait_for(KEY, JOB)
    one.commit()
    assert one.rows() == [(*KEY, 1)]
    await one.until(lambda: one.told)
    assert one.told == [(7, TaskSucceeded(at=5.0, task_id=1, output='{"JobRunState":"SUCCEEDED"}'))]
    assert service.looked == 3
    one.jobs.over(KEY)
    one.commit()
    assert (one.rows(), len(one.jobs)) == ([], 0)


async def test_a_job_that_failed_is_the_tasks_failure(watch):
    one, _ = watch(TaskFailure("States.TaskFailed", "{}"))
    one.jobs.wait_for(KEY, JOB)
    one.commit()
    await one.until(lambda: one.told)
    assert one.told == [(7, TaskFailed(at=5.0, task_id=1, error="States.TaskFailed", cause="{}"))]


async def test_a_service_that_is_away_for_a_while_loses_no_job(watch):
    one, service = watch(*[not_seen(lasting=False)] * 5, ValueError("odd"), not_seen(lasting=True), None, "{}")
    one.jobs.wait_for(KEY, JOB)
    one.commit()
    await one.until(lambda: one.told)
    assert isinstance(one.told[0][1], TaskSucceeded)
    assert service.looked == 9


async def test_a_job_that_the_service_does_not_know_any_more_fails_its_task(watch):
    one, service = watch(not_seen(lasting=True))
    one.jobs.wait_for(KEY, JOB)
    one.commit()
    await one.until(lambda: one.told)
    assert one.told[0][1].error == "Glue.EntityNotFoundException"
    assert service.looked == jobs_module.UNSEEN_LIMIT


async def test_a_job_that_is_given_up_is_stopped_and_then_forgotten(watch, monkeypatch):
    refused = ClientError({"Error": {"Code": "ThrottlingException", "Message": "later"}}, "BatchStopJobRun")
    one, service = watch(None, stops=(refused, None))
    real = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: real(min(seconds, 0.005)))
    one.jobs.wait_for(KEY, JOB)
    one.commit()
    one.jobs.give_up(KEY)
    one.jobs.over(KEY)
    one.commit()
    assert one.rows() == [(*KEY, 0)], "its end is owed"
    await one.until(lambda: not one.rows())
    assert service.stopped == 2
    assert one.told == []


async def test_what_was_not_committed_has_not_happened(watch):
    one, service = watch("{}")
    one.jobs.wait_for(KEY, JOB)
    one.jobs.rolled_back()
    one.commit()
    assert (one.rows(), service.looked, len(one.jobs)) == ([], 0, 0)


async def test_after_a_restart_jobs_are_watched_and_stopped_as_their_rows_say(watch):
    one, _ = watch(None)
    one.jobs.wait_for(KEY, JOB)
    one.jobs.call_off((8, 2), JOB)
    await one.jobs.stop()
    one.jobs.write()
    another, service = watch('"done"')
    await another.until(lambda: another.told and service.stopped)
    assert another.told[0][0] == 7
    await another.until(lambda: another.rows() == [(*KEY, 1)])
