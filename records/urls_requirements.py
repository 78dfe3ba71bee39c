"""The addresses of what is required, for leads."""

from django.urls import path

from records.views import requirements

urlpatterns = [
    path("requirements/", requirements.requirements, name="requirements"),
    path("requirements/new/", requirements.requirement_new, name="requirement_new"),
    path("requirements/effects/<uuid:key>/", requirements.requirement_effect, name="requirement_effect"),
    path("requirements/<int:pk>/", requirements.requirement, name="requirement"),
    path("requirements/<int:pk>/change/", requirements.requirement_change, name="requirement_change"),
    path("requirements/<int:pk>/end/", requirements.requirement_end, name="requirement_end"),
]
