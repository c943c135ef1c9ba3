"""What happens when somebody is let in: the actions of a kiosk's policy, each within its time, none in the way."""

import logging
import math
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from app.actions.config import ActionConfig, WebhookConfig
from app.actions.factory import make_action
from app.actions.port import ActionTools
from app.core.audit import AuditEntry, AuditKind
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
    """Runs a kiosk's actions.

    Webhooks are written down the moment an event comes, beside everything else, so that a crash cannot lose them. The
    other actions follow each other in the order of the policy; each begins when the one before is done, has failed,
    or has had its time. The next event does not wait for all of that: it follows behind, action by action.

    Args:
        configs: The policy's `[[actions]]`, checked.
        kiosk: Its name.
        outbox: Where webhooks are written down.
        audit: Where it is written down what became of actions.
        clock: Where the time comes from.
        on_report: Called for every outcome, in a thread of this service, one after the other.
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
        self._tools = ActionTools(kiosk, clock, outbox, self._trouble)
        self._couriers = {config.name: self._courier(config) for config in configs if isinstance(config, WebhookConfig)}
        self._lanes: list[ActionQueue] = []
        self._heads: list[ActionQueue] = []
        self._lay_out(configs)
        self._started = False
        self._closed = False

    def start(self, *, deliver: bool = True) -> None:
        """Get every action ready, and deliver what waits from earlier.

        Args:
            deliver: False to leave that to the kiosk's own process.
        """
        self._started = True
        self._reporter.start()
        for lane in self._lanes:
            lane.start()
        for courier in self._couriers.values() if deliver else ():
            courier.start()

    def dispatch(self, event: UnlockEvent) -> None:
        """Begin what this event is to do; returns at once. Each action gives a report on it.

        Raises:
            RuntimeError: Not started, or closed.
        """
        if not self._started or self._closed:
            raise RuntimeError("the actions are not running")
        self._reporter.expect(event, len(self._lanes))
        for lane in self._heads:
            lane.put(event)

    def close(self) -> None:
        """Let what has begun come to its end for a moment, then end it; two seconds at most. May be called twice."""
        if self._closed:
            return
        self._closed = True
        if not self._started:
            return
        until = time.monotonic() + _CLOSE_S
        for courier in self._couriers.values():
            courier.request_stop()
        for lane in self._heads:
            lane.end()
        self._join_lanes(time.monotonic() + _DRAIN_S)
        for lane in self._lanes:
            lane.give_up()
        hanging = self._join_lanes(until - 0.3)
        hanging += sum(not courier.join(_left(until - 0.2)) for courier in self._couriers.values())
        if hanging:
            log.warning("%d actions of “%s” hang and are left behind", hanging, self._kiosk)
        self._reporter.close(_left(until) + 0.1)

    def test_event(self) -> UnlockEvent:
        """An event that tries the actions out, and says so."""
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

    def _lay_out(self, configs: Sequence[ActionConfig]) -> None:
        """Make the lanes, from the last to the first, since each one knows the next."""
        after: ActionQueue | None = None
        for config in reversed(configs):
            action = make_action(config, self._tools)
            beside = isinstance(config, WebhookConfig)
            latest_s = math.inf if beside else config.latest_s
            lane = ActionQueue(
                action, config.timeout_s, latest_s, self._clock, self._first_report, None if beside else after
            )
            self._lanes.append(lane)
            if beside:
                self._heads.append(lane)
            else:
                after = lane
        if after is not None:
            self._heads.append(after)

    def _courier(self, config: WebhookConfig) -> OutboxWorker:
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

    def _first_report(self, report: ActionReport) -> None:
        if report.status is ActionStatus.WAITING and report.action in self._couriers:
            self._couriers[report.action].wake()
        self._reporter.first(report)

    def _trouble(self, name: str, error: ActionError) -> None:
        self._reporter.first(ActionReport(name, None, ActionStatus.FAILED, error=error))

    def _join_lanes(self, until: float) -> int:
        """How many have not ended by then."""
        return sum(not lane.join(_left(until)) for lane in self._lanes)


def drop_queued_events(outbox: OutboxRepository, target: str, actor: str) -> int:
    """Take out what waits for a target, and write down for each event that it was dropped.

    Args:
        outbox: Where it waits.
        target: For whom.
        actor: Who wants that, for the audit trail.

    Returns:
        How many events were taken out.

    Raises:
        StoreError: The database cannot be read or written.
    """
    dropped = 0
    for waiting in outbox.all():
        if waiting.target == target:
            details = {"action": target.rpartition("/")[2], "event": waiting.event.id, "problem": "dropped by hand"}
            entry = AuditEntry(AuditKind.ACTION_FAILED, waiting.event.person_id, actor, details)
            dropped += outbox.settle(waiting.id, entry)
    return dropped


def _left(until: float) -> float:
    return max(until - time.monotonic(), 0.0)
