"""One story leads to another: the small tree on a story's page."""

import re

import pytest

from tests.factories import PublishedStoryFactory

from .conftest import address, words_of

pytestmark = pytest.mark.django_db


def told_after(other, line):
    return PublishedStoryFactory(inspired_by=other, line=line, title="")


def tree_of(client, story):
    html = client.get(address(story)).content.decode()
    found = re.search(r'<ol class="family">.*?</ol>.*?<p class="acts">', html, re.S)
    return found.group() if found else ""


def test_a_story_that_stands_alone_has_no_tree(staff_client):
    story = PublishedStoryFactory()
    assert tree_of(staff_client, story) == ""
    assert "It reminded me of something" in words_of(staff_client.get(address(story)))


def test_it_goes_three_stories_back_and_two_generations_on(staff_client):
    line = [told_after(None, "Story 0.")]
    for number in range(1, 8):
        line.append(told_after(line[-1], f"Story {number}."))
    tree = tree_of(staff_client, line[4])
    assert re.findall(r"“Story (\d)", tree) == ["1", "2", "3", "5", "6"]
    assert "which inspired this story" in tree
    assert "Earlier" in tree
    assert "It began with" not in tree
    assert tree_of(staff_client, line[3]).count("It began with") == 1


def test_children_hang_from_their_own_parent(staff_client):
    root = told_after(None, "Root.")
    first, second = told_after(root, "First."), told_after(root, "Second.")
    told_after(first, "Of the first.")
    tree = tree_of(staff_client, root)
    assert re.findall(r"“([^”]+)”", tree) == ["Second.", "First.", "Of the first."]
    assert tree.index("Of the first.") < tree.index("</ol>")
    assert second.public_id in tree


def test_where_a_story_came_down_the_line_ends(staff_client):
    eldest = told_after(None, "Eldest.")
    middle = told_after(eldest, "Middle.")
    story = told_after(middle, "It.")
    middle.withdraw(by=None)
    assert tree_of(staff_client, story) == ""


def test_two_stories_that_inspired_each_other_end_somewhere(staff_client):
    one = told_after(None, "One.")
    other = told_after(one, "Other.")
    type(one).objects.filter(pk=one.pk).update(inspired_by=other)
    for story in (one, other):
        assert tree_of(staff_client, story).count("data-hue") == 1


def test_many_children_are_bounded(staff_client):
    root = told_after(None, "Root.")
    for number in range(20):
        told_after(root, f"Child {number}.")
    tree = tree_of(staff_client, root)
    assert tree.count("data-hue") == 6
    assert f'href="{address(root)}?family=all#family">14 more that it inspired</a>' in tree
    told_after(root, "Withdrawn.").withdraw(by=None)
    assert "14 more" in tree_of(staff_client, root)


def test_all_of_them_are_shown_to_who_asks_up_to_sixty(staff_client):
    root = told_after(None, "Root.")
    for number in range(7):
        told_after(root, f"Child {number}.")
    whole = words_of(staff_client.get(address(root) + "?family=all"))
    assert "Child 0." in whole
    assert "more that it inspired" not in whole


def test_what_is_beyond_even_that_is_said(staff_client, monkeypatch):
    monkeypatch.setattr("stories.reading.page.MOST_OF_ALL", 7)
    root = told_after(None, "Root.")
    for number in range(9):
        told_after(root, f"Child {number}.")
    assert "And 2 more." in words_of(staff_client.get(address(root) + "?family=all"))
