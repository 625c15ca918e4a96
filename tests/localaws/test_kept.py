from localaws.kept import Kept


def test_what_was_used_last_stays():
    kept = Kept(2)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.get("a") == 1
    kept.keep("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)


def test_heavy_values_leave_less_room():
    kept = Kept(10)
    for number in range(5):
        kept.keep(number, number, weight=2)
    kept.keep("heavy", "x", weight=9)
    assert [kept.get(number) for number in range(5)] == [None] * 5
    assert kept.keep("heavier", "y", weight=100) == "y"
    assert (len(kept), kept.get("heavier")) == (1, "y")


def test_what_is_dropped_or_kept_again_weighs_nothing_any_more():
    kept = Kept(10)
    kept.keep("a", 1, weight=10)
    kept.keep("a", 2, weight=5)
    kept.keep("b", 3, weight=5)
    assert (kept.get("a"), kept.get("b")) == (2, 3)
    kept.drop("a")
    kept.drop("never there")
    kept.keep("c", 4, weight=5)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (None, 3, 4)
    kept.clear()
    kept.keep("d", 5, weight=10)
    assert len(kept) == 1
