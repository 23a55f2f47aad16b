Shelf of 9 1
label
room
owner
locked
notes
big
size
weight
