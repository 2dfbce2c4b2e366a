"""The tokens of forms in pages that are remembered are as good as Django's own."""

from collections import Counter

import pytest
from django.middleware.csrf import (
    CSRF_SECRET_LENGTH,
    CsrfViewMiddleware,
    _does_token_match,
    get_token,
)
from django.test import RequestFactory

from retold.tokens import LETTERS, token

SECRET = "b7Gh" * (CSRF_SECRET_LENGTH // 4)


def request_with_a_secret():
    request = RequestFactory().get("/")
    request.META["CSRF_COOKIE"] = SECRET
    return request


def test_django_takes_a_token_for_the_secret_it_was_made_from_and_for_no_other():
    made = token(request_with_a_secret())
    assert _does_token_match(made, SECRET)
    assert not _does_token_match(made, SECRET[::-1])


def test_a_form_with_such_a_token_is_taken():
    post = RequestFactory().post("/", {"csrfmiddlewaretoken": token(request_with_a_secret())})
    post.COOKIES["csrftoken"] = SECRET
    middleware = CsrfViewMiddleware(lambda request: None)
    middleware.process_request(post)
    assert middleware.process_view(post, lambda request: None, (), {}) is None


def test_whoever_has_no_secret_yet_is_given_one():
    request = RequestFactory().get("/")
    made = token(request)
    assert _does_token_match(made, request.META["CSRF_COOKIE"])


def test_the_secret_is_behind_another_mask_each_time_whose_letters_are_all_as_likely():
    made = [token(request_with_a_secret()) for _time in range(2_000)]
    assert len(set(made)) == len(made)
    assert SECRET not in "".join(made)
    masks = Counter("".join(one[:CSRF_SECRET_LENGTH] for one in made))
    assert set(masks) == set(LETTERS)
    expected = len(made) * CSRF_SECRET_LENGTH / len(LETTERS)
    # Seven times the deviation of chance: that happens to nobody.
    assert all(abs(times - expected) < 7 * expected**0.5 for times in masks.values())


@pytest.mark.parametrize("make", [token, get_token])
def test_the_cookie_is_sent_again_so_that_it_lasts(make):
    request = request_with_a_secret()
    make(request)
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]
