"""The CMS face of guidance: only registration."""

from wagtail.snippets.models import register_snippet

from guidance.viewsets import GuidanceViewSetGroup

register_snippet(GuidanceViewSetGroup)
