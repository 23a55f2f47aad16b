class XOSBase(models.Model, PlModelMixIn):
    created = DateTimeField(auto_now_add = True, blank = False, help_text = "Time of creation", null = False, related_name = '+')
    backend_code = IntegerField(blank = False, default = 0, null = False, related_name = '+')
    backend_status = CharField(blank = True, max_length = 1024, null = True, related_name = '+')
    unique_together = ()