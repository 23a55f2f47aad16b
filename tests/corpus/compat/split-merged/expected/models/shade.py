
class Shade: pass