"""A new installation."""

import pytest
from wagtail.models import Page, Site

from home.actions import prepare_site


@pytest.mark.django_db
def test_prepare_site_makes_the_tree_once():
    home = prepare_site()
    before = Page.objects.count()
    assert prepare_site().pk == home.pk
    assert Page.objects.count() == before
    assert Site.objects.get(is_default_site=True).root_page_id == home.pk
    assert home.title == "Signpost"
