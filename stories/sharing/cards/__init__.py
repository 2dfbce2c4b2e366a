"""Picture cards: a story's poster as PNG, to be shown where Retold is not."""
