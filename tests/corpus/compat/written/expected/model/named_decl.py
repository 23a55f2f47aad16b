Named of 9 1
nick
