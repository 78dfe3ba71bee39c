"""The CMS face of guidance: only registration."""

from wagtail import hooks
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from guidance import rich_text
from guidance.viewsets import GuidanceViewSetGroup

register_snippet(GuidanceViewSetGroup)


@hooks.register("register_rich_text_features")
def register_quotes(features: FeatureRegistry) -> None:
    """Lets rich text quote facts and contacts."""
    rich_text.register(features)
