"""What comes in from back-ends: pull steps ask for it, event steps are told.

In the order in which things happen: ``supervisor`` keeps a thread for all pulls and one for each
event step; ``puller`` decides which pull is due and ``pump`` takes events from a bus; ``inbox`` and
``states`` are their tables; ``base`` is what authors' steps write with.
"""
