"""The ledger room as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Names the ledger."""

    name = "jubao.ledger"
    label = "ledger"
    verbose_name = "基金账簿"
