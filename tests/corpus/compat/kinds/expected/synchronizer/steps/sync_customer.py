class SyncCustomer:
    observes = Customer