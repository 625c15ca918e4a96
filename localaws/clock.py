"""The endpoint's clock: that on the wall, but never back.

Clocks are set: by hand, by a time server, by a virtual machine that wakes up. Set forward, it is followed at once, as
when the machine slept: what is due meanwhile is due. Set back, it is not: timers would wait for the same hour twice,
and histories would end before they began. The endpoint then goes on by its own clock until the one on the wall has
caught up, or until it is started again.
"""

import logging
import time

logger = logging.getLogger(__name__)

WORTH_TELLING = 5.0  # seconds


class SteadyClock:
    """Seconds since the epoch, each time at least what they were before."""

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()  # of the time since the machine began
        self._behind = 0.0  # by how much the clock on the wall was, when that was told

    def __call__(self) -> float:
        steady, wall = time.monotonic() + self._ahead, time.time()
        if wall >= steady:
            if wall - steady > WORTH_TELLING or self._behind:
                self._tell_forward(wall - steady)
            self._ahead += wall - steady
            return wall
        if abs(steady - wall - self._behind) > WORTH_TELLING:
            self._tell_back(steady - wall)
        return steady

    def _tell_forward(self, seconds: float) -> None:
        if self._behind:
            logger.warning("The clock of this machine has caught up: the endpoint goes by it again.")
        else:
            logger.warning(
                "The clock of this machine was set forward by %.0f s: what was due then happens now.", seconds
            )
        self._behind = 0.0

    def _tell_back(self, seconds: float) -> None:
        logger.warning(
            "The clock of this machine was set back: it is %.0f s behind. The endpoint goes on by its own time until"
            " the clock has caught up or the endpoint is started again.",
            seconds,
        )
        self._behind = seconds
