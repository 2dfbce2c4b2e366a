"""The list of what is known of people is whole: no model and no column is forgotten."""

import pytest
from django.apps import apps
from django.db import models

from staff.models import Employee, User
from stories.privacy.kinds import GOES, leading
from stories.privacy.known import EXEMPT, KNOWN

WORDS = (models.CharField, models.TextField, models.JSONField, models.FileField)
WORDS += (models.GenericIPAddressField, models.BinaryField)
MODELS = apps.get_models(include_auto_created=True)
LISTED = {known.model: known for known in KNOWN}


def test_every_model_is_on_the_list_or_exempt_with_a_reason():
    labels = {model._meta.label for model in MODELS}
    missing = labels - LISTED.keys() - EXEMPT.keys()
    assert not missing, f"say in stories/privacy/known.py what they know of people: {missing}"
    assert not LISTED.keys() & EXEMPT.keys()
    gone = (LISTED.keys() | EXEMPT.keys()) - labels - {"django_tasks_database.DBTaskResult"}
    assert not gone
    assert all(EXEMPT.values())


@pytest.mark.parametrize("model", [m for m in MODELS if m._meta.label in LISTED])
def test_every_relation_to_a_person_is_known(model):
    found = {
        one.name
        for one in model._meta.get_fields()
        if one.concrete
        and not one.many_to_many
        and one.related_model
        and issubclass(one.related_model, Employee | User)
    }
    known = {name for name in LISTED[model._meta.label].people if "__" not in name}
    assert found == known


@pytest.mark.parametrize("model", [m for m in MODELS if m._meta.label in EXEMPT])
def test_who_is_exempt_leads_to_nobody(model):
    assert not [
        one.name
        for one in model._meta.get_fields()
        if one.concrete
        and one.related_model
        and issubclass(one.related_model, Employee | User)
        and not model._meta.auto_created
    ]


@pytest.mark.parametrize("model", [m for m in MODELS if m._meta.label in LISTED])
def test_every_column_that_may_hold_a_name_is_known(model):
    known = LISTED[model._meta.label]
    columns = {
        one.name
        for one in model._meta.get_fields()
        if one.concrete and isinstance(one, WORDS) and not one.choices
    }
    listed = {*known.texts, *known.accounts, *known.plain}
    assert columns <= listed
    assert listed <= {one.name for one in model._meta.get_fields()}


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.model)
def test_what_goes_with_somebody_is_told_to_them_first(known):
    """What is theirs alone is in the export, and what an erasure deletes is no surprise."""
    assert bool(known.file) == bool(known.told)
    if GOES in known.people.values():
        assert known.file


@pytest.mark.django_db
@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.model)
def test_all_of_it_can_be_asked_for(known):
    person = Employee.objects.create(first_name="Noor")
    for relation in known.people:
        assert not known.rows().filter(leading(known.kind, relation, person)).exists()
    assert not known.rows().values_list(*known.told.values() or ["pk"]).filter(pk=0)
