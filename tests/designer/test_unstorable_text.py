"""Definitions that not every database could store, or no parser read, are refused in words."""

import pytest

from designer import services

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["\x00", "\ud800"])
def test_a_definition_that_no_database_stores_is_refused(text):
    with pytest.raises(services.Refused, match="NUL character or half"):
        services.create_state_machine(name="unstorable", definition=text, by=None)


def test_a_file_that_is_nested_too_deeply_is_refused():
    with pytest.raises(services.Refused, match="nested too deeply"):
        services.import_definition("[" * 100_000)
