def by_hand():
    pass
