class ServiceInstance(XOSBase):
    unique_together = ()