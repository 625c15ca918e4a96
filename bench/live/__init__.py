"""How live the mirror is: ``python -m bench.live``."""
