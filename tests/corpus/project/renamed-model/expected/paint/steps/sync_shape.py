from paint._generated import Shape, SyncShapeBase


class SyncShape(SyncShapeBase):
    def sync(self, o: Shape) -> None:
        super().sync(o)


def color_of(o: object) -> Hue:
    from paint._generated import Hue
