"""Employees in the admin: admins keep the directory, moderators look people up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import admin_import
from .admin_pages import ModelPages
from .admin_rights import AdminsOnly, ModeratorsMayLook
from .admin_teams import TeamField
from .models import Employee, Membership, Team, User

TOP_LEVELS = 2
MOST_TEAMS_TO_FILTER = 60


class KeyField(forms.CharField):
    """Somebody or something named in words, as no list of a hundred thousand could be chosen from.

    `find` takes what was typed and gives what it means, or None.
    """

    def __init__(self, *, find: Any, said: Any, unknown: Any, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=254, **kwargs)
        self.find, self.said, self.unknown = find, said, unknown

    def prepare_value(self, value: Any) -> str:
        return self.said(value) if isinstance(value, int) else (value or "")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = self.find(text)
        if found is None:
            raise forms.ValidationError(self.unknown % {"text": text})
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != (data or "").strip()


def find_employee(text: str) -> Employee | None:
    """The one employee of this number, e-mail or full name."""
    number = text.rpartition("(")[2].removesuffix(")").strip()
    if found := Employee.objects.filter(number=number).first():
        return found
    first, _space, last = text.partition(" ")
    people = list(
        Employee.objects.filter(
            Q(email__iexact=text) | Q(first_name__iexact=first, last_name__iexact=last)
        )[:2]
    )
    return people[0] if len(people) == 1 else None


def employee_said(pk: int) -> str:
    person = Employee.objects.filter(pk=pk).first()
    if person is None:
        return ""
    key = person.number or person.email
    return f"{person.full_name} ({key})" if person.number else (key or person.full_name)


def find_account(text: str) -> User | None:
    return User.objects.filter(username__iexact=text).first()


def account_said(pk: int) -> str:
    return User.objects.filter(pk=pk).values_list("username", flat=True).first() or ""


class EmployeeForm(forms.ModelForm):
    """An employee, and the team to move to."""

    manager = KeyField(
        label=gettext_lazy("Manager"),
        help_text=gettext_lazy("Their staff number, e-mail or full name."),
        find=find_employee,
        said=employee_said,
        unknown=gettext_lazy("“%(text)s” is not one person in the directory."),
    )
    account = KeyField(
        label=gettext_lazy("Account"),
        help_text=gettext_lazy("The user name they sign in with."),
        find=find_account,
        said=account_said,
        unknown=gettext_lazy("There is no account “%(text)s”."),
    )
    team = TeamField(
        Team.objects.all(),
        label=gettext_lazy("Team"),
        required=False,
        empty_label=gettext_lazy("No team yet"),
        help_text=gettext_lazy("Old stories stay with the team somebody was in on that day."),
    )
    since = forms.DateField(
        label=gettext_lazy("In this team since"),
        required=False,
        help_text=gettext_lazy("When the team changes; today if empty."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    leads = forms.BooleanField(label=gettext_lazy("Leads the team"), required=False)

    class Meta:
        model = Employee
        fields = (
            "number", "first_name", "last_name", "known_as", "job_title", "email",
            "manager", "account", "unnamed", "active",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = None
        if self.instance.pk:
            self.membership = self.instance.memberships.filter(until__isnull=True).first()
        if self.membership:
            self.initial["team"] = self.membership.team_id
            self.initial["leads"] = self.membership.leads

    def clean_manager(self) -> Employee | None:
        manager = above = self.cleaned_data["manager"]
        seen = set()
        while above and self.instance.pk and above.pk not in seen:
            if above.pk == self.instance.pk:
                raise forms.ValidationError(
                    _("%(name)s is below this person, or is this person.") % {"name": manager}
                )
            seen.add(above.pk)
            above = above.manager
        return manager

    def clean_account(self) -> User | None:
        account = self.cleaned_data["account"]
        other = account and Employee.objects.filter(account=account).exclude(pk=self.instance.pk)
        if other and (person := other.first()):
            raise forms.ValidationError(_("This account belongs to %s.") % person.full_name)
        return account

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        team, since, now = cleaned.get("team"), cleaned.get("since"), self.membership
        if now and not team and "team" in cleaned:
            self.add_error("team", _("Choose the team they move to, or say that they left."))
        if since and since > timezone.localdate():
            # Where somebody is today is told by the team they have not left.
            self.add_error("since", _("That day has not come yet."))
        if now and team and team != now.team and since and since < now.since:
            day = date_format(now.since, "j F Y")
            self.add_error("since", _("They came to the present team on %s.") % day)
        left = None if now or not self.instance.pk else self.instance.left_last_team_on()
        if left and team and (since or timezone.localdate()) < left:
            day = date_format(left, "j F Y")
            self.add_error("since", _("They were in another team until %s.") % day)
        return cleaned


class MembershipInline(AdminsOnly, admin.TabularInline):
    """Where somebody has been; a row that is wrong can go, a new one comes by moving."""

    model = Membership
    template = "admin/staff/employee/memberships.html"
    extra = 0
    fields = ("team", "since", "until", "leads")
    readonly_fields = ("team", "since", "until", "leads")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("team")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TeamFilter(admin.SimpleListFilter):
    """A region or a site, with the teams below it."""

    title = gettext_lazy("team")
    parameter_name = "team"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        teams = list(Team.objects.with_tree_fields())
        upper = [team for team in teams if team.tree_depth < TOP_LEVELS][:MOST_TEAMS_TO_FILTER]
        return [(team.slug, "\u2003" * team.tree_depth + team.name) for team in upper]

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
    people = list(chosen.filter(active=True).exclude(account_id=request.user.pk))
    Employee.objects.filter(pk__in=[person.pk for person in people]).leave()
    for person in people:
        model_admin.log_change(request, person, "Marked as left.")
    said = ngettext("%d person has left.", "%d people have left.", len(people)) % len(people)
    messages.success(request, said)


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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Employee]:
        return Employee.objects.with_team_today()

    def has_change_permission(self, request: HttpRequest, obj: Employee | None = None) -> bool:
        """Nobody is given a name again who was erased."""
        erased = obj is not None and obj.is_erased
        return super().has_change_permission(request, obj) and not erased

    def get_fieldsets(self, request: HttpRequest, obj: Employee | None = None):
        """Who may only look sees the fields of the record itself, and the account as a link."""
        if self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        names = ("number", "first_name", "last_name", "known_as", "job_title", "email")
        return (
            (None, {"fields": (*names, "team_today", "manager", "unnamed", "agreed_to", "active")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Employee | None = None):
        looked_up = () if self.has_change_permission(request, obj) else ("team_today",)
        return ("agreed_to", *looked_up)

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(admin_import.import_page)
        return [path("import/", view, name="staff_employee_import"), *super().get_urls()]

    def save_model(
        self, request: HttpRequest, obj: Employee, form: EmployeeForm, change: bool
    ) -> None:
        """The person, and their move if the team is another; a leaver's account is closed."""
        super().save_model(request, obj, form, change)
        data = form.cleaned_data
        if data["team"]:
            obj.move_to(data["team"], on=data["since"], leads=data["leads"])
        if "unnamed" in form.changed_data:
            obj.ask_not_to_be_named(obj.unnamed)
        if change and "active" in form.changed_data and not obj.active:
            Employee.objects.filter(pk=obj.pk).leave()

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
            return ""
        ledger = reverse("admin:stories_consent_changelist")
        words = _("How they are named in each, and what they said")
        return format_html('<a href="{}?employee__id__exact={}">{}</a>', ledger, person.pk, words)

    @admin.display(description=gettext_lazy("team today"))
    def team_today(self, person: Employee) -> str:
        memberships = getattr(person, "current_memberships", ())
        return memberships[0].team.name if memberships else ""

    def view_on_site(self, person: Employee) -> str:
        return reverse("person", args=[person.pk])
