"""JSONata: text is compiled once; evaluation is bounded in steps, depth, time and size. The only user of the package.

The package (jsonata-python) parses and evaluates. Simple expressions never reach its evaluator: `asl.jsonata_closures`
turns their syntax tree into closures and leaves to the evaluator whatever they aren't sure of. The evaluator is the
package's own, with what it gets wrong put right here: null as an argument, `%`, division by zero, ranges.
"""

import inspect
import json
import math
import operator
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from asl.calls import room_for_calls
from asl.json_types import JSON
from asl.jsonata_closures import Closure, compile_closure
from asl.jsonata_context import read_of_context
from asl.jsonata_errors import (
    UNDEFINED,
    InvalidJSONataError,
    JSONataError,
    UnsureError,
    stack_overflow,
    timeout,
    too_large,
)
from asl.jsonata_functions import FUNCTIONS, LONGEST_ARRAY, LONGEST_TEXT, NULL, SEQUENCES, Function
from asl.jsonata_names import STATES, is_deeper, read_names
from asl.jsonata_regex import compile_regex
from asl.scope import Scope

_host_limit = sys.getrecursionlimit()
from jsonata.functions import Functions  # noqa: E402 - importing it raises the process's recursion limit
from jsonata.jexception import JException  # noqa: E402
from jsonata.jsonata import Jsonata  # noqa: E402
from jsonata.utils import Utils  # noqa: E402

sys.setrecursionlimit(_host_limit)

__all__ = [
    "UNDEFINED",
    "Expression",
    "InvalidJSONataError",
    "JSONataError",
    "compile_jsonata",
    "expression_text",
    "limited",
]

STEP_LIMIT: Final = 1_000_000  # nodes of the syntax tree evaluated
DEPTH_LIMIT: Final = 100  # of them inside each other, as AWS has it
TIME_LIMIT: Final = 2.0  # seconds of processor time
VOLUME_LIMIT: Final = 50_000_000  # characters and elements in all strings and arrays that were made
WHOLE_LIMIT: Final = 10**21  # from here on a number is written with an exponent
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NULL: Final = Utils.NULL_VALUE


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    text: str
    variables: frozenset[str]  # the names after `$` that it doesn't define itself
    needs_context: bool  # does it read $states.context?
    misses: tuple[str, ...]  # what it reads of a context that there is none of (`asl.jsonata_context`)
    _tree: Any
    _closure: Closure | None

    def evaluate(self, states: dict[str, JSON], scope: Scope) -> JSON:
        """The value, or `UNDEFINED`. ``states`` is ``$states`` less its context. Raises `JSONataError`."""
        if self.needs_context:
            states = {"input": states["input"], "context": scope.context(), **states}
        if self._closure is not None:
            try:
                return self._closure(states, scope)
            except UnsureError:
                pass
        return self._evaluate_fully(states, scope)

    def _evaluate_fully(self, states: dict[str, JSON], scope: Scope) -> JSON:
        bindings: dict[str, Any] = {}
        for name in self.variables:
            if name == STATES:
                bindings[name] = states
            else:
                try:
                    bindings[name] = scope.variable(name)
                except KeyError:
                    continue
        return _evaluator().run(self._tree, bindings, scope)


def expression_text(value: JSON) -> str | None:
    """What stands between ``{%`` and ``%}``; None where the value is no expression."""
    if isinstance(value, str) and value.startswith("{%") and value.endswith("%}") and len(value) >= 4:
        return value[2:-2].strip()
    return None


@lru_cache(maxsize=2048)
def compile_jsonata(text: str) -> Expression:
    """Raises `InvalidJSONataError`. The validator's compilation is the interpreter's, too."""
    try:
        with room_for_calls:
            tree = Jsonata(text, compile_regex).ast
            names, misses = read_names(tree), read_of_context(tree)
    except InvalidJSONataError:
        raise
    except JException as reason:
        position = max(reason.location, 0)
        raise InvalidJSONataError(f"{reason.error}: {_words(reason)}", min(position, len(text))) from None
    except RecursionError:
        raise InvalidJSONataError("The expression is nested too deeply", 0) from None
    except Exception:  # noqa: BLE001 - the package's tokenizer runs past the end of some broken texts
        raise InvalidJSONataError("S0207: Unexpected end of expression", len(text)) from None
    return Expression(
        text=text,
        variables=names.variables,
        needs_context=names.needs_context,
        misses=misses,
        _tree=tree,
        _closure=None if is_deeper(tree, DEPTH_LIMIT) else compile_closure(tree),
    )


