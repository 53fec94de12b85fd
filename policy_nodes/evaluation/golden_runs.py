"""Whatever answers the golden trace of a checkpoint: a policy, or a network of perception."""

from __future__ import annotations

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.first_difference import Run
from policy_nodes.perception.people_detector_checkpoint import (
    FORM,
    DetectorRun,
    load_people_detector,
)
from policy_nodes.policies.loading import golden_run as policy_run


def golden_run(checkpoint: Checkpoint) -> Run:
    """Build it as a node runs it.

    Raises:
        ContractError: nothing here runs such a checkpoint, or its weights do not fit.
    """
    if checkpoint.contract.policy == FORM:
        return DetectorRun(load_people_detector(checkpoint))
    return policy_run(checkpoint)
