"""Names as told in stories, and what the page that settles them posts."""

NAMES = "/admin/stories/story/names/"
LEFT = f"{NAMES}?left=1"


def told(story, name: str):
    return story.credits.create(name_text=name, position=9, seq=story.seq)


def by_page(credit, person, other: str = "") -> dict:
    """What the page posts of one name: who was chosen for it, or written."""
    chosen = {f"match-{credit.pk}": person.pk if person else "", f"other-{credit.pk}": other}
    return {f"told-{credit.pk}": credit.name_text} | chosen


def left(credit) -> dict:
    """The same where it is left as it was told."""
    return {f"told-{credit.pk}": credit.name_text, f"match-{credit.pk}": "as-told"}


def again(credit) -> dict:
    """The same where one that was left is taken up again."""
    return {f"told-{credit.pk}": credit.name_text, f"again-{credit.pk}": "1"}


def listed(client, address: str = NAMES) -> list[str]:
    """The names on a page of them."""
    return [row.credit.name_text for row in client.get(address).context["rows"]]
