class ColorPolicy(Policy):
    pass
