"""What a deployment may do besides putting the definition there: logging, tracing, tags, a version, an alias on it.

All of it is safe to repeat, so that a deployment that failed half-way is simply made again.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

AWS_KEY = "AWS"
LOG_LEVELS = ("OFF", "ERROR", "FATAL", "ALL")
MOST_TAGS = 50
_alias = re.compile(r"(?=.*[A-Za-z_\-.])[A-Za-z0-9_\-.]{1,80}\Z")  # a number alone would read as a version
_kms_key = re.compile(
    r"(arn:[^:]+:kms:[^:]+:\d{12}:(key|alias)/[A-Za-z0-9/_-]+|alias/[A-Za-z0-9/_-]+|[0-9a-fA-F-]{36}|mrk-[0-9a-f]{32})\Z"
)
_log_group = re.compile(r"arn:[^:]+:logs:[^:]+:\d{12}:log-group:[^:*]+(:\*)?\Z")


class NotAnOption(ValueError):  # noqa: N818 - it says what happened
    """The message says which one can't be and what it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """As they are chosen in the dialog; the defaults change nothing that is there."""

    log_level: str = ""  # "" leaves logging as it is
    log_group_arn: str = ""
    include_execution_data: bool = False
    tracing: bool | None = None  # None leaves it as it is
    kms_key: str = ""  # "" leaves encryption as it is; "AWS" is AWS's own key; else a key's ARN, id or alias
    kms_reuse_seconds: int = 300  # how long a data key is used
    tags: dict[str, str] = field(default_factory=dict)
    publish: bool = False
    alias: str = ""  # points at the version that is published; "" for none
    share: int = 100  # percent of the alias's executions that the new version takes

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read_options(given: dict[str, Any]) -> Options:
    """Raises `NotAnOption`."""
    known = set(Options.__dataclass_fields__)
    if unknown := sorted(given.keys() - known):
        raise NotAnOption(f"A deployment has no option {', '.join(unknown)}.")
    for name, value in given.items():
        default = getattr(Options(), name)
        kinds = (bool, type(None)) if name == "tracing" else (type(default),)
        if type(value) not in kinds:
            raise NotAnOption(f"{name} can't be {value!r}.")
    options = Options(**given)
    if options.log_level and options.log_level not in LOG_LEVELS:
        raise NotAnOption(f"The log level is one of {', '.join(LOG_LEVELS)}.")
    if options.log_level not in ("", "OFF") and not _log_group.match(options.log_group_arn):
        raise NotAnOption(
            "Logging needs the ARN of a log group, such as "
            "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/name:*."
        )
    if options.kms_key not in ("", AWS_KEY) and not _kms_key.match(options.kms_key):
        raise NotAnOption(
            "The key is a symmetric KMS key: its ARN, its id or an alias, such as "
            "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab."
        )
    if not 60 <= options.kms_reuse_seconds <= 900:
        raise NotAnOption("A data key is used for 60 to 900 seconds.")
    if (
        not all(isinstance(value, str) for value in options.tags.values())
        or len(options.tags) > MOST_TAGS
        or "" in options.tags
    ):
        raise NotAnOption(f"Tags are at most {MOST_TAGS} names with a text each.")
    if any(len(key) > 128 or len(value) > 256 for key, value in options.tags.items()):
        raise NotAnOption("A tag's name has at most 128 characters, its value 256.")
    if options.alias and not _alias.match(options.alias):
        raise NotAnOption(
            "An alias has 1 to 80 letters, digits, hyphens, underscores and dots, and isn't a number alone."
        )
    if not 1 <= options.share <= 100:
        raise NotAnOption("The new version takes 1 to 100 percent.")
    return options


def configuration(options: Options) -> dict[str, Any]:
    """What CreateStateMachine and UpdateStateMachine are given besides the definition."""
    found: dict[str, Any] = {}
    if options.log_level == "OFF":
        found["loggingConfiguration"] = {"level": "OFF", "includeExecutionData": False, "destinations": []}
    elif options.log_level:
        arn = options.log_group_arn if options.log_group_arn.endswith(":*") else f"{options.log_group_arn}:*"
        found["loggingConfiguration"] = {
            "level": options.log_level,
            "includeExecutionData": options.include_execution_data,
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}],
        }
    if options.kms_key == AWS_KEY:
        found["encryptionConfiguration"] = {"type": "AWS_OWNED_KEY"}
    elif options.kms_key:
        found["encryptionConfiguration"] = {
            "type": "CUSTOMER_MANAGED_KMS_KEY",
            "kmsKeyId": options.kms_key,
            "kmsDataKeyReusePeriodSeconds": options.kms_reuse_seconds,
        }
    if options.tracing is not None:
        found["tracingConfiguration"] = {"enabled": options.tracing}
    return found


