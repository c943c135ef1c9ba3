"""The action that only writes to the log."""

import logging

from app.actions.config import LogConfig
from app.actions.port import ActionOutcome, ActionTools
from app.core.unlock import Deadline, UnlockEvent

log = logging.getLogger(__name__)


class LogAction:
    """Writes a line for each event; of the person the id, never the name, which erasing could not reach there.

    Args:
        config: Its table of the policy.
        tools: Not needed here.
    """

    def __init__(self, config: LogConfig, tools: ActionTools) -> None:  # noqa: ARG002 - as every action is made
        self.name = config.name

    def start(self, deadline: Deadline) -> None:
        """Nothing to do."""

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:  # noqa: ARG002
        """See `Action.run`."""
        what = "tried" if event.test else "unlocked"
        by = "+".join(event.factors)
        log.info("%s: %s by %s, person %s, event %s", event.kiosk, what, by, event.person_id, event.id)
        return ActionOutcome("written to the log")

    def close(self) -> None:
        """Nothing to do."""
