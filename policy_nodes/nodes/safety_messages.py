"""Decisions of the safety controller as messages."""

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

from policy_nodes.nodes.safety_kind import SafetyCore
from policy_nodes.nodes.translate import header
from policy_nodes.safety.decision import Decision
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.legged_decision import LeggedDecision
from policy_stack.msg import SafetyState

OK_LEVELS = (Level.NORMAL, Level.LIMITED)


def mode_of(decision: Decision) -> str:
    """What legs do; empty for other robots."""
    return decision.mode.name.lower() if isinstance(decision, LeggedDecision) else ''


def state_message(decision: Decision, frame: str) -> SafetyState:
    """Write a decision; the frame is that of its values."""
    return SafetyState(
        header=header(decision.stamp_ns, frame),
        level=int(decision.level),
        reasons=list(decision.reasons),
        source=decision.source,
        latched=decision.latched,
        epoch=decision.epoch,
        names=list(decision.names),
        proposed=decision.proposed.tolist(),
        sent=decision.sent.tolist(),
        scale=float(decision.scale),
        tick_ms=float(decision.tick_ms),
        counter_names=list(decision.counters),
        counters=list(decision.counters.values()),
        mode=mode_of(decision),
        input=decision.input,
    )


def diagnostics_message(
    name: str, hardware: str, core: SafetyCore, mode: str, now: Time
) -> DiagnosticArray:
    """Write level, epoch and counters; diagnostics inform, they never stop anything."""
    fine = core.level in OK_LEVELS
    facts = {'epoch': core.epoch, **({'mode': mode} if mode else {}), **core.counters.snapshot()}
    status = DiagnosticStatus(
        level=DiagnosticStatus.OK if fine else DiagnosticStatus.WARN,
        name=f'{name}: decisions',
        message=core.level.name.lower() + (', latched' if core.latch.latched else ''),
        hardware_id=hardware,
        values=[KeyValue(key=key, value=str(value)) for key, value in facts.items()],
    )
    message = DiagnosticArray(status=[status])
    message.header.stamp = now
    return message
