HighShelf of 9 1
ladder
lamp
