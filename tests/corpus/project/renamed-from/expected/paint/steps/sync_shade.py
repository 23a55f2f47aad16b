from paint._generated import Shade, SyncShadeBase


class SyncShade(SyncShadeBase):
    def sync(self, o: Shade) -> None:
        super().sync(o, True)
# also mine
