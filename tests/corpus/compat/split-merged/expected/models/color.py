
class Color: pass