"""How I am named in the stories that credit me: chosen from an e-mail, or from my own page."""
