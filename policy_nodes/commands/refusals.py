"""Errors that mean that the user's input cannot be used: one sentence, exit status 2."""

from policy_nodes.contract.errors import ContractError
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.run_files import RunError
from policy_nodes.safety.parameters.parameter import ConfigError


class Refusal(ValueError):  # noqa: N818 a refusal is an answer, not a failure
    """A command that cannot do what it is asked."""


REFUSALS = (Refusal, ContractError, RecordingError, RunError, ConfigError)