# -- the evaluator ----------------------------------------------------------------------------------


_local = threading.local()


class _Own(Jsonata.JFunctionCallable):  # type: ignore[misc]
    """One of our functions, as the package calls it."""

    def __init__(self, name: str, function: Function) -> None:
        self._function = function
        self._is_sequence = name in SEQUENCES

    def call(self, _input: Any, arguments: Sequence[Any] | None) -> Any:
        values = [argument if argument is _NULL else _plain(argument) for argument in arguments or ()]
        result = self._function(_evaluator().scope, *values)
        if result is None or result is NULL:
            return None if result is None else _NULL
        if isinstance(result, float):
            return Utils.convert_number(result)
        marked = _with_nulls(result)
        return Utils.create_sequence_from_iter(marked) if self._is_sequence and isinstance(marked, list) else marked


class _OwnFunction(Jsonata.JFunction):  # type: ignore[misc]
    def __init__(self, name: str, signature: str, function: Function) -> None:
        super().__init__(_Own(name, function), signature)
        self.function_name = name
        self._arity = len(inspect.signature(function).parameters) - 1  # the scope isn't the caller's

    def get_number_of_args(self) -> int:
        """How many places `$name(?, ...)` may leave open."""
        return self._arity


def _now(scope: Scope, picture: str | None = None, zone: str | None = None) -> JSON:
    return Functions.datetime_from_millis(int(scope.now() * 1000 + 0.5), picture, zone)


def _string(_scope: Scope, value: JSON, prettify: bool | None = None) -> JSON:
    return _text(value, prettify=bool(prettify))


def _number(_scope: Scope, value: JSON) -> JSON:
    try:
        return Functions.number(value)
    except (ValueError, TypeError):
        raise JSONataError("D3030", f"Unable to cast value to a number: {json.dumps(value)}") from None


def _to_millis(_scope: Scope, text: str | None, picture: str | None = None) -> JSON:
    if text is None or picture is not None:
        return Functions.datetime_to_millis(text, picture)
    try:
        moment = datetime(int(text), 1, 1, tzinfo=UTC) if text.isdigit() else datetime.fromisoformat(text)
    except ValueError:
        message = "The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given "
        raise JSONataError("D3110", message + json.dumps(text)) from None
    known = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (known - _EPOCH) // timedelta(milliseconds=1)


def _pad(_scope: Scope, text: str | None, width: float | None, character: str | None = None) -> JSON:
    if width is not None and abs(width) > LONGEST_TEXT:
        raise too_large()
    return Functions.pad(text, width, character)


def _replace(_scope: Scope, text: str | None, pattern: Any, replacement: Any, limit: float | None = None) -> JSON:
    if isinstance(text, str) and isinstance(replacement, str) and len(text) * len(replacement) > VOLUME_LIMIT:
        raise too_large()
    return Functions.replace(text, pattern, replacement, limit)


OVERRIDDEN: Mapping[str, tuple[str, Function]] = {
    "now": ("<s?s?:s>", _now),
    "string": ("<x-b?:s>", _string),
    "number": ("<(nsb)-:n>", _number),
    "toMillis": ("<s-s?:n>", _to_millis),
    "pad": ("<s-ns?:s>", _pad),
    "replace": ("<s-(sf)(sf)n?:s>", _replace),
}


def _text(value: Any, *, prettify: bool = False) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if type(value) in (int, float) and abs(value) < WHOLE_LIMIT and value == int(value):
        return str(int(value))
    if isinstance(value, float) and not math.isfinite(value):
        return str(_plain(value))
    if isinstance(value, dict | list):
        plain = _plain(value, functions_as_text=True)
        layout: dict[str, Any] = {"indent": "  "} if prettify else {"separators": (",", ":")}
        return json.dumps(plain, cls=Functions.Encoder, ensure_ascii=False, **layout)
    text: str = Functions.string(value, prettify)
    return text


