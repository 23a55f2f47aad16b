from x import steps

class SyncColor(steps.SyncStep):
    interval = 0
    observes = [Color, "Other"]
