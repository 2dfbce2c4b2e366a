"""Stories told on: cards, posters, screens, feeds, links."""
