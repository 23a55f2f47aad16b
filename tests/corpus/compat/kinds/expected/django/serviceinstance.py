from core import *

class ServiceInstance(XOSBase):
    plural_name = "ServiceInstances"
    feedback_state_fields = ['backend_code', 'backend_status']
    owner = ForeignKey(Service, blank = False, db_index = True, null = False, related_name = 'service_instances')
    def can_access(self, ctx):
        return True, "default"
