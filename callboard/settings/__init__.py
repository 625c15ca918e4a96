"""Which settings are in force: `embedded` (one machine, nothing else installed) or `server` (PostgreSQL and Redis)."""

import os

# Another module of this package may be the settings (`test`): it decides what is read from the environment, and when.
if os.environ.get("DJANGO_SETTINGS_MODULE", __name__) == __name__:
    from callboard.settings.environment import DEPLOYMENT

    if DEPLOYMENT == "server":
        from callboard.settings.server import *
    else:
        from callboard.settings.embedded import *
