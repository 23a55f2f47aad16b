from core import *

class Service(XOSBase):
    plural_name = "Services"
    feedback_state_fields = ['backend_code', 'backend_status']
    name = StrippedCharField(blank = False, max_length = 30, null = False)
    def can_access(self, ctx):
        return True, "default"
