from paint._generated import Shape, SyncShapeBase


class SyncShape(SyncShapeBase):
    def sync(self, o: Shape) -> None:
        super().sync(o, True)
