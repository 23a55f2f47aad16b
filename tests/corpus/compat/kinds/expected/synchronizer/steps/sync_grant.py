class SyncGrant:
    observes = Grant