"""Employees in the admin: admins keep the directory, moderators look people up."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.views.main import ChangeList
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from retold.together import hang, together

from . import admin_import
from .admin_pages import Listed, ModelPages
from .admin_person_form import EmployeeForm, MembershipRows
from .admin_person_words import Found, Typed
from .admin_rights import AdminsOnly, ModeratorsMayLook
from .changes import changing
from .models import Employee, Membership, Team
from .text import as_id

TOP_LEVELS = 2
MOST_TEAMS_TO_FILTER = 60


class MembershipInline(AdminsOnly, admin.TabularInline):
    """Where somebody has been; a row that is wrong can go, a new one comes by moving."""

    model = Membership
    formset = MembershipRows
    template = "admin/staff/employee/memberships.html"
    extra = 0
    fields = ("team", "since", "until", "leads")
    readonly_fields = ("team", "since", "until", "leads")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TeamFilter(admin.SimpleListFilter):
    """A region or a site, with the teams below it."""

    title = gettext_lazy("team")
    parameter_name = "team"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        # Whoever does something with those ticked has the filters made twice.
        if not hasattr(request, "upper_teams"):
            teams = list(Team.objects.with_tree_fields())
            upper = [team for team in teams if team.tree_depth < TOP_LEVELS]
            request.upper_teams = upper[:MOST_TEAMS_TO_FILTER]
        indent = "\u2003"
        return [(team.slug, indent * team.tree_depth + team.name) for team in request.upper_teams]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        teams = Team.objects.filter(slug=self.value()).with_those_below().ids()
        return queryset.filter(memberships__until__isnull=True, memberships__team__in=teams)


@admin.action(description=gettext_lazy("Mark as left"), permissions=["change"])
def mark_as_left(
    model_admin: EmployeeAdmin, request: HttpRequest, chosen: QuerySet[Employee]
) -> None:
    """They leave the directory and can no longer sign in; their stories stay."""
    still_here = list(chosen.filter(active=True))
    people = [person for person in still_here if person.account_id != request.user.pk]
    Employee.objects.filter(pk__in=[person.pk for person in people]).leave()
    by: Any = request.user.pk
    LogEntry.objects.log_actions(by, people, CHANGE, change_message="Marked as left.")
    said = ngettext("%d person has left.", "%d people have left.", len(people)) % len(people)
    if people:
        messages.success(request, said)
    if len(people) < len(still_here):
        messages.warning(request, _("Another admin can say that you left."))
    elif not people:
        messages.warning(request, _("Whoever is ticked had left already."))


@admin.action(description=gettext_lazy("What is kept of them…"), permissions=["change"])
def their_data(
    model_admin: EmployeeAdmin, request: HttpRequest, chosen: QuerySet[Employee]
) -> HttpResponse | None:
    """To the page on which one person’s data are handed out or erased."""
    people = list(chosen[:2])
    if len(people) == 1:
        return redirect("admin:staff_erasure_person", people[0].pk)
    messages.warning(request, _("Tick one person: this is done one by one."))
    return None


class PeopleList(Listed):
    """People with their teams, which are asked for at once."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Employee]:
        people: Any = super().get_queryset(request, exclude_parameters)
        return people.with_team_today()


