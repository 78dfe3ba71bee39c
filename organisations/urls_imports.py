"""The pages of files on their way in, for every kind alike."""

from django.urls import URLPattern, path

from organisations.views import imports


def import_urls(kind: str, under: str) -> list[URLPattern]:
    """The addresses of one kind, under what its files fill: a list of an organisation or of a partnership."""
    at, chosen = f"{under}/import/", {"kind": kind}
    return [
        path(at, imports.import_new, chosen, name=f"{kind}_import_new"),
        path(f"{at}template/", imports.import_template, chosen, name=f"{kind}_import_template"),
        path(f"{at}<int:pk>/", imports.import_run, chosen, name=f"{kind}_import"),
        path(f"{at}<int:pk>/columns/", imports.import_columns, chosen, name=f"{kind}_import_columns"),
        path(f"{at}<int:pk>/apply/", imports.import_apply, chosen, name=f"{kind}_import_apply"),
        path(f"{at}<int:pk>/cancel/", imports.import_cancel, chosen, name=f"{kind}_import_cancel"),
        path(f"{at}<int:pk>/errors/", imports.import_errors, chosen, name=f"{kind}_import_errors"),
    ]
