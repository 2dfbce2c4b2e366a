"""The account someone signs in with."""

from django.contrib.auth.models import AbstractUser
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account; the person behind it is an Employee, and `staff.roles` says what it may do."""

    class Meta(AbstractUser.Meta):
        verbose_name = _("account")  # type: ignore[assignment]  # the base says str, not lazy
        verbose_name_plural = _("accounts")  # type: ignore[assignment]

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The groups of this account, read once a request."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def shown_name(self) -> str:
        """What this account's own pages call the person who is signed in."""
        return self.get_full_name() or self.username

    @cached_property
    def person(self):
        """The Employee behind this account; made from the account's name if there is none yet."""
        from .employee import Employee

        return Employee.objects.for_account(self)
