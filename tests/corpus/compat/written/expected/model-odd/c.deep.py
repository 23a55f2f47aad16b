Deep of 3 1
w
