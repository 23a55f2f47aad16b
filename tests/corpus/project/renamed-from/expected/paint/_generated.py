class Shape:
    pass


class SyncShapeBase:
    pass


