"""What a report shows of episodes on the table top: key steps, key poses, memory, film."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from policy_nodes.evaluation.manipulation_film import MadeFilm, make_film
from policy_nodes.evaluation.report import manipulation_words as words
from policy_nodes.evaluation.report import picture
from policy_nodes.evaluation.report.attention_figure import attention_figure
from policy_nodes.evaluation.report.key_pose_figure import key_pose_figure
from policy_nodes.evaluation.report.key_step_strip import key_step_strip
from policy_nodes.evaluation.report.page import Html, figure, joined, tag
from policy_nodes.evaluation.tabletop_record import EpisodeRecord

MOST_EPISODES = 12  # drawn; their pictures lie in the page


def anchor_of(record: EpisodeRecord) -> str:
    """Name an episode among those of several policies and tasks, to be linked to."""
    return f'episode-{record.policy}-{record.task}-{record.index}'


def manipulation_sections(
    records: Sequence[EpisodeRecord], anchor: Callable[[EpisodeRecord], str] = anchor_of
) -> Html:
    """Return a section for each episode, the first `MOST_EPISODES` of them.

    Args:
        records: of episodes.
        anchor: names an episode, no two of them the same.
    """
    return joined(_episode(record, anchor(record)) for record in records[:MOST_EPISODES])


def film_section(records: Sequence[EpisodeRecord]) -> Html:
    """Return the film of the drawn episodes; empty where none has one."""
    return shown_film(make_film(records[:MOST_EPISODES]))


def shown_film(film: MadeFilm | None) -> Html:
    """Return a film that is made already; empty without one."""
    if film is None:
        return Html('')
    described = (
        'The episodes one after another, seen by the front camera; beside it what was seen when '
        'the key pose was chosen that the arm goes to, with the heat maps of a policy.'
    )
    shown = figure(picture.animation(film.moving, film.still, described), described)
    return tag('section', tag('h2', 'What happened'), shown)


def _episode(record: EpisodeRecord, name: str) -> Html:
    title = f'Episode {record.index}, {words.task_of(record)}: {words.end_of(record)}'
    told = [f'“{record.instruction}”' if record.instruction else 'no instruction is recorded']
    told += [record.policy] if record.policy else []
    told.append(f'{len(record.steps)} key steps, {record.time_s:.1f} s')
    parts = [tag('h2', title, id=name), tag('p', ' · '.join(told), cls='quiet')]
    if record.why:
        parts.append(tag('p', record.why, cls='bad'))
    if record.steps:
        parts.append(key_step_strip(record))
        parts.append(tag('div', *_figures(record, name), cls='pair'))
    else:
        parts.append(tag('p', 'No key pose was chosen.'))
    return tag('section', *parts)


def _figures(record: EpisodeRecord, name: str) -> list[Html]:
    found = [
        figure(
            key_pose_figure(record, f'poses-{name}'),
            'Where the tip was to go, in order; its z axis is the way that the fingers point.',
        )
    ]
    remembered = attention_figure(record, f'attention-{name}')
    if remembered:
        caption = 'Share of the attention [%] that each view gave to each remembered key step.'
        found.append(figure(remembered, caption))
    return found


def reading() -> Html:
    """Return how key steps are to be read."""
    return tag(
        'section',
        tag('h2', 'How to read this'),
        tag(
            'p',
            'At a key step the arm is at rest, the policy looks through its cameras and chooses '
            'where the tip of the hand goes next and what the fingers do there. From top, front '
            'and right the scene is drawn as the policy sees it, grey where no camera saw '
            'anything; over it lies how much likelier than an even guess it takes each spot '
            'to be the next one (logarithm, from magenta to yellow), with a ring around the '
            'likeliest pixel.',
        ),
        tag(
            'p',
            'A refused key pose moves nothing and counts as a step; the policy is asked again. '
            'Touching says whether the way there may touch things.',
        ),
    )
