"""EventBridge connections: who asks for one doesn't get its secrets back, and a change of it reaches its secret.

moto tells both as they were given. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeConnection.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_SECRETS = frozenset({"Password", "ApiKeyValue", "ClientSecret"})


def apply() -> None:
    """Change moto's classes; once to a process."""
    import moto.events.models as events

    connection: Any = events.Connection
    backend: Any = events.EventsBackend
    connection.describe = _without_secrets(connection.describe)
    backend.update_connection = _with_its_secret(backend.update_connection)


def _without_secrets(describe: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def described(self: Any) -> dict[str, Any]:
        shown = describe(self)
        return {**shown, "AuthParameters": public(shown.get("AuthParameters"))}

    return described


def public(value: Any) -> Any:
    """Parameters as DescribeConnection gives them: names and what isn't secret."""
    if isinstance(value, list):
        return [public(each) for each in value]
    if not isinstance(value, dict):
        return value
    hidden = _SECRETS | ({"Value"} if value.get("IsValueSecret") else frozenset())
    return {name: public(each) for name, each in value.items() if name not in hidden}


def _with_its_secret(update: Callable[..., Any]) -> Callable[..., Any]:
    def updated(self: Any, name: str, **changes: Any) -> Any:
        import moto.events.models as events

        answer = update(self, name, **changes)
        if changes.get("auth_parameters") is not None:
            connection = self.connections[name]
            other = events.Connection(
                connection.name,
                self.account_id,
                self.region_name,
                connection.description,
                connection.authorization_type,
                connection.auth_parameters,
            )
            _move_secret(self, other, connection)
        return answer

    return updated


def _move_secret(backend: Any, source: Any, target: Any) -> None:
    """The secret that moto made for the connection as it is now takes the place of the old one's value."""
    import moto.events.models as events

    secrets: Any = events.get_secrets_manager_backend(backend.account_id, backend.region_name)
    value = secrets.get_secret_value(secret_id=source.secret_arn, version_id="", version_stage="")["SecretString"]
    secrets.put_secret_value(target.secret_arn, value, None, None, ["AWSCURRENT"])
    secrets.secrets.pop(f"events!connection/{source.name}/{source.uuid}/auth")
