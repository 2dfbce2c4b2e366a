"""What codes are made from lies in the database sealed, and outlasts another SECRET_KEY."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.management import CommandError, call_command

from staff.sealing import Unopened, seal, sealed_anew, unseal
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BEFORE, AFTER = "a former key, long enough for a test", "another key, long enough for a test"


def code() -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


def with_key(settings, key: str, *former: str) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key, list(former)


class TestASeal:
    def test_hides_the_words_differently_each_time(self):
        first, second = seal("JBSW"), seal("JBSW")
        assert "JBSW" not in first
        assert first != second
        assert unseal(first) == unseal(second) == "JBSW"

    def test_leaves_what_was_stored_before_there_were_seals(self):
        assert unseal("JBSW") == "JBSW"

    def test_is_opened_by_a_former_key(self, settings):
        with_key(settings, BEFORE)
        sealed = seal("JBSW")
        with_key(settings, AFTER, BEFORE)
        assert unseal(sealed) == "JBSW"

    def test_made_anew_needs_the_former_key_no_more(self, settings):
        with_key(settings, BEFORE)
        sealed = seal("JBSW")
        with_key(settings, AFTER, BEFORE)
        anew = sealed_anew(sealed)
        with_key(settings, AFTER)
        assert unseal(anew) == "JBSW"

    def test_that_no_key_opens_is_another_seed_and_stays_as_it_is(self, settings):
        with_key(settings, BEFORE)
        sealed = seal("JBSW")
        with_key(settings, AFTER)
        assert unseal(sealed) not in {"JBSW", sealed}
        assert unseal(sealed) == unseal(sealed)
        with pytest.raises(Unopened):
            sealed_anew(sealed)


class TestASecondFactor:
    @pytest.fixture
    def user(self):
        user = UserFactory()
        TOTP.activate(user, SECRET)
        RecoveryCodes.activate(user)
        return user

    def app(self, user) -> TOTP:
        return TOTP(Authenticator.objects.get(user=user, type="totp"))

    def recovery(self, user) -> RecoveryCodes:
        return RecoveryCodes(Authenticator.objects.get(user=user, type="recovery_codes"))

    def test_lies_in_the_database_sealed(self, user):
        kept = Authenticator.objects.filter(user=user)
        stored = {key: value for factor in kept for key, value in factor.data.items()}
        assert stored["secret"].startswith("sealed:")
        assert stored["seed"].startswith("sealed:")
        assert SECRET not in str(stored)

    def test_still_takes_its_codes(self, user):
        assert self.app(user).validate_code(code())
        assert self.recovery(user).validate_code(self.recovery(user).generate_codes()[3])

    def test_refuses_every_code_where_its_key_is_gone(self, user, settings):
        before = self.recovery(user).generate_codes()
        with_key(settings, AFTER)
        assert not self.app(user).validate_code(code())
        assert not self.recovery(user).validate_code(before[0])
        # Those that their owner reads from now on are right.
        assert self.recovery(user).validate_code(self.recovery(user).generate_codes()[1])
        with pytest.raises(CommandError, match="2 could not be opened"):
            call_command("seal_anew")

    def test_outlasts_a_key_that_was_changed_and_then_forgotten(self, user, settings, capsys):
        codes = self.recovery(user).generate_codes()
        with_key(settings, AFTER, settings.SECRET_KEY)
        call_command("seal_anew")
        assert capsys.readouterr().out == "2 sealed with today's SECRET_KEY.\n"
        with_key(settings, AFTER)
        assert self.app(user).validate_code(code())
        assert self.recovery(user).generate_codes() == codes

    def test_stored_before_there_were_seals_is_sealed_with_the_others(self, user):
        plain = Authenticator.objects.get(user=user, type="totp")
        plain.data = {"secret": SECRET}
        plain.save()
        call_command("seal_anew", verbosity=0)
        assert SECRET not in str(self.app(user).instance.data)
        assert self.app(user).validate_code(code())

    def test_keeps_which_recovery_codes_were_used(self, user):
        used, *others = self.recovery(user).generate_codes()
        assert self.recovery(user).validate_code(used)
        call_command("seal_anew")
        assert not self.recovery(user).validate_code(used)
        assert self.recovery(user).validate_code(others[0])
