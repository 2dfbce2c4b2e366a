"""What the sign-in page may show while Retold is being tried out."""

from django import template

from staff import accounts, trying_out

register = template.Library()


@register.simple_tag
def demo_accounts() -> list[str]:
    return accounts.demo_accounts()


@register.simple_tag
def demo_password() -> str:
    return trying_out.DEMO_PASSWORD
