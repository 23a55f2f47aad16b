class SyncServiceInstance:
    observes = ServiceInstance