class SyncService:
    observes = Service