Lamp of 9 1
watts
