class Order(XOSBase):
    key = CharField(blank = False, default = now, max_length = 20, null = False, related_name = '+', unique = True)
    note = CharField(blank = True, max_length = 80, null = True, related_name = '+')
    unique_together = ()