class _Evaluator(Jsonata):  # type: ignore[misc]
    """The package's evaluator with limits. One for each thread; what it evaluates is handed in."""

    def __init__(self) -> None:
        super().__init__("0", compile_regex)
        self.scope: Any = None
        self.input: Any = None
        self.environment: Any = self.environment
        self.depth = 0
        self.steps = 0
        self.volume = 0
        self.deadline = 0.0
        self.base = self.create_frame(Jsonata.static_frame)
        for name, (signature, function) in {**FUNCTIONS, **OVERRIDDEN}.items():
            self.base.bind(name, _OwnFunction(name, signature, function))

    def run(self, tree: Any, bindings: Mapping[str, JSON], scope: Scope) -> JSON:
        frame = self.create_frame(self.base)
        Jsonata.CURRENT.jsonata = self
        self.scope, self.depth, self.steps, self.volume = scope, 0, 0, 0
        self.deadline = min(time.thread_time() + TIME_LIMIT, getattr(_local, "latest", math.inf))
        try:
            with room_for_calls:
                known = {name: _with_nulls(value) for name, value in bindings.items()}
                # the package looks for hooks at each node: they are found here at once to be none
                frame.bindings = {"__evaluate_entry": None, "__evaluate_exit": None, "$": None, **known}
                result = self.eval(tree, None, frame)
                return UNDEFINED if result is None else _checked(_plain(result))
        except JSONataError:
            raise
        except JException as reason:
            raise JSONataError(_CODES.get(reason.error, reason.error), _words(reason)) from None
        except RecursionError:
            raise stack_overflow(DEPTH_LIMIT) from None
        except (ArithmeticError, MemoryError) as reason:
            raise JSONataError("D1001", "Number out of range") from reason
        except Exception as reason:
            raise JSONataError("D3000", "The expression can't be evaluated with these values") from reason
        finally:
            self.scope = None

    def eval(self, expr: Any, input: Any, environment: Any) -> Any:  # noqa: A002 - the package's own name
        self.steps += 1
        if not self.steps & 63:
            self._check()
        if self.depth >= DEPTH_LIMIT:
            raise stack_overflow(DEPTH_LIMIT)
        self.depth += 1
        around = self.input, self.environment
        try:
            result = self._eval(expr, input, environment)
        finally:
            self.depth -= 1
            self.input, self.environment = around
        if isinstance(result, str | list) and len(result) > 1_000 and expr.type != "variable":
            self._count(result)
        return result

    def _check(self) -> None:
        if self.steps > STEP_LIMIT or time.thread_time() > self.deadline:
            raise timeout()

    def _count(self, made: str | list[Any]) -> None:
        self.volume += len(made)
        longest = LONGEST_TEXT if isinstance(made, str) else LONGEST_ARRAY
        if len(made) > longest or self.volume > VOLUME_LIMIT:
            raise too_large()

    # -- what the package has otherwise than the language's reference implementation ----------------

    def apply_inner(self, proc: Any, args: Any, input: Any, environment: Any) -> Any:  # noqa: A002 - the package's name
        if not self.is_function_like(proc):  # the package would print it, to a standard output that is not ours
            raise JException("T1006", -1)
        return super().apply_inner(proc, args, input, environment)

    def evaluate_numeric_expression(self, lhs: Any, rhs: Any, op: str) -> Any:
        """What is no finite number is a value as long as nobody calculates with it."""
        if Utils.is_numeric(lhs) and Utils.is_numeric(rhs):
            number = _calculated(float(lhs), float(rhs), op)
            whole_and_short = math.isfinite(number) and abs(number) < WHOLE_LIMIT
            return Utils.convert_number(number) if whole_and_short else number
        return super().evaluate_numeric_expression(lhs, rhs, op)

    def evaluate_string_concat(self, lhs: Any, rhs: Any) -> str:
        left, right = _text(lhs) or "", _text(rhs) or ""
        if len(left) + len(right) > LONGEST_TEXT:
            raise too_large()
        return left + right

    def evaluate_range_expression(self, lhs: Any, rhs: Any) -> Any:
        if isinstance(lhs, float) and lhs.is_integer():
            lhs = int(lhs)
        if isinstance(rhs, float) and rhs.is_integer():
            rhs = int(rhs)
        numbers = super().evaluate_range_expression(lhs, rhs)
        if numbers is None:
            return None
        if rhs - lhs >= LONGEST_ARRAY:
            raise too_large()
        return Utils.create_sequence_from_iter(range(lhs, rhs + 1))


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """All expressions evaluated in here, by this thread, take no more than so much processor time together."""
    _local.latest = time.thread_time() + seconds
    try:
        yield
    finally:
        del _local.latest


