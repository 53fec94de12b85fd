"""Sentences for tasks."""

from __future__ import annotations

from collections.abc import Sequence


def worded(
    task: str,
    sentences: Sequence[str],
    variation: int,
    variations: int,
    wording: int,
    **words: str,
) -> str:
    """Fill one of the sentences in.

    Args:
        task: name of the task, for refusals.
        sentences: with names in braces.
        variation: asked for.
        variations: how many there are.
        wording: which sentence.
        words: that go into the braces.

    Raises:
        IndexError: there is no such variation or wording.
    """
    check_variation(task, variation, variations)
    if not 0 <= wording < len(sentences):
        raise IndexError(f'{task} has wordings 0 to {len(sentences) - 1}, none {wording}')
    return sentences[wording].format(**words)


def check_variation(task: str, variation: int, variations: int) -> None:
    """Refuse a variation that a task does not have.

    Raises:
        IndexError: there is no such variation.
    """
    if not 0 <= variation < variations:
        raise IndexError(f'{task} has variations 0 to {variations - 1}, none {variation}')
