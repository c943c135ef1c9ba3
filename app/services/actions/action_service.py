"""Running the actions of a kiosk's policy: concurrently, and each within its time limit."""

import logging
import math
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from app.actions.config import ActionConfig, WebhookConfig
from app.actions.factory import make_action
from app.actions.port import ActionTools
from app.core.clock import Clock
from app.core.closeable import Closeable
from app.core.errors import ActionError
from app.core.unlock import AuthFactor, UnlockEvent
from app.services.actions.action_queue import ActionQueue
from app.services.actions.outbox_worker import OutboxWorker
from app.services.actions.reports import ActionReport, ActionReporter, ActionStatus, OnReport
from app.store.audit.log import AuditLog
from app.store.outbox import OutboxRepository

log = logging.getLogger(__name__)

_DRAIN_S = 0.7
_CLOSE_S = 1.9


class ActionService(Closeable):
    """Runs the actions of a kiosk.

    Webhooks are queued in the outbox as soon as an event is dispatched, independently of the other actions, so that a
    crash cannot lose them. The other actions run in the order of the policy; each starts when the previous one is done,
    has failed, or has reached its time limit. The next event follows one action behind.

    Attributes:
        names: Names of the actions, in the order of the policy.

    Args:
        configs: Validated `[[actions]]` tables of the policy.
        kiosk: Name of the kiosk.
        outbox: Stores the events of webhooks.
        audit: The audit log.
        clock: Monotonic and wall clock.
        on_report: Receives every outcome, one at a time, in a thread of this service.
    """

    def __init__(
        self,
        configs: Sequence[ActionConfig],
        kiosk: str,
        outbox: OutboxRepository,
        audit: AuditLog,
        clock: Clock,
        on_report: OnReport,
    ) -> None:
        self.names = tuple(config.name for config in configs)
        self._kiosk = kiosk
        self._clock = clock
        self._outbox = outbox
        self._actor = f"kiosk {kiosk}"
        self._reporter = ActionReporter(audit, self._actor, on_report)
        self._tools = ActionTools(kiosk, clock, outbox, self._report_trouble)
        self._workers = {
            config.name: self._make_worker(config) for config in configs if isinstance(config, WebhookConfig)
        }
        self._queues: list[ActionQueue] = []
        self._heads: list[ActionQueue] = []
        self._make_queues(configs)
        self._started = False
        self._closed = False

    def start(self, *, deliver: bool = True) -> None:
        """Start every action, and the delivery of stored events.

        Args:
            deliver: False to leave the delivery to the kiosk's own process.
        """
        self._started = True
        self._reporter.start()
        for action_queue in self._queues:
            action_queue.start()
        for worker in self._workers.values() if deliver else ():
            worker.start()

    def dispatch(self, event: UnlockEvent) -> None:
        """Start the actions of an event and return immediately. Each action reports its outcome.

        Raises:
            RuntimeError: The service was not started, or is closed.
        """
        if not self._started or self._closed:
            raise RuntimeError("the actions are not running")
        self._reporter.expect(event, len(self._queues))
        for action_queue in self._heads:
            action_queue.put(event)

    def close(self) -> None:
        """Let running actions finish for a moment, then cancel them; takes two seconds at most. May be called twice."""
        if self._closed:
            return
        self._closed = True
        if not self._started:
            return
        until = time.monotonic() + _CLOSE_S
        for worker in self._workers.values():
            worker.request_stop()
        for action_queue in self._heads:
            action_queue.end()
        self._join_queues(time.monotonic() + _DRAIN_S)
        for action_queue in self._queues:
            action_queue.cancel()
        hanging = self._join_queues(until - 0.3)
        hanging += sum(not worker.join(_remaining_s(until - 0.2)) for worker in self._workers.values())
        if hanging:
            log.warning("%d actions of “%s” hang and are abandoned", hanging, self._kiosk)
        self._reporter.close(_remaining_s(until) + 0.1)

    def test_event(self) -> UnlockEvent:
        """Return an event that is marked as a test."""
        return UnlockEvent(
            id=uuid4().hex,
            at=self._clock.now(),
            kiosk=self._kiosk,
            person_id="",
            person_name="Test",
            factors=(AuthFactor.FACE,),
            similarity=1.0,
            test=True,
        )

    def _make_queues(self, configs: Sequence[ActionConfig]) -> None:
        """Create the queues, from the last to the first, since each one has its successor."""
        successor: ActionQueue | None = None
        for config in reversed(configs):
            action, is_webhook = make_action(config, self._tools), isinstance(config, WebhookConfig)
            action_queue = ActionQueue(
                action,
                config.timeout_s,
                math.inf if is_webhook else config.latest_s,
                self._clock,
                self._report_first,
                None if is_webhook else successor,
            )
            self._queues.append(action_queue)
            if is_webhook:
                self._heads.append(action_queue)
            else:
                successor = action_queue
        if successor is not None:
            self._heads.append(successor)

    def _make_worker(self, config: WebhookConfig) -> OutboxWorker:
        from app.actions.webhook import WebhookSender, outbox_target

        return OutboxWorker(
            action=config.name,
            target=outbox_target(self._kiosk, config.name),
            sender=WebhookSender(config, self._clock),
            outbox=self._outbox,
            clock=self._clock,
            timeout_s=config.timeout_s,
            give_up_after=timedelta(hours=config.give_up_after_h),
            actor=self._actor,
            report=self._reporter.second,
        )

    def _report_first(self, report: ActionReport) -> None:
        if report.status is ActionStatus.WAITING and report.action in self._workers:
            self._workers[report.action].wake()
        self._reporter.first(report)

    def _report_trouble(self, name: str, error: ActionError) -> None:
        self._reporter.first(ActionReport(name, None, ActionStatus.FAILED, error=error))

    def _join_queues(self, until: float) -> int:
        """Wait for the queues until a monotonic time in seconds, and return how many have not ended."""
        return sum(not action_queue.join(_remaining_s(until)) for action_queue in self._queues)


def _remaining_s(until: float) -> float:
    return max(until - time.monotonic(), 0.0)
