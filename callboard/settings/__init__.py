"""Which settings are in force: `embedded` (one machine, nothing else installed) or `server` (PostgreSQL and Redis)."""

from callboard.settings.environment import DEPLOYMENT

if DEPLOYMENT == "server":
    from callboard.settings.server import *
else:
    from callboard.settings.embedded import *
