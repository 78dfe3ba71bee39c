"""A second app with the plainest Wagtail page, to compare with."""

from django.apps import AppConfig


class BenchConfig(AppConfig):
    """Only the benchmark installs it."""

    name = "tests.bench"
    label = "bench"
