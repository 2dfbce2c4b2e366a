"""What can only be seen from inside: `python -m bench.inside` on the database of DATABASE_URL.

    measure NUMBER   sign a reader in, draw NUMBER addresses of each kind, ask for all of them in
                     this one process, then once more, and say what that took
    draw NUMBER      draw the cards of the pages that those addresses lead to
    forget           take away the stories that the reader told meanwhile

Prints JSON.
"""

import json
import sys
from importlib import import_module

if __name__ == "__main__":
    # Set up as the server is, that looks for garbage as seldom.
    import_module("retold.wsgi")

    from bench import cards, questions

    what, *more = sys.argv[1:]
    match what:
        case "forget":
            found = questions.forget()
        case "draw":
            found = cards.draw(int(more[0]))
        case _:
            found = questions.measured(int(more[0]))
    sys.stdout.write(json.dumps(found))
