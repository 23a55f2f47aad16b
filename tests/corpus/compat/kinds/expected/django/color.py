from core import *
import paint

class Color(XOSBase):
    plural_name = "Colors"
    feedback_state_fields = ['backend_code', 'backend_status']
    name = CharField(blank = False, max_length = 20, null = False)
    # by hand
    def mixed(self):
        return paint.mix(self)
    def can_access(self, ctx):
        return True, "default"
