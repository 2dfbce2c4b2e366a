"""First and last names that are another word where they are written as one."""

ALSO_A_WORD = [
    ("Mark", "Hall", "hallmark"),
    ("Will", "Good", "goodwill"),
    ("Brad", "Ford", "Bradford"),
    ("Wai", "Ting", "waiting"),
    ("Mark", "De’Ath", "death"),
    ("Maeve", "De’Ath", "death"),
]
