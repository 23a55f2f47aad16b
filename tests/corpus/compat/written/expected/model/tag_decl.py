Tag of 9 1
word
extra
