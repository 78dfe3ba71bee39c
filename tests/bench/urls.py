"""The project's addresses and one view that draws a template and nothing else."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as project

bare_view = login_required(lambda request: render(request, "bench/bare_view.html"))
urlpatterns = [path("bare-view/", bare_view), *project]
