"""What is wrong with a definition, as an error says it."""

from asl.diagnostics import DefinitionError, Diagnostic, is_error


def test_a_definition_error_holds_and_says_all():
    found = [Diagnostic("/States/A", "CODE", "wrong"), Diagnostic("", "CODE", "odd", "WARNING")]
    error = DefinitionError(tuple(found))
    assert error.diagnostics == found
    assert str(error) == "wrong at /States/A; odd at /"
    assert [is_error(one) for one in found] == [True, False]
