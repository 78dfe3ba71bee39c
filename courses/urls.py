"""Addresses under /cms/ for handing in and reviewing."""

from django.urls import path

from courses.views import comments, editions, modules, reviews, translations

app_name = "courses"
urlpatterns = [
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/approve/", reviews.approve, name="approve"),
    path("reviews/<int:pk>/return/", reviews.send_back, name="return"),
    path("reviews/<int:pk>/withdraw/", reviews.withdraw, name="withdraw"),
    path("reviews/<int:pk>/comment/", comments.comment, name="comment"),
    path("reviews/comments/<int:pk>/resolve/", comments.resolve, name="resolve_comment"),
    path("reviews/comments/<int:pk>/reopen/", comments.reopen, name="reopen_comment"),
    path("editions/", editions.all_editions, name="all_editions"),
    path("editions/<int:pk>/", editions.edition, name="edition"),
    path("editions/<int:pk>/call-off/", editions.call_off, name="call_off"),
    path("editions/modules/<uuid:module_key>/", editions.editions, name="editions"),
    path("modules/<int:pk>/hand-in/", modules.hand_in, name="hand_in"),
    path("modules/<int:pk>/take-out-of-use/", modules.retire, name="retire"),
    path("modules/<int:pk>/put-back-in-use/", modules.put_back, name="put_back"),
    path("translations/", translations.translations, name="translations"),
    path("translations/<int:pk>/<str:code>/", translations.read, name="translation"),
    path("translations/<int:pk>/<str:code>/sign-off/", translations.sign_off, name="sign_off"),
]
