"""What all admin pages share: refusals of the services as errors of the form, bounded lists, strict queries."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html

from ..errors import ChatError
from ..forms import add_problem
from .widgets import is_key


class Unwritten:
    """For an admin whose rows nobody makes, edits or deletes by hand: they come of what people do."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts and shows the first `bound` rows; past that, a list is to be narrowed, not turned page by page."""

    bound = 5000

    @cached_property
    def count(self) -> int:
        return cast(QuerySet[Any], self.object_list).order_by()[: self.bound].count()


class ServicesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """An admin that writes through services. `lookups`: the query parameters that its filters understand."""

    lookups: tuple[str, ...] = ()
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 200

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what a filter offers: a free choice of lookups would let a link run costly or broken queries."""
        return lookup in self.lookups

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        # PostgreSQL has no NUL in text, and the filters pass what the address says.
        if any("\0" in value for _name, values in request.GET.lists() for value in values):
            raise BadRequest("NUL in the query")
        return super().changelist_view(request, extra_context)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *more: Any) -> HttpResponse | None:
        if not all(is_key(row) for row in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("a row that is no key")
        return super().response_action(request, queryset, *more)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Also behind the autocomplete, which takes its term as it comes."""
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ChatError as problem:
            # All of it was rolled back. The same request again, now with the refusal as an error of its form.
            cast(Any, request).refusal = problem
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return _refused(form, refusal) if refusal else form

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except ChatError as problem:
            self.message_user(request, problem.message, messages.ERROR)
            return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id]))


def link_to(url_name: str, text: Any, *args: Any, query: str = "") -> str:
    """A link to an admin page: `query` with its question mark."""
    return format_html('<a href="{}{}">{}</a>', reverse(f"admin:{url_name}", args=args), query, text)


def model_link(target: Model) -> str:
    """A link to the page of a person or a room."""
    return link_to(f"{target._meta.app_label}_{target._meta.model_name}_change", target, target.pk)


def _refused(form: type[forms.BaseForm], problem: ChatError) -> type[forms.BaseForm]:
    class Refused(form):  # type: ignore[valid-type,misc]
        def clean(self) -> Any:
            cleaned = super().clean()
            add_problem(self, problem)
            return cleaned

    return Refused
