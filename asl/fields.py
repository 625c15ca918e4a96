"""Which fields the States Language knows, and where: per state type, and which belong to one query language only."""

from collections.abc import Mapping
from typing import Final

JSONPATH: Final = "JSONPath"
JSONATA: Final = "JSONata"
QUERY_LANGUAGES: Final = (JSONPATH, JSONATA)

STATE_TYPES: Final = ("Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")

MACHINE_FIELDS: Final = frozenset({"Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"})
BRANCH_FIELDS: Final = frozenset({"Comment", "StartAt", "States"})
PROCESSOR_FIELDS: Final = BRANCH_FIELDS | {"ProcessorConfig"}

_EVERY = {"Type", "Comment", "QueryLanguage"}
_MOVES = {"Next", "End"}
_PATHS = {"InputPath", "OutputPath"}
_RESULT = {"ResultPath", "ResultSelector"}
_ERRORS = {"Retry", "Catch"}

STATE_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    kind: frozenset(_EVERY | fields)
    for kind, fields in {
        "Task": {
            "Resource",
            "Parameters",
            "Arguments",
            "Output",
            "Assign",
            "Credentials",
            "TimeoutSeconds",
            "TimeoutSecondsPath",
            "HeartbeatSeconds",
            "HeartbeatSecondsPath",
            *_MOVES,
            *_PATHS,
            *_RESULT,
            *_ERRORS,
        },
        "Pass": {"Result", "ResultPath", "Parameters", "Output", "Assign", *_MOVES, *_PATHS},
        "Choice": {"Choices", "Default", "Output", "Assign", *_PATHS},
        "Wait": {
            "Seconds",
            "SecondsPath",
            "Timestamp",
            "TimestampPath",
            "Output",
            "Assign",
            *_MOVES,
            *_PATHS,
        },
        "Succeed": {"Output", *_PATHS},
        "Fail": {"Error", "ErrorPath", "Cause", "CausePath"},
        "Parallel": {
            "Branches",
            "Parameters",
            "Arguments",
            "Output",
            "Assign",
            *_MOVES,
            *_PATHS,
            *_RESULT,
            *_ERRORS,
        },
        "Map": {
            "ItemProcessor",
            "Iterator",
            "Items",
            "ItemsPath",
            "ItemSelector",
            "Parameters",
            "ItemReader",
            "ItemBatcher",
            "ResultWriter",
            "Label",
            "MaxConcurrency",
            "MaxConcurrencyPath",
            "ToleratedFailureCount",
            "ToleratedFailureCountPath",
            "ToleratedFailurePercentage",
            "ToleratedFailurePercentagePath",
            "Output",
            "Assign",
            *_MOVES,
            *_PATHS,
            *_RESULT,
            *_ERRORS,
        },
    }.items()
}
# What AWS takes though it is nowhere read.
IDLE_FIELDS: Final[Mapping[str, frozenset[str]]] = {"Map": frozenset({"Arguments"})}
ALL_STATE_FIELDS: Final = frozenset().union(*STATE_FIELDS.values())

JSONPATH_ONLY: Final = frozenset(
    {
        "InputPath",
        "OutputPath",
        "Parameters",
        "ResultSelector",
        "ResultPath",
        "ItemsPath",
        "SecondsPath",
        "TimestampPath",
        "ErrorPath",
        "CausePath",
        "TimeoutSecondsPath",
        "HeartbeatSecondsPath",
        "MaxConcurrencyPath",
        "ToleratedFailureCountPath",
        "ToleratedFailurePercentagePath",
        "Variable",
    }
)
JSONATA_ONLY: Final = frozenset({"Arguments", "Output", "Items", "Condition"})

RETRIER_FIELDS: Final = frozenset(
    {
        "ErrorEquals",
        "IntervalSeconds",
        "MaxAttempts",
        "BackoffRate",
        "MaxDelaySeconds",
        "JitterStrategy",
        "Comment",
    }
)
CATCHER_FIELDS: Final = frozenset({"ErrorEquals", "Next", "ResultPath", "Output", "Assign", "Comment"})

# Fields of which a state may have one at most.
EXCLUSIVE: Final = (
    ("TimeoutSeconds", "TimeoutSecondsPath"),
    ("HeartbeatSeconds", "HeartbeatSecondsPath"),
    ("Error", "ErrorPath"),
    ("Cause", "CausePath"),
    ("MaxConcurrency", "MaxConcurrencyPath"),
    ("ToleratedFailureCount", "ToleratedFailureCountPath"),
    ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
    ("ItemProcessor", "Iterator"),
    ("ItemSelector", "Parameters"),
)
WAIT_FORMS: Final = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
DISTRIBUTED_ONLY: Final = frozenset(
    {
        "ItemReader",
        "ItemBatcher",
        "ResultWriter",
        "Label",
        "ToleratedFailureCount",
        "ToleratedFailureCountPath",
        "ToleratedFailurePercentage",
        "ToleratedFailurePercentagePath",
    }
)
LONGEST_SECONDS: Final = 99_999_999
LONGEST_NAME: Final = 80  # characters of a state's name
LARGEST_DEFINITION: Final = 1_048_576  # bytes
