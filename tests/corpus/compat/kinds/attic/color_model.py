# by hand
def mixed(self):
    return paint.mix(self)