Deep of 3 1
word
raw
x
