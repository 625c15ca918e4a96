from django.apps import AppConfig


class LaunchConfig(AppConfig):
    name = "launch"

    def ready(self) -> None:
        from launch import signals

        signals.connect()
