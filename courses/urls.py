"""Addresses under /cms/ for handing in and reviewing."""

from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<int:pk>/", views.review, name="review"),
    path("reviews/<int:pk>/approve/", views.approve, name="approve"),
    path("reviews/<int:pk>/return/", views.send_back, name="return"),
    path("reviews/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("modules/<int:pk>/hand-in/", views.hand_in, name="hand_in"),
    path("modules/<int:pk>/take-out-of-use/", views.retire, name="retire"),
]
