"""How AWS's own implementation writes values into strings: numbers and containers as Java's ``toString`` does."""

from decimal import Decimal

from asl.json_types import JSON


def number_text(number: float) -> str:
    """``1``, ``1.5``, ``1.0E10``: as Java's Long.toString and Double.toString."""
    if isinstance(number, int):
        return str(number)
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(number)
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)
    fraction = "".join(map(str, digits[1:])) or "0"
    return f"{'-' if sign else ''}{digits[0]}.{fraction}E{exponent + len(digits) - 1}"


def to_text(value: JSON) -> str:
    """What States.Format puts for ``{}``: strings bare, containers as ``{a=1, b=[x, y]}``, null as ``null``."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={to_text(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(to_text(element) for element in value) + "]"
    return number_text(value)
