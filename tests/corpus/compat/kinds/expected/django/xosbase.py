from shop_header import *

class XOSBase(models.Model, PlModelMixIn):
    plural_name = "XOSBases"
    feedback_state_fields = ['backend_code', 'backend_status']
    created = DateTimeField(auto_now_add = True, blank = False, help_text = "Time of creation", null = False)
    backend_code = IntegerField(blank = False, default = 0, null = False)
    backend_status = CharField(blank = True, max_length = 1024, null = True)
    def can_access(self, ctx):
        return True, "default"
