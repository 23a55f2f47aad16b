from core import *

def policy_polite_validator(obj, ctx):
    if not ((not (obj.note == 'rude'))):
        raise XOSValidationError('Please, {obj.note} is not polite'.format(obj=obj, ctx=ctx))

class Order(XOSBase):
    plural_name = "Orders"
    feedback_state_fields = ['backend_code', 'backend_status']
    key = CharField(blank = False, default = now, max_length = 20, null = False, unique = True)
    note = CharField(blank = True, max_length = 80, null = True)
    customer = ForeignKey(Customer, blank = False, db_index = True, null = False, related_name = 'orders')
    parent = ForeignKey('self', blank = True, null = True, related_name = '+')
    colors = ManyToManyField(Color, blank = True, related_name = 'orders')
    def can_access(self, ctx):
        return security.order_rule_security_check(self, ctx), "order_rule"
