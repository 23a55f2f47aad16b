Room of 9 1
name
owner
parent
visitors
tags
kind
area
ratio
