"""The records room as a Django application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class RecordsConfig(AppConfig):
    """Registers what stands in the database beside its tables: guards that refuse changes, and views in line form."""

    name = "jubao.records"
    label = "records"
    verbose_name = "业务记录"

    def ready(self) -> None:
        """Install guards and views after every migration, because a rebuilt table loses both."""
        from jubao.records.guards import install_guards
        from jubao.records.line_views import install_views, remove_views

        pre_migrate.connect(remove_views, dispatch_uid="records.line_views.remove")
        post_migrate.connect(install_guards, dispatch_uid="records.guards")
        post_migrate.connect(install_views, dispatch_uid="records.line_views.install")
