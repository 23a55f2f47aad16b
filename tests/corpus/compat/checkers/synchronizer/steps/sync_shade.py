class SyncShade(SyncStep):
    observes = Color
