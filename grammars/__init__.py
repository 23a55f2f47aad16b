"""The grammars of xproto and of its policies, and the parse tables made from them."""
