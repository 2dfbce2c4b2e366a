"""Following a part of the wall by e-mail: beginning, ending, whose turn it is, what is said."""
