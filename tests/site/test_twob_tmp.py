import re, pytest, time
from django.db import connection
from django.test.utils import CaptureQueriesContext
from .addresses import ALL, looks, path
from .test_queries import been_there, TIDY
from .world import READERS
pytestmark = [pytest.mark.django_db]
def test_it(world):
    clients = {role: world.client(role) for role in READERS}
    been_there(clients); world.grow(40); been_there(clients)
    t = time.time()
    n = 0
    from tests.factories import MembershipFactory
    from stories.models import SavedView
    for role in ("manager", "moderator", "teller"):
        for nr in range(3):
            SavedView.keep(world.users[role].person, f"v {nr}", f"trait=caring&team={world.team.slug}&person={world.person.pk}", pinned=True, opens=False)
    for address in ("/?view=list&q=wrist", "/?view=list&q=wrist+Roberta&trait=personal", "/?q=wrst", "/?q=nobody-ever", "/?q=wrist&mine=1", "/?q=wrist&new=1&view=list", "/?q=roberta+kline", "/?view=list&person=%d&q=wrist" % world.person.pk,
       "/traits/personal/?view=list&q=wrist", "/people/%d/?view=list&q=wrist" % world.person.pk, "/people/%d/?view=list" % world.person.pk, "/teams/%s/?view=list&q=wrist" % world.team.slug, "/people/%d/?q=nobody-ever" % world.person.pk, "/teams/%s/?q=nobody-ever" % world.team.slug, "/traits/personal/?q=nobody-ever", "/people/%d/?q=nobody-ever&view=list&person=%d&year=2026" % (world.person.pk,world.unnamed.pk)):
      for role in ("staff", "manager", "moderator", "teller"):
       for part in (False, True):
        h = {"HX-Request": "true"} if part else {}
        c = clients[role]
        c.get(address, headers=h)
        with CaptureQueriesContext(connection) as q0:
            r = c.get(address, headers=h)
        with CaptureQueriesContext(connection) as q:
            r = c.get(address, headers={**h, "If-None-Match": 'W/"wall-0"'})
        print(role, part, address, r.status_code, len(q0), len(q))
        if len(q) > 12 and role == "staff":
                for x in q.captured_queries: print("   ", re.sub(r"^SELECT .*? FROM", "SELECT … FROM", x["sql"])[:200])
    for look in looks(ALL):
      if look.name in ("edit", "screen"):
        h = {"HX-Request": "true"} if look.fragment else {}
        c = clients[look.role]
        with CaptureQueriesContext(connection) as q0:
            r = c.get(path(look, world), headers=h)
        n += 1
        tag = r.get("ETag", "")
        m = re.match(r'W/"(story|wall)-', tag)
        a = len([x for x in q0.captured_queries if not TIDY.match(x["sql"])])
        b = 0
        if m:
            with CaptureQueriesContext(connection) as q:
                r = c.get(path(look, world), headers={**h, "If-None-Match": m[0] + '0"'})
            b = len([x for x in q.captured_queries if not TIDY.match(x["sql"])])
        if m or a > 11:
            print(a, b, look)
            if b > 12 and m[1]=="wall":
                for x in q.captured_queries: print("   ", re.sub(r"^SELECT .*? FROM", "SELECT … FROM", x["sql"])[:200])
    print(n, time.time()-t)
