"""Room for nested calls: while it is used, and the host's own limit after."""

import sys

from asl.calls import FRAMES, room_for_calls


def deep(levels):
    return deep(levels - 1) + 1 if levels else 0


def test_the_limit_is_the_hosts_again_once_the_last_user_has_left():
    limit = sys.getrecursionlimit()
    with room_for_calls:
        with room_for_calls:
            assert sys.getrecursionlimit() >= FRAMES
        assert deep(2 * limit) == 2 * limit
    assert sys.getrecursionlimit() == limit
