"""Syncs each ExampleServiceInstance."""

from pathlib import Path

from exampleservice._generated.models import ExampleServiceInstance
from exampleservice._generated.steps import SyncExampleServiceInstanceBase


class SyncExampleServiceInstance(SyncExampleServiceInstanceBase):
    """Publishes the page of an instance: runs playbooks/sync_exampleserviceinstance.yaml."""

    def variables(self, o: ExampleServiceInstance) -> dict[str, object]:
        """Gather what the page shows, from the instance and from what it links to."""
        wanted = self.inputs(o)
        foreground, background = wanted["foreground_color"], wanted["background_color"]
        if not o.backend_handle:
            folder = Path(self.config["web_root"]).absolute()
            o.backend_handle = str(folder / f"{o.pk}.html")
        return {
            "page": o.backend_handle,
            "tenant_message": wanted["tenant_message"],
            "service_message": wanted["owner"].service_message,
            "foreground": foreground.html_code if foreground else None,
            "background": background.html_code if background else None,
            "images": list(o.embedded_images.order_by("pk").values("name", "url")),
        }
