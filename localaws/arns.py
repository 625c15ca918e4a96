"""The ARNs that this endpoint gives out and takes. Wording of what is wrong with one is AWS's own."""

from dataclasses import dataclass

from localaws.wire import ServiceError


@dataclass(frozen=True, slots=True)
class Arn:
    """``arn:aws:states:{region}:{account}:{kind}:{rest}``; ``rest`` keeps the colons of its parts."""

    text: str
    region: str
    account: str
    kind: str  # stateMachine, execution, express, activity, mapRun
    rest: tuple[str, ...]

    @property
    def machine_arn(self) -> str:
        """The state machine that an execution, a version or an alias belongs to, without its qualifier."""
        return machine_arn(self.region, self.account, self.rest[0])

    @property
    def version(self) -> int | None:
        """The number in a state machine version's ARN."""
        named = self.rest[1] if len(self.rest) == 2 else ""
        return int(named) if named.isascii() and named.isdigit() and len(named) < 10 else None

    @property
    def alias(self) -> str | None:
        """The name in a state machine alias's ARN."""
        return self.rest[1] if len(self.rest) == 2 and self.version is None else None


def machine_arn(region: str, account: str, name: str) -> str:
    return f"arn:aws:states:{region}:{account}:stateMachine:{name}"


def activity_arn(region: str, account: str, name: str) -> str:
    return f"arn:aws:states:{region}:{account}:activity:{name}"


def execution_arn(machine: str, name: str) -> str:
    return machine.replace(":stateMachine:", ":execution:", 1) + f":{name}"


def express_execution_arn(machine: str, name: str, unique: str) -> str:
    return machine.replace(":stateMachine:", ":express:", 1) + f":{name}:{unique}"


def parse(text: str) -> Arn:
    """Raises `ServiceError` InvalidArn for anything that isn't an ARN of Step Functions."""
    parts = text.split(":")
    if len(parts) < 7 or parts[0] != "arn" or not parts[1].startswith("aws") or parts[2] != "states":
        raise ServiceError("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {text}'")
    return Arn(text, parts[3], parts[4], parts[5], tuple(parts[6:]))


def parse_kind(text: str, *kinds: str) -> Arn:
    """An ARN of one of ``kinds``; another kind is refused as AWS words it."""
    arn = parse(text)
    if arn.kind not in kinds:
        raise ServiceError("InvalidArn", f"Invalid Arn: 'Resource type not valid in this context: {arn.kind}'")
    return arn


def parse_role(text: str) -> str:
    parts = text.split(":")
    if len(parts) < 6 or parts[0] != "arn" or parts[2] != "iam" or not parts[5].startswith("role/"):
        raise ServiceError("InvalidArn", f"Invalid Role Arn: '{text}'")
    return text
