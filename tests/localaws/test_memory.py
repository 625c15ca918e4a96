import json
from pathlib import Path

import botocore.session
import pytest
from botocore.loaders import JSONFileLoader, Loader

from localaws.memory import PlainFiles, keep_small, without_prose


@pytest.fixture
def files(monkeypatch):
    monkeypatch.setattr(Loader, "FILE_LOADER_CLASS", JSONFileLoader)
    keep_small()


def test_models_are_read_without_their_descriptions(files):
    model = botocore.session.Session().get_service_model("stepfunctions")
    assert type(model.metadata) is dict
    operation = model.operation_model("StartExecution")
    assert operation.documentation == ""
    assert operation.input_shape.members["stateMachineArn"].documentation == ""
    assert operation.input_shape.required_members == ["stateMachineArn"]
    assert model.endpoint_prefix == "states"
    assert botocore.session.Session().get_available_services()


def test_a_shape_or_member_that_is_called_so_stays():
    shapes = {"documentation": {"type": "string", "documentation": "prose"}, "list": [{"documentation": "prose"}]}
    assert without_prose(shapes) == {
        "documentation": {"type": "string", "documentation": ""},
        "list": [{"documentation": ""}],
    }


def test_a_file_that_is_not_there_is_none(tmp_path):
    (tmp_path / "there.json").write_text(json.dumps({"a": 1}))
    assert PlainFiles().load_file(str(tmp_path / "there")) == {"a": 1}
    assert PlainFiles().load_file(str(tmp_path / "nowhere")) is None


def test_every_model_that_is_packed_reads_as_botocores_own_reads_it():
    folder = Path(botocore.__file__).parent / "data" / "s3"
    (latest,) = (path for path in folder.iterdir() if path.is_dir())
    for file in latest.iterdir():
        name = str(file).removesuffix(".gz").removesuffix(".json")
        assert PlainFiles().load_file(name) == without_prose(json.loads(json.dumps(JSONFileLoader().load_file(name))))
