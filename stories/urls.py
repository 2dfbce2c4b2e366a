"""The rooms' addresses, the more particular first: /stories/new/ before /stories/<id>/."""

from django.urls import include, path

urlpatterns = [
    # Asked for most; addresses are tried in this order.
    path("", include("stories.wall.urls")),
    path("", include("stories.wall.saved.urls")),
    path("", include("stories.photos.urls")),
    path("", include("stories.sharing.cards.urls")),
    path("", include("stories.sharing.posters.urls")),
    path("", include("stories.sharing.links.urls")),
    path("", include("stories.sharing.feeds.urls")),
    path("", include("stories.notices.following.urls")),
    path("", include("stories.sharing.screens.urls")),
    path("", include("stories.agreeing.urls")),
    path("", include("stories.telling.urls")),
    path("", include("stories.privacy.urls")),
    path("", include("stories.reading.urls")),
]
