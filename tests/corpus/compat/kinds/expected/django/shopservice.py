from core import *

class ShopService(Service):
    plural_name = "ShopServices"
    feedback_state_fields = ['backend_code', 'backend_status']
    def can_access(self, ctx):
        return True, "default"
