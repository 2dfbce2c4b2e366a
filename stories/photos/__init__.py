"""Photos: looked through when they come in, made ready outside the request, shown to readers."""
