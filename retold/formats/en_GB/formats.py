"""Times by twenty-four hours, as all pages of ours say them."""

DATETIME_FORMAT = "j F Y, H:i"
TIME_FORMAT = "H:i"
