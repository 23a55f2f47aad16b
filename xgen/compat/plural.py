"""stub"""
def plural_noun(name): return name + "s"
def singular_noun(name): return None
