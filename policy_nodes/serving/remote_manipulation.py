"""A manipulation policy that is somewhere else, with what its node wants to know of any policy.

Images and the encoded instruction go to the server, a key pose comes back; heat maps and attention
stay there. The server keeps what the policy remembers: when the connection breaks in an episode,
a policy with memory has forgotten it, and the episode is given up.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.comparison import compare
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.policies.language import LanguageEncoder, load_language
from policy_nodes.policies.no_answer import NoAnswerError
from policy_nodes.policies.sam2act_contract import CAMERAS, KEY_POSE, MEMORY
from policy_nodes.policies.sam2act_run import observation_of
from policy_nodes.policies.sam2act_thinking import Observation, Singles, Thought
from policy_nodes.serving.link import PolicyLink
from policy_nodes.serving.metadata import Metadata
from policy_nodes.serving.names import REMOTE
from policy_nodes.serving.remote_run import RemoteRun
from policy_nodes.serving.sizes import observation_shapes
from policy_nodes.serving.token import read_token

ACTION = 'key_pose'
NO_MAPS = np.zeros((3, 0, 0), np.float32)


@dataclass(frozen=True)
class LoadedRemoteManipulation:
    """A served manipulation policy; it reads like `LoadedManipulation`.

    Attributes:
        link: to the server.
        language: encoder of the contract; it runs here.
        patience: to wait for a key pose [s].
    """

    link: PolicyLink
    language: LanguageEncoder
    patience: float

    name = REMOTE
    remembers = False  # here; what the server remembers is its own
    window = 0

    @property
    def checkpoint(self) -> Metadata:
        """What is served."""
        return self.link.metadata

    @property
    def checkpoint_name(self) -> str:
        """What is served, as the server calls it, with the beginning of the contract's digest."""
        return f'{self.checkpoint.title}, contract {self.checkpoint.sha256[:12]}'

    @property
    def title(self) -> str:
        """What is served, and where."""
        return f'{REMOTE} ({self.checkpoint_name} at {self.link.address})'

    @property
    def staleness(self) -> dict[str, float | None]:
        """Greatest age of each observation [s], None for one that only has to be there."""
        terms = self.checkpoint.contract.observations
        return {term.name: term.stale_after_s for term in terms}

    def encode(self, sentence: str) -> NDArray[np.float32]:
        """Encode an instruction as (tokens, width).

        Raises:
            ValueError: it is empty or too long.
        """
        return np.array(self.language.encode(sentence).embedding.numpy(), dtype=np.float32)

    def warm_up(self) -> None:
        """Do nothing: a server has warmed up by itself."""

    def require(self, interface: RobotInterface) -> None:
        """Refuse to run where the served contract and the robot disagree.

        Raises:
            ContractError: naming every term that disagrees.
        """
        try:
            compare(self.checkpoint.contract, interface).require()
        except ContractError:
            self.link.close()
            raise


class RemoteThinking:
    """Asks the server in a thread of its own; it reads like `Thinking`."""

    def __init__(self, loaded: LoadedRemoteManipulation) -> None:
        """Hold the policy.

        Args:
            loaded: link and language.
        """
        self._loaded = loaded
        self._run = RemoteRun(loaded.link, loaded.patience)
        self._remembers = MEMORY.get(loaded.checkpoint.contract.policy, False)
        self._since: int | None = None  # connection that the episode began with
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix='thinking')

    def close(self) -> None:
        """Ask nothing more, and end the connection."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._loaded.link.close()

    def reset(self) -> Future[None]:
        """Begin an episode."""
        return self._thread.submit(self._begin)

    def recall(self, memories: Sequence[Singles], step: int) -> Future[None]:
        """Go on with an episode that another process of the robot began.

        The future raises where the policy remembers, since its memory is not here.
        """
        return self._thread.submit(self._go_on, step)

    def think(self, observation: Observation) -> Future[Thought]:
        """Choose a key pose; the future raises NoAnswerError where the server is away."""
        return self._thread.submit(self._think, observation)

    def draw(self) -> Future[NDArray[np.uint8]]:
        """Fail: the views are drawn at the server."""
        future: Future[NDArray[np.uint8]] = Future()
        future.set_exception(RuntimeError('views of a served policy stay at the server'))
        return future

    def _begin(self) -> None:
        self._since = None
        self._run.reset()

    def _go_on(self, step: int) -> None:
        if step and self._remembers:
            raise RuntimeError('the policy server keeps the memory of the episode')

    def _think(self, observation: Observation) -> Thought:
        began, loaded = time.perf_counter(), self._loaded
        fingers = observation.hand.left, observation.hand.right
        views = dict(zip(CAMERAS, observation.views, strict=True))
        words = loaded.encode(observation.instruction)
        asked = observation_of(views, fingers, words)
        self._require_memory()
        row = self._run.act(asked)[ACTION]
        self._require_memory()
        pose = KeyPose(row[:3], row[3:7], float(row[7]), bool(row[8] > 0.5))
        return Thought(
            observation=observation,
            key_pose=pose,
            memory=None,
            heatmaps=NO_MAPS,
            attention=None,
            confidence=math.nan,
            inference_ms=1e3 * (time.perf_counter() - began),
        )

    def _require_memory(self) -> None:
        """Refuse to go on with a server that has forgotten the episode."""
        link = self._loaded.link
        if link.problem:
            raise NoAnswerError(link.problem)
        if self._since is None:
            self._since = link.connections
        elif self._remembers and self._since != link.connections:
            raise RuntimeError('the policy server was away and has forgotten the episode')


def load_remote_manipulation(
    server: str, token_file: str, robot: str, patience: float, language_folder: Path | None
) -> LoadedRemoteManipulation:
    """Connect to a policy server.

    Args:
        server: address, ws://HOST:PORT.
        token_file: with the token; empty takes the environment or the usual file.
        robot: name that the server shows.
        patience: to wait for a key pose [s].
        language_folder: as in `load_manipulation`.

    Raises:
        ContractError: no token, no server, or a policy that does not choose key poses.
    """
    token = read_token(Path(token_file) if token_file else None)
    link = PolicyLink(server, token, robot=robot, patience=patience)
    try:
        contract = link.open().contract
        _check_kind(contract, server)
        encoder = contract.network.arguments['language'] if contract.network else ''
        tokens = contract.observation('instruction').shape[0] or 0
        language = load_language(str(encoder), tokens=tokens, folder=language_folder)
    except (ContractError, KeyError) as error:
        link.close()
        if isinstance(error, ContractError):
            raise
        raise ContractError(
            f'{server} does not say which language encoder it was trained with',
            remedy='serve a checkpoint of a manipulation policy there',
        ) from error
    return LoadedRemoteManipulation(link, language, patience)


def _check_kind(contract: Contract, server: str) -> None:
    wanted = {f'{camera}_color' for camera in CAMERAS} | {'fingers', 'instruction'}
    actions = [(action.name, action.names) for action in contract.actions]
    if actions != [(ACTION, KEY_POSE)] or not wanted <= observation_shapes(contract).keys():
        raise ContractError(
            f'{server} serves {contract.policy}, which does not choose key poses of an arm',
            remedy='serve a manipulation policy there',
        )
