"""The vocabulary in the admin: edit, accept, merge, drop, retire and bring back traits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_http_methods

from staff.admin_pages import ModelPages
from staff.admin_rights import ModeratorsToo
from stories.models import StoryTrait, Trait
from stories.models.postings import draw_when_committed

from .trait_list import MovedTogether
from .trait_stories import carriers

Standing = Trait.Standing

# What can be done with a trait, by where it stands.
MOVES = {
    Standing.CURATED: ("merge", "retire"),
    Standing.PROPOSED: ("accept", "merge", "drop"),
    Standing.RETIRED: ("bring_back", "merge"),
    Standing.DROPPED: ("bring_back",),
    Standing.MERGED: (),
}
LABELS = {
    "accept": gettext_lazy("Accept"),
    "merge": gettext_lazy("Merge into…"),
    "drop": gettext_lazy("Drop"),
    "retire": gettext_lazy("Retire"),
    "bring_back": gettext_lazy("Bring back"),
}
TITLES = {
    "accept": gettext_lazy("Accept “%(trait)s”?"),
    "merge": gettext_lazy("Merge “%(trait)s” into another?"),
    "drop": gettext_lazy("Drop “%(trait)s”?"),
    "retire": gettext_lazy("Retire “%(trait)s”?"),
    "bring_back": gettext_lazy("Bring “%(trait)s” back?"),
}
BUTTONS = LABELS | {"merge": gettext_lazy("Merge")}
DONE = {
    "accept": gettext_lazy("“%(trait)s” is in use now."),
    "drop": ngettext_lazy(
        "“%(trait)s” is being dropped; %(number)s story loses it.",
        "“%(trait)s” is being dropped; %(number)s stories lose it.",
        "n",
    ),
    "merge": ngettext_lazy(
        "“%(trait)s” is being merged into “%(other)s”; %(number)s story follows.",
        "“%(trait)s” is being merged into “%(other)s”; %(number)s stories follow.",
        "n",
    ),
    "retire": gettext_lazy("“%(trait)s” is retired."),
    "bring_back": gettext_lazy("“%(trait)s” is in use again."),
}
MEANINGS = {
    "accept": gettext_lazy("Tellers can choose it from now on, and readers see it on its stories."),
    "drop": gettext_lazy("Its stories lose this word and keep everything else."),
    "retire": gettext_lazy("Tellers can no longer choose it. Its stories keep it."),
    "bring_back": gettext_lazy("Tellers can choose it again."),
}


class MergeForm(forms.Form):
    """Which trait takes the stories."""

    def __init__(self, trait: Trait, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"] = forms.ModelChoiceField(
            label=gettext_lazy("Into"),
            queryset=Trait.objects.curated().exclude(pk=trait.pk),
            empty_label=gettext_lazy("Choose…"),
            error_messages=dict.fromkeys(
                ("required", "invalid_choice"), gettext_lazy("Choose the trait that takes them.")
            ),
        )


class HueSelect(forms.RadioSelect):
    """The tested pairs of inks, each shown in itself."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = self.get_context(name, value, attrs)
        return render_to_string("admin/stories/trait/hues.html", context)


class TraitForm(forms.ModelForm):
    """A trait as moderators write it."""

    def _get_validation_exclusions(self) -> set[str]:
        """What is said of the name is all that there is to be said of it."""
        usual: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*usual, "name"}

    def clean_name(self) -> str:
        """Said here, at its field: the database's own two rules would each say it, the name whole
        and in any case."""
        name = self.cleaned_data["name"]
        if Trait.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a trait of this name already."))
        return name


