NAME = "Shape"
