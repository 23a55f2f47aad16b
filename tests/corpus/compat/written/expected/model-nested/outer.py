Outer of 3 1
o
