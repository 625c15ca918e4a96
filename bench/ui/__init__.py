"""The designer in a real browser: how fast it is (``python -m bench.ui``), and a folder drawn (``bench.ui.draw``)."""
