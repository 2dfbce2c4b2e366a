"""What pages on the way in may show: accounts to try Retold out with, and that mails fail."""

from django import template

from staff import accounts, mails, trying_out

register = template.Library()


@register.simple_tag
def demo_accounts() -> list[str]:
    return accounts.demo_accounts()


@register.simple_tag
def mails_fail() -> bool:
    return mails.failing()


@register.simple_tag
def demo_password() -> str:
    return trying_out.DEMO_PASSWORD
