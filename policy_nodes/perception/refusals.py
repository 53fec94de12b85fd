"""What was refused, counted by reason, with the sentences that say why."""

from collections import Counter


class Refusals:
    """Keeps count of inputs that could not be used.

    Attributes:
        counts: how often each reason came up since the start.
    """

    def __init__(self) -> None:
        """Start with nothing refused."""
        self.counts: Counter[str] = Counter()
        self._sentences: list[str] = []

    def note(self, reason: str, sentence: str, count: int = 1) -> None:
        """Count a refusal.

        Args:
            reason: short name, for diagnostics.
            sentence: what was wrong and what to do, for a log.
            count: how many items were refused.
        """
        self.counts[reason] += count
        self._sentences.append(sentence)

    def take(self) -> tuple[str, ...]:
        """Hand over the sentences since the last call."""
        sentences = tuple(self._sentences)
        self._sentences.clear()
        return sentences
