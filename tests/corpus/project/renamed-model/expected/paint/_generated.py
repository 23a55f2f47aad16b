class Hue:
    pass


class SyncHueBase:
    pass


class Shape:
    pass


class SyncShapeBase:
    pass


