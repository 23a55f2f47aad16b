class Service(XOSBase):
    name = StrippedCharField(blank = False, max_length = 30, null = False, related_name = '+')
    unique_together = ()