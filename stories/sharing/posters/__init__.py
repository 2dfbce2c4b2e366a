"""Stories on paper: a poster to hang up, and a week’s line-up for the huddles."""
