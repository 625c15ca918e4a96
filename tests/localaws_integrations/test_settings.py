"""Settings come from the environment; what can't be understood is refused with its name."""

from pathlib import Path

import pytest

from localaws.settings import SettingError, Settings, read_settings


def test_nothing_set_gives_the_defaults() -> None:
    assert read_settings({}) == Settings()


def test_options_of_a_command_win_over_the_environment() -> None:
    found = read_settings({"LOCALAWS_PORT": "1", "LOCALAWS_HOME": "/a"}, port=2, home=Path("/b"))
    assert (found.port, found.home) == (2, Path("/b"))


def test_every_variable_is_read() -> None:
    found = read_settings(
        {
            "LOCALAWS_HOST": "0.0.0.0",
            "LOCALAWS_PORT": "4567",
            "LOCALAWS_HOME": "/data",
            "LOCALAWS_REGION": "eu-west-1",
            "LOCALAWS_ACCOUNT": "123456789012",
            "LOCALAWS_PUBLIC_URL": "http://localaws:4567/",
            "LOCALAWS_ALLOWED_HOSTS": "localaws, Other",
            "LOCALAWS_ALLOWED_ORIGINS": "http://127.0.0.1:8000/",
            "LOCALAWS_HTTP_ALLOWED_HOSTS": "api.internal:8443",
            "LOCALAWS_MODEL_BASE_URL": "http://127.0.0.1:11434/v1",
            "LOCALAWS_MODEL_NAME": "llama3",
            "LOCALAWS_MODEL_API_KEY": "k",
            "LOCALAWS_MODEL_TIMEOUT": "30",
            "LOCALAWS_TRANSCRIBE_DELAY": "0.5",
            "LOCALAWS_SYNCHRONOUS": "full",
        }
    )
    assert found == Settings(
        host="0.0.0.0",
        port=4567,
        home=Path("/data"),
        region="eu-west-1",
        account="123456789012",
        public_url="http://localaws:4567",
        allowed_hosts=frozenset({"localaws", "other"}),
        allowed_origins=frozenset({"http://127.0.0.1:8000"}),
        http_allowed_hosts=frozenset({"api.internal:8443"}),
        model_base_url="http://127.0.0.1:11434/v1",
        model_name="llama3",
        model_api_key="k",
        model_timeout=30,
        transcribe_delay=0.5,
        synchronous="FULL",
    )
    assert ("localaws", 4567) in found.own_origins
    assert found.endpoint_url == "http://localaws:4567"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOCALAWS_PORT", "http"),
        ("LOCALAWS_PORT", "70000"),
        ("LOCALAWS_TRANSCRIBE_DELAY", "-1"),
        ("LOCALAWS_MODEL_BASE_URL", "localhost:11434"),
        ("LOCALAWS_PUBLIC_URL", "ftp://x"),
        ("LOCALAWS_SYNCHRONOUS", "OFF"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read_settings({name: value})


def test_a_misspelt_name_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(
        SettingError, match=r"LOCALAWS_TRANSCRIBE_SECONDS isn't .* did you mean LOCALAWS_TRANSCRIBE_DELAY"
    ):
        read_settings({"LOCALAWS_TRANSCRIBE_SECONDS": "2", "PATH": "/bin"})


def test_a_models_key_is_not_shown_with_the_settings() -> None:
    assert "very-secret" not in repr(Settings(model_api_key="very-secret"))
