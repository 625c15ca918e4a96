"""A store of a million executions answers as a nearly new one does."""

import pytest

from bench import million
from bench.report import Report


@pytest.mark.proof
@pytest.mark.alone
def test_a_million_executions_in_the_store_make_no_request_slower():
    report = Report()
    million.measure(report, executions=1_000_000, calls=300)
    assert [figure.what for figure in report.figures if figure.verdict == "FAIL"] == []
