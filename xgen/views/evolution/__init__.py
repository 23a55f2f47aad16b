"""How the tables of a package came to be, and what is still to be done to them.

The migrations themselves are the record: `reading` understands a migration file without importing
it, `graph` puts the files of a folder into order, `replay` does to a `state` what they do to the
database. `matching` recognises models and fields that were renamed, `compare` finds what separates
the state from the models, `rows` and `retype` say what that means for the rows that exist.
"""
