"""The config room as a Django app: it watches that the engine keeps what it acknowledges."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ConfigConfig(AppConfig):
    """Nothing is stored here; at start-up the engine's settings are put under watch."""

    name = "jubao.config"
    label = "config"
    verbose_name = "系统配置"

    def ready(self) -> None:
        """Look at every new connection before it is used."""
        from jubao.config.safety import refuse_unsafe_engine  # it needs loaded settings

        connection_created.connect(refuse_unsafe_engine, dispatch_uid="jubao.config.safety")
