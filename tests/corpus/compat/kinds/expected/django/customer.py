from core import *

class Customer(ServiceInstance):
    plural_name = "Clients"
    feedback_state_fields = ['backend_code', 'backend_status']
    name = CharField(blank = False, max_length = 64, null = False)
    town = CharField(blank = True, choices = (('north', 'North'), ('south', 'South'), (None, 'Nowhere')), max_length = 64, null = True)
    web = URLField(blank = True, max_length = 200, null = True)
    address = GenericIPAddressField(blank = True, null = True)
    regular = BooleanField(blank = False, default = False, null = False)
    limit = IntegerField(blank = False, default = 10, null = False, validators=[MaxValueValidator(99), MinValueValidator(1)])
    discount = FloatField(blank = True, null = True)
    story = TextField(blank = True, help_text = "What 'they' told", null = True)
    unique_together = (('name', 'town'),)
    def can_access(self, ctx):
        return security.staff_security_check(self, ctx), "staff"