def _evaluator() -> _Evaluator:
    try:
        found: _Evaluator = _local.evaluator
    except AttributeError:
        found = _local.evaluator = _Evaluator()
    return found


# -- values in and out ------------------------------------------------------------------------------


def _with_nulls(value: JSON) -> Any:
    """The package takes None for "undefined": each null becomes its own mark. Shares what holds none."""
    if value is None:
        return _NULL
    if type(value) is dict:
        marked: dict[str, Any] | None = None
        for key, member in value.items():
            if member is None or type(member) is dict or type(member) is list:
                new = _with_nulls(member)
                if new is not member:
                    marked = dict(value) if marked is None else marked
                    marked[key] = new
        return value if marked is None else marked
    if type(value) is list:
        elements = [_with_nulls(element) for element in value]
        same = all(new is old for new, old in zip(elements, value, strict=True))
        return value if same else elements
    return value


def _calculated(left: float, right: float, sign: str) -> float:
    """As IEEE 754 has it: nothing is out of range."""
    if sign in "/%" and not right:
        return math.copysign(math.inf, left) * math.copysign(1, right) if sign == "/" and left else math.nan
    return math.fmod(left, right) if sign == "%" else _OPERATIONS[sign](left, right)


_OPERATIONS: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_NOT_FINITE: Final = {math.inf: "Infinity", -math.inf: "-Infinity"}


def _plain(value: Any, *, functions_as_text: bool = False) -> Any:
    """What the package made, as JSON: its null marks, sequences and ranges replaced; shares what is JSON already."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is float:
        return value if math.isfinite(value) else _NOT_FINITE.get(value, "NaN")
    if value is _NULL:
        return None
    if isinstance(value, dict):
        members = {key: _plain(member, functions_as_text=functions_as_text) for key, member in value.items()}
        return value if all(members[key] is member for key, member in value.items()) else members
    if isinstance(value, list):
        elements = [_plain(element, functions_as_text=functions_as_text) for element in value]
        same = kind is list and all(new is old for new, old in zip(elements, value, strict=True))
        return value if same else elements
    return "" if functions_as_text else value


def _checked(value: Any) -> JSON:
    """What is neither JSON nor undefined is a function or a regular expression."""
    if isinstance(value, dict):
        for member in value.values():
            _checked(member)
    elif isinstance(value, list):
        for element in value:
            _checked(element)
    elif not isinstance(value, str | int | float | None):
        raise JSONataError("D3000", "The expression returned a function, which is no JSON value")
    return value


_KINDS: Final = {"a": "arrays", "b": "booleans", "f": "functions", "n": "numbers", "o": "objects", "s": "strings"}
# What the package raises by its words alone.
_CODES: Final = {
    "Second argument of replace function cannot be an empty string": "D3010",
    "Fourth argument of replace function must evaluate to a positive number": "D3011",
}
_placeholder = re.compile(r"\{\{\{?\w+\}\}\}?")


def _words(reason: Any) -> str:
    """The message as the reference implementation words it: values as JSON, "function" where the package has Object."""
    template = JException.error_codes.get(reason.error)
    if template is None:
        return str(reason.error)
    kind = _KINDS.get(reason.extra, reason.extra) if reason.error == "T0412" else reason.extra
    values = iter((reason.current, reason.expected, kind))
    shown: Callable[[re.Match[str]], str] = lambda found: _shown(next(values, None), bare=found[0].startswith("{{{"))  # noqa: E731
    return _placeholder.sub(shown, re.sub(r"\bObject\b", "function", template))


def _shown(value: Any, *, bare: bool) -> str:
    if isinstance(value, str):
        return value if bare else json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    try:
        return json.dumps(_plain(value, functions_as_text=True), ensure_ascii=False)
    except (TypeError, ValueError, RecursionError, JSONataError):
        return "a function"
