"""The records room as a Django application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    """Registers the guards that make the database itself refuse changes to facts."""

    name = "jubao.records"
    label = "records"
    verbose_name = "业务记录"

    def ready(self) -> None:
        """Install the guards after every migration, because a rebuilt table loses its triggers."""
        from jubao.records.guards import install_guards

        post_migrate.connect(install_guards, dispatch_uid="records.guards")
