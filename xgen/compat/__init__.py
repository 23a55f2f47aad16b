"""What templates of xosgenx see: `proto`, `options`, `context` and its library of functions.

Nothing here is imported before a template asks for it. `recognise` tells such a template from one
of ours, `view` makes records of what was written (`records`), `environment` is Jinja2 as these
templates expect it, `functions` lists the library (`text`, `members`, `django`, `gui`, `api`,
`logic`, `service`), `split` cuts a text at its `+++` lines, `modes` renders in the three ways of
xosgenx, `reverse` reads models in plain protobuf syntax.
"""
