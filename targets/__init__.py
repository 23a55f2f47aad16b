"""The built-in targets.

A target is `NAME.xtarget`: which files it writes, from which fragments, and who owns them. The
fragments of the synchronizer are below `synchronizer/`, at the paths that they generate; `package`
stands for the package's name and `model` for a model's. What several of them use is in `_shared/`.
"""
