"""The benchmark itself: every part runs at the smallest size, and a line says what it is held against."""

import pytest

from bench.__main__ import PARTS, SMOKE, run
from bench.peers import PeerError
from bench.report import Figure, Report, at_least, at_most, line, percentile, times


def test_every_part_runs_and_gives_its_figures(capsys):
    report = Report()
    run(report, SMOKE, list(PARTS), peers=False)
    assert all(figure.value >= 0 for figure in report.figures)
    told = " ".join(figure.what for figure in report.figures)
    for row in (
        "Choice loop", "in memory", "durable", "JSONata", "deliveries, hot", "deliveries, cold", "0.6 KB", "200 KB",
        "one Pass", "StartSyncExecution", "raw HTTP, 32", "boto3, 16 threads", "memory for each token",
        "serving again after kill -9", "SendTaskSuccess", "history page", "ping p99", "one more delivery",
        "one more execution",
    ):  # fmt: skip
        assert row in told, row
    assert "not asked for" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "bounds", "verdict"),
    [
        (5.0, [], "-"),
        (5.0, [at_least(5)], "pass"),
        (5.0, [at_least(1), at_least(6)], "FAIL"),
        (5.0, [at_most(5)], "pass"),
        (5.1, [at_most(5)], "FAIL"),
    ],
)
def test_a_figure_is_held_against_all_its_bounds(value, bounds, verdict):
    assert Figure(what="x", value=value, unit="s", bounds=bounds).verdict == verdict


def test_a_bound_by_peers_is_by_the_better_of_those_that_could_be_measured():
    peers = {"one": 10.0, "two": 20.0, "three": "couldn't be installed"}
    assert times(4, peers)[0].limit == 80
    assert times(0.25, peers, best=min)[0].limit == 2.5
    assert times(0.25, peers, best=min)[0].holds(2.5)
    assert times(4, {"three": "couldn't be installed"}) == []
    text = line(Figure(what="rate", value=90.0, unit="/s", bounds=times(4, peers), peers=peers))
    assert "pass" in text
    assert "(4 x two)" in text
    assert "three: couldn't be installed" in text


def test_a_percentile_is_a_measured_value():
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(list(range(100)), 0.99) == 99


def test_a_peer_that_cannot_be_installed_says_so_in_a_line(tmp_path, monkeypatch):
    from bench import peers

    monkeypatch.setattr(peers, "CACHE", tmp_path / "cache")
    absent = peers.Peer(name="absent", packages=["./no-such-folder"], command=[])
    with pytest.raises(PeerError, match=r"^absent couldn't be installed: [^\n]+$"):
        absent.install()