def words(options: Options, *, name: str) -> list[str]:
    """The further steps in words, for the plan."""
    found = []
    if options.log_level == "OFF":
        found.append("Switch logging off")
    elif options.log_level:
        found.append(f"Log {options.log_level} to {options.log_group_arn.split(':log-group:')[-1].removesuffix(':*')}")
    if options.tracing is not None:
        found.append("Switch X-Ray tracing on" if options.tracing else "Switch X-Ray tracing off")
    if options.kms_key == AWS_KEY:
        found.append("Encrypt with a key that AWS owns")
    elif options.kms_key:
        found.append(f"Encrypt with the KMS key {options.kms_key.rsplit('/', 1)[-1]}")
    if options.tags:
        found.append(f"Tag it: {', '.join(f'{key}={value}' for key, value in options.tags.items())}")
    if options.publish or options.alias:
        found.append(f"Publish a version of {name}")
    if options.alias:
        share = "all" if options.share == 100 else f"{options.share}% of the"
        rest = "" if options.share == 100 else ", the rest where it points now"
        found.append(f"Point the alias {options.alias} at it with {share} executions{rest}")
    return found


def carry_out(step_functions: Any, arn: str, options: Options, *, description: str) -> tuple[list[str], str]:
    """Tags, version, alias, in this order; what was done in words, and the version's ARN ("" for none).

    Raises `Interrupted` with what was done until then, from botocore's error.
    """
    done: list[str] = []
    version = ""
    try:
        if options.tags:
            step_functions.tag_resource(
                resourceArn=arn, tags=[{"key": key, "value": value} for key, value in options.tags.items()]
            )
            done.append("Tagged")
        if options.publish or options.alias:
            version = step_functions.publish_state_machine_version(stateMachineArn=arn, description=description)[
                "stateMachineVersionArn"
            ]
            done.append(f"Published version {version.rsplit(':', 1)[1]}")
        if options.alias:
            done.append(_point(step_functions, arn, version, options))
    except Exception as error:
        raise Interrupted(done) from error
    return done, version


class Interrupted(Exception):  # noqa: N818 - it says what happened
    """One of the further steps failed; ``done`` came before it, ``__cause__`` is why."""

    def __init__(self, done: list[str]) -> None:
        super().__init__()
        self.done = done


def _point(step_functions: Any, arn: str, version: str, options: Options) -> str:
    """Create the alias or move it. With less than all, the version that had most of it keeps the rest."""
    alias_arn = f"{arn}:{options.alias}"
    number = version.rsplit(":", 1)[1]
    known = {row["stateMachineAliasArn"] for row in all_aliases(step_functions, arn)}
    if alias_arn not in known:
        step_functions.create_state_machine_alias(
            name=options.alias, routingConfiguration=[{"stateMachineVersionArn": version, "weight": 100}]
        )
        return f"Made the alias {options.alias} on version {number}"
    routing = [{"stateMachineVersionArn": version, "weight": options.share}]
    if options.share < 100:
        now = step_functions.describe_state_machine_alias(stateMachineAliasArn=alias_arn)["routingConfiguration"]
        others = sorted(
            (row for row in now if row["stateMachineVersionArn"] != version), key=lambda row: -row["weight"]
        )
        if others:
            kept = {"stateMachineVersionArn": others[0]["stateMachineVersionArn"], "weight": 100 - options.share}
            routing.append(kept)
        else:
            routing[0]["weight"] = 100
    step_functions.update_state_machine_alias(stateMachineAliasArn=alias_arn, routingConfiguration=routing)
    return f"Pointed the alias {options.alias} at version {number} with {routing[0]['weight']}%"


def all_aliases(step_functions: Any, arn: str) -> list[dict[str, Any]]:
    """Of every page of the answer."""
    found: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = step_functions.list_state_machine_aliases(stateMachineArn=arn, **token)
        found += page["stateMachineAliases"]
        if "nextToken" not in page:
            return found
        token = {"nextToken": page["nextToken"]}
