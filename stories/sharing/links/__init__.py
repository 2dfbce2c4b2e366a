"""Shared links: addresses of a story that count how often they were opened, and by nobody."""