@admin.register(Employee)
class EmployeeAdmin(ModeratorsMayLook, ModelPages):
    """The staff directory."""

    form = EmployeeForm
    actions = [mark_as_left, their_data]
    inlines = [MembershipInline]
    change_list_template = "admin/staff/employee/change_list.html"
    list_display = ("full_name", "number", "job_title", "team_today", "account", "remarks")
    list_filter = ("active", "unnamed", TeamFilter)
    list_per_page = 50
    list_select_related = ("account",)
    search_fields = ("first_name", "last_name", "known_as", "number__exact", "email__exact")
    search_help_text = gettext_lazy("A part of the name, the whole staff number or e-mail.")
    empty_value_display = ""
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), "known_as", "job_title")}),
        (gettext_lazy("Team"), {"fields": (("team", "since"), "leads", "manager")}),
        (gettext_lazy("How Retold knows them"), {"fields": (("number", "email"), "account")}),
        (gettext_lazy("Wishes"), {"fields": ("unnamed", "agreed_to", "active")}),
    )
    # Of who was called otherwise before.
    were_called = (gettext_lazy("Earlier names"), {"fields": ("let_go",)})

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Employee:
        """With all that their page says of them, and what its form will look for, asked for at
        once."""
        key = as_id(object_id) or 0
        people = (
            self.get_queryset(request)
            .filter(pk=key)
            .select_related("manager", "account", "erasure")
        )
        held = Membership.objects.filter(employee=key).select_related("team")
        found = Found(key, Typed.of(request.POST))
        saving = request.method == "POST" and connection.in_atomic_block
        if is_held := saving and "post" not in request.POST:
            # Who is not about to be deleted: first, so that what hangs on them is as it stays.
            people = people.select_for_update(of=("self",), no_key=True)
            together(*([held, *found.asked] if people else []))
        else:
            together(people, held, *found.asked)
        for person in people:
            hang([person], memberships=held)
            person.found = found
            if is_held:
                person.is_held()
            return person
        raise Http404

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PeopleList

    def has_change_permission(self, request: HttpRequest, obj: Employee | None = None) -> bool:
        """Nobody is given a name again who was erased."""
        erased = obj is not None and obj.is_erased
        return super().has_change_permission(request, obj) and not erased

    def get_fieldsets(self, request: HttpRequest, obj: Employee | None = None):
        """Who may only look sees the fields of the record itself, and the account as a link."""
        if self.has_change_permission(request, obj):
            usual = super().get_fieldsets(request, obj)
            return (*usual, self.were_called) if obj and obj.earlier else usual
        names = ("number", "first_name", "last_name", "known_as", "job_title", "email")
        return (
            (None, {"fields": (*names, "team_today", "manager", "unnamed", "agreed_to", "active")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Employee | None = None):
        looked_up = () if self.has_change_permission(request, obj) else ("team_today",)
        return ("agreed_to", *looked_up)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Who asked not to be named stays unnamed only while the directory knows the name."""
        gone, counts, lacking, kept = super().get_deleted_objects(objs, request)
        if any(person.unnamed for person in objs):
            kept.append(_("their wish not to be named"))
        return gone, counts, lacking, kept

    def do_instead(self, obj: Employee) -> str:
        if obj.is_erased:
            return _("They were erased: nothing says any more who they were.")
        left = _(
            "Say that they left instead: they go from the directory and can’t sign in, and their "
            "stories stay."
        )
        return format_html(
            '{} {} <a href="{}">{}</a>',
            left if obj.active else "",
            _("Whoever is to be forgotten is erased:"),
            reverse("admin:staff_erasure_person", args=[obj.pk]),
            _("What is kept of them"),
        )

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(admin_import.import_page)
        return [path("import/", view, name="staff_employee_import"), *super().get_urls()]

    def save_model(
        self, request: HttpRequest, obj: Employee, form: EmployeeForm, change: bool
    ) -> None:
        """Saved with what hangs on them, so that the directory tells of all of it once."""

    def save_related(
        self, request: HttpRequest, form: EmployeeForm, formsets: Any, change: bool
    ) -> None:
        """The person, the rows that go, and their move if the team is another; a leaver's account
        is closed."""
        person, data = form.instance, form.cleaned_data
        with changing():
            person.never_theirs = data["let_go"]
            person.save()
            super().save_related(request, form, formsets, change)
            if data["team"] and form.moves():
                person.move_to(data["team"], on=data["since"], leads=data["leads"])
            if change and "active" in form.changed_data and not person.active:
                person.close_account()

    @admin.display(description=gettext_lazy("name"), ordering="first_name")
    def full_name(self, person: Employee) -> str:
        return format_html("<bdi>{}</bdi>", person.full_name)

    @admin.display(description=gettext_lazy("remarks"), empty_value="")
    def remarks(self, person: Employee) -> str:
        unnamed = _("asked not to be named") if person.unnamed else ""
        left = "" if person.active else _("has left")
        return ", ".join(remark for remark in (unnamed, left) if remark)

    @admin.display(description=gettext_lazy("story by story"))
    def agreed_to(self, person: Employee) -> str:
        """To what they agreed to in the ledger of consent."""
        if person.pk is None:
            return _("Nothing yet.")
        ledger = reverse("admin:stories_consent_changelist")
        words = _("How they are named in each, and what they said")
        return format_html('<a href="{}?employee__id__exact={}">{}</a>', ledger, person.pk, words)

    @admin.display(description=gettext_lazy("team today"))
    def team_today(self, person: Employee) -> str:
        if (memberships := getattr(person, "current_memberships", None)) is None:
            memberships = person.memberships.filter(until__isnull=True).select_related("team")[:1]
        return memberships[0].team.name if memberships else ""

    def view_on_site(self, person: Employee) -> str:
        return reverse("person", args=[person.pk])
