"""What follows from a change of any ExampleServiceInstance."""

from exampleservice._generated.models import Color, ExampleServiceInstance
from exampleservice._generated.policies import ExampleServiceInstancePolicyBase
from xgen.runtime import DeferredException


class ExampleServiceInstancePolicy(ExampleServiceInstancePolicyBase):
    """Gives a page without colours the default colour of its service; runs before its step."""

    def handle_create(self, o: ExampleServiceInstance) -> None:
        """Choose the colour of a new page."""
        if o.foreground_color or o.background_color:
            return
        name = o.owner.exampleservice.default_color
        if not name:
            return
        o.foreground_color = Color.objects.filter(name=name).first()
        if o.foreground_color is None:
            raise DeferredException(f"there is no Color {name!r} yet", after=5)
        o.save()

    def handle_update(self, o: ExampleServiceInstance) -> None:
        """Choose again when a page lost its colours."""
        self.handle_create(o)
