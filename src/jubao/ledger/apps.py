"""The ledger room as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Names the ledger, and keeps its closed periods guarded."""

    name = "jubao.ledger"
    label = "ledger"
    verbose_name = "基金账簿"

    def ready(self) -> None:
        """Guard closed periods after every migration."""
        from jubao.ledger.guards import watch

        watch(self)
