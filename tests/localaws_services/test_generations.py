"""A generation is on disk as a whole or not at all, whatever the moment at which the writing ends."""

from __future__ import annotations

import io
import os
import pickle
from pathlib import Path

import pytest

from localaws.services import snapshot, store
from localaws.services.blobs import Blobs
from localaws.services.store import Generations, StateRefusedError


class Killed(BaseException):
    pass


def generation(home: Path) -> Generations:
    return Generations(home, moto_version="1")


@pytest.mark.parametrize("step", range(12))
def test_cut_short_at_any_step_the_old_or_the_new_generation_is_read(tmp_path, monkeypatch, step):
    first = generation(tmp_path)
    first.write({"s3": (b"old", {"a"}), "sns": (b"same", set())})
    steps = iter(range(100))

    def counted(real):
        def call(*args, **kwargs):
            if next(steps) == step:
                raise Killed
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(store.os, "fsync", counted(os.fsync))
        patched.setattr(Path, "rename", counted(Path.rename))
        patched.setattr(Path, "unlink", counted(Path.unlink))
        try:
            first.write({"s3": (b"new", {"b"})})
            finished = True
        except Killed:
            finished = False
    read = generation(tmp_path)
    states = read.read()
    assert states["sns"] == b"same"
    assert states["s3"] in (b"old", b"new")
    assert read.blobs() == ({"a"} if states["s3"] == b"old" else {"b"})
    if finished:
        assert states["s3"] == b"new"
    read.write({"s3": (b"newer", set())})
    assert generation(tmp_path).read()["s3"] == b"newer"


def test_what_the_manifest_doesnt_name_is_deleted(tmp_path):
    written = generation(tmp_path)
    for text in (b"1", b"2", b"3"):
        written.write({"s3": (text, set())})
    assert len(list((tmp_path / "state").iterdir())) == 1


def test_damage_and_another_version_are_refused_and_say_what_to_do(tmp_path):
    generation(tmp_path).write({"s3": (b"state", set())})
    with pytest.raises(
        StateRefusedError, match=r"saved with moto 1, and this is moto 2.*move .* away to begin with empty services"
    ):
        Generations(tmp_path, moto_version="2").read()
    [file] = (tmp_path / "state").iterdir()
    file.write_bytes(b"stage")
    with pytest.raises(StateRefusedError, match="is damaged"):
        generation(tmp_path).read()
    file.unlink()
    with pytest.raises(StateRefusedError, match="is missing"):
        generation(tmp_path).read()


def test_the_folder_is_ours_alone(tmp_path, monkeypatch):
    tmp_path.chmod(0o755)
    generation(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr(store.os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(StateRefusedError, match="belongs to another user"):
        generation(tmp_path)


@pytest.mark.parametrize(
    "harmful",
    [
        b"cos\nsystem\n(S'true'\ntR.",
        b"cbuiltins\neval\n(S'1'\ntR.",
        b"\x80\x04\x8c\x0emoto.s3.models\x8c\tos.system\x93.",
        b"\x80\x04\x8c\x14moto.core.decorators\x8c\x10subprocess.Popen\x93.",
        b"\x80\x04\x8c\x0emoto.s3.models\x8c\x06reload\x93.",
    ],
)
def test_a_snapshot_that_would_execute_something_is_refused(harmful):
    with pytest.raises((snapshot.RefusedError, ImportError, AttributeError)):
        snapshot.load(harmful, lambda *_: None)


def test_what_couldnt_be_read_again_isnt_written():
    with pytest.raises(pickle.PicklingError, match=r"isn't on the list of what a snapshot may hold"):
        snapshot.dump({"file": io.StringIO("x")}, {})


def test_a_blob_cut_short_is_no_blob(tmp_path):
    digest = Blobs(tmp_path).put(b"whole")
    (tmp_path / digest[:2] / f"{digest}.0a1b.part").write_bytes(b"who")
    blobs = Blobs(tmp_path)
    assert blobs.read(digest) == b"whole"
    blobs.delete_all_but(set())
    assert list(tmp_path.glob("*/*")) == []


@pytest.mark.proof
def test_every_service_that_moto_has_can_be_written_and_read():
    """Empty backends hold the locks, lambdas and odd mappings that full ones hold."""
    from moto import backend_index, backends

    from localaws.services import adaptation, emulator

    adaptation.apply()
    adaptation.take_over(None, lambda _service: None)
    written = 0
    for name in sorted({service for service, _pattern in backend_index.backend_url_patterns} - {"moto_api._internal"}):
        try:
            all_of_them = backends.get_backend(name)
        except ImportError:
            continue  # it needs packages that aren't installed: not available on the endpoint either
        specific = all_of_them["000000000000"]
        backend = specific["us-east-1" if "us-east-1" in specific else "aws"]
        lookups = {
            id(all_of_them): (name, None, None),
            id(specific): (name, "000000000000", None),
            id(backend): (name, "000000000000", backend.region_name),
        }
        assert emulator._backend_dict(name) is all_of_them, name
        data, _blobs = snapshot.dump(dict(vars(backend)), lookups)
        assert snapshot.load(data, emulator._lookup).keys() == vars(backend).keys(), name
        written += 1
    assert written > 100
