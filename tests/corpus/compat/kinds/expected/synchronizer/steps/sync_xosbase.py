class SyncXOSBase:
    observes = XOSBase