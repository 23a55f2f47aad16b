class Color(XOSBase):
    name = CharField(blank = False, max_length = 20, null = False, related_name = '+')
    unique_together = ()