"""What policies mean, apart from any back end: scope, simplification, evaluation, text.

Everything here works on the expressions of ``xgen.ir.expr`` alone. Code is made of them in
``xgen.views``.
"""