@admin.register(Trait)
class TraitAdmin(ModeratorsToo, MovedTogether, ModelPages):
    """Traits are never deleted: a word that goes is merged, dropped or retired."""

    holds = True
    form = TraitForm
    change_form_template = "admin/stories/trait/change_form.html"
    list_display = ("name_in_its_inks", "meaning", "where_it_stands", "position", "story_count")
    list_editable = ("position",)
    list_filter = ("standing",)
    list_per_page = 50
    search_fields = ("name", "meaning")
    actions = None
    fields = ("name", "meaning", "question", "hue", "position")
    ordering = ("position", "name")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Trait]:
        counted = (
            StoryTrait.objects.filter(tag=OuterRef("pk"))
            .order_by()
            .values("tag")
            .annotate(number=Count("pk"))
            .values("number")
        )
        number = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
        beside = ("proposed_by", "merged_into", "merge__into")
        return super().get_queryset(request).select_related(*beside).annotate(number=number)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        if db_field.name == "hue":
            kwargs["widget"] = HueSelect
        if db_field.name == "position":
            # In the list the field stands without a label of its own.
            kwargs["widget"] = forms.NumberInput(attrs={"aria-label": _("Position"), "min": 0})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Trait | None = None, *args, **kwargs) -> Any:
        """Readers see each trait with its meaning; a word that is only proposed may lack one."""
        form = super().get_form(request, obj, *args, **kwargs)
        shown = obj is None or obj.is_shown or "_accept" in request.POST
        form.base_fields["meaning"].required = shown
        form.base_fields["meaning"].error_messages["required"] = _(
            "Write down what it means, in one sentence: readers see it with the trait."
        )
        return form

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        moves = [
            path(
                f"<int:pk>/{move.replace('_', '-')}/",
                wrap(self._view(move)),
                name=f"stories_trait_{move}",
            )
            for move in LABELS
        ]
        return [*moves, *super().get_urls()]

    def _view(self, move: str) -> Callable[..., HttpResponse]:
        @require_http_methods(["GET", "POST"])
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            trait = get_object_or_404(self.get_queryset(request), pk=pk)
            if move == "merge":
                return self._merge(request, trait)
            return self._move(request, trait, move)

        return view

    def _move(self, request: HttpRequest, trait: Trait, move: str) -> HttpResponse:
        """Ask first, with the number of stories it concerns; then do it and write it down."""
        if request.method == "POST":
            try:
                getattr(trait, move)(**({"by": request.user} if move == "drop" else {}))
            except ValueError as refused:
                # On the trait's own page stands what is missing.
                messages.error(request, str(refused))
                return redirect("admin:stories_trait_change", trait.pk)
            self._done(request, trait, move)
            return redirect(self.list_address())
        return self._ask(request, trait, move, {"meaning": MEANINGS[move]})

    def _merge(self, request: HttpRequest, trait: Trait) -> HttpResponse:
        form = MergeForm(trait, request.POST or None)
        if request.method == "POST" and form.is_valid():
            other = form.cleaned_data["into"]
            try:
                trait.merge_into(other, by=request.user)
            except ValueError as refused:
                messages.error(request, str(refused))
            else:
                self._done(request, trait, "merge", other=other.name)
            return redirect(self.list_address())
        return self._ask(request, trait, "merge", {"form": form})

    def _ask(self, request: HttpRequest, trait: Trait, move: str, more: dict) -> HttpResponse:
        if move not in MOVES[Standing(trait.standing)]:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": TITLES[move] % {"trait": trait.name},
            "trait": trait,
            "carriers": carriers(trait, request.user),
            "label": LABELS[move],
            "button": BUTTONS[move],
            "opts": self.opts,
            **more,
        }
        return TemplateResponse(request, "admin/stories/trait/ask.html", context)

    def _done(self, request: HttpRequest, trait: Any, move: str, **words: str) -> None:
        counted = {"n": trait.number, "number": intcomma(trait.number)}
        what = DONE[move] % {"trait": trait.name, **counted, **words}
        self.log_change(request, trait, what)
        messages.success(request, what)

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs):
        trait = kwargs.get("obj")
        if trait:
            context["merge"] = merge = getattr(trait, "merge", None)
            if merge:
                # Whoever went on with it may have ended.
                draw_when_committed()
            moves = () if merge else MOVES[Standing(trait.standing)]
            context["moves"] = [
                (reverse(f"admin:stories_trait_{move}", args=[trait.pk]), LABELS[move])
                for move in moves
                if move != "accept"
            ]
            context["may_accept"] = "accept" in moves
            context["carriers"] = carriers(trait, request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Trait, form: Any, change: bool) -> None:
        """The trait; a proposed one is edited and accepted in one step."""
        if self.is_moved(request):
            return
        if not change or "_accept" not in request.POST:
            super().save_model(request, obj, form, change)
            return
        try:
            obj.save_accepted()
        except ValueError as refused:
            request.refused = refused  # type: ignore[attr-defined]
            obj.save()

    def response_change(self, request: HttpRequest, obj: Trait) -> HttpResponse:
        """What was accepted is said in the list, and so is why it was not."""
        if "_accept" not in request.POST:
            return super().response_change(request, obj)
        if refused := getattr(request, "refused", None):
            messages.error(request, str(refused))
        else:
            self._done(request, obj, "accept")
        return redirect(self.list_address())

    @admin.display(description=gettext_lazy("trait"), ordering="name")
    def name_in_its_inks(self, trait: Trait) -> str:
        return format_html(
            '<span class="inks"><span class="swatch" data-hue="{}"></span> {}</span>',
            trait.hue,
            trait.name,
        )

    @admin.display(description=gettext_lazy("standing"), ordering="standing")
    def where_it_stands(self, trait: Trait) -> str:
        merge = getattr(trait, "merge", None)
        if merge and merge.into:
            return _("Being merged into “%(other)s”") % {"other": merge.into}
        if merge:
            return _("Being dropped")
        return str(trait.get_standing_display())

    @admin.display(description=gettext_lazy("stories"), ordering="number")
    def story_count(self, trait: Trait) -> int:
        return trait.number
