class SyncColor:
    observes = Color