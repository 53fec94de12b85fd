"""Decisions of the safety controller as messages."""

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

from policy_nodes.nodes.translate import header
from policy_nodes.safety.base_controller import BaseSafetyController
from policy_nodes.safety.decision import Decision
from policy_nodes.safety.ladder import Level
from policy_stack.msg import SafetyState

OK_LEVELS = (Level.NORMAL, Level.LIMITED)


def state_message(decision: Decision) -> SafetyState:
    """Write a decision."""
    return SafetyState(
        header=header(decision.stamp_ns, 'base_link'),
        level=int(decision.level),
        reasons=list(decision.reasons),
        source=decision.source,
        latched=decision.latched,
        epoch=decision.epoch,
        names=list(decision.names),
        proposed=decision.proposed,
        sent=decision.sent,
        scale=float(decision.scale),
        tick_ms=float(decision.tick_ms),
        counter_names=list(decision.counters),
        counters=list(decision.counters.values()),
    )


def diagnostics_message(name: str, core: BaseSafetyController, now: Time) -> DiagnosticArray:
    """Write level and counters; diagnostics inform, they never stop anything."""
    fine = core.level in OK_LEVELS
    status = DiagnosticStatus(
        level=DiagnosticStatus.OK if fine else DiagnosticStatus.WARN,
        name=f'{name}: decisions',
        message=core.level.name.lower() + (', latched' if core.latch.latched else ''),
        hardware_id='base',
        values=[
            KeyValue(key=reason, value=str(count))
            for reason, count in core.counters.snapshot().items()
        ],
    )
    message = DiagnosticArray(status=[status])
    message.header.stamp = now
    return message
