"""One episode as rows at equal distances in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from policy_nodes.evaluation.lerobot.stream import Facts, Singles


@dataclass(frozen=True)
class EpisodeFrames:
    """One episode of a data set.

    Attributes:
        robot: its name.
        task: in words.
        fps: frames a second.
        start_ns: time of the first frame on the clock of the node.
        columns: (frames, entries) by name of the column.
        names: of the entries, by name of the column.
        images: PNG of each frame, by camera.
        sizes: height and width of the images [px], by camera.
        facts: what is the same in all messages of a topic, by topic.
        own: texts about the episode: index, outcome, scenario, seed, score, contract.
        losses: one sentence for everything that could not be read.
    """

    robot: str
    task: str
    fps: int
    start_ns: int
    columns: Mapping[str, Singles]
    names: Mapping[str, tuple[str, ...]]
    images: Mapping[str, list[bytes]] = field(default_factory=dict)
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    facts: Mapping[str, Facts] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    losses: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Frames."""
        return len(next(iter(self.columns.values())))

    def time_ns(self, frame: int) -> int:
        """Time of a frame on the clock of the node."""
        return self.start_ns + round(frame * 1e9 / self.fps)
