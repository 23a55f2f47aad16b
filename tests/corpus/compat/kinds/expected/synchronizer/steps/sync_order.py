class SyncOrder:
    observes = Order