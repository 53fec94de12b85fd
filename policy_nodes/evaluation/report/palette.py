"""The colours of reports: one set of names, a light and a dark value each.

Figures are drawn with the stand-in of a name; the stand-in becomes a CSS variable in the page, so
the same picture serves both schemes. The hues are those of Okabe and Ito, which people with
colour blindness can tell apart; lines differ in dash and label too, never in colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.ladder import Level


@dataclass(frozen=True)
class Colour:
    """One colour.

    Attributes:
        light: on a light page.
        dark: on a dark page.
    """

    light: str
    dark: str


PAGE = Colour('#fdfdfc', '#16181b')
CARD = Colour('#ffffff', '#1d2024')
INK = Colour('#1f2328', '#e4e6e9')
QUIET = Colour('#626a73', '#a0a7b0')
RULE = Colour('#dfe2e5', '#33383f')
SOLID = Colour('#c3c8ce', '#4a515a')
ROBOT = Colour('#0067a5', '#5fb4ee')
PROPOSED = Colour('#8a8f96', '#8d949d')
PERSON = Colour('#c2500a', '#f0904d')
TRACKED = Colour('#9a3f78', '#d98abb')
GOAL = Colour('#00785a', '#3fc09a')
SCAN = Colour('#9aa5b1', '#66717d')
LIMITED = Colour('#dca000', '#c99a1a')
HOLD = Colour('#d56a00', '#e08a3a')
STOPPING = Colour('#c23b22', '#e0705a')
STOPPED = Colour('#8c1d1d', '#c24a4a')
NORMAL = Colour('#b9d9cd', '#2f5a4c')
BAD = Colour('#b3261e', '#f2857c')

NAMES = {
    'page': PAGE,
    'card': CARD,
    'ink': INK,
    'quiet': QUIET,
    'rule': RULE,
    'solid': SOLID,
    'robot': ROBOT,
    'proposed': PROPOSED,
    'person': PERSON,
    'tracked': TRACKED,
    'goal': GOAL,
    'scan': SCAN,
    'normal': NORMAL,
    'limited': LIMITED,
    'hold': HOLD,
    'stopping': STOPPING,
    'stopped': STOPPED,
    'bad': BAD,
}
LEVELS = tuple(level.name.lower() for level in Level)  # colours by rung
# a stand-in occurs in no drawing but as itself
_STAND_INS = {name: f'#0a{number:02x}f{number % 16:x}' for number, name in enumerate(NAMES, 1)}
_SERIES = ('robot', 'person', 'tracked', 'limited', 'quiet', 'stopped')


def stand_in(name: str) -> str:
    """Return the colour to draw with where `name` is meant."""
    return _STAND_INS[name]


def series(number: int) -> str:
    """Name the colour of the n-th of several equal things, such as policies."""
    return _SERIES[number % len(_SERIES)]


def with_variables(text: str) -> str:
    """Replace every stand-in by the CSS variable of its name."""
    for name, colour in _STAND_INS.items():
        text = text.replace(colour, f'var(--{name})')
    return text


def style(scheme: str) -> str:
    """Write the variables of one scheme, ``light`` or ``dark``, as CSS declarations."""
    return ''.join(f'--{name}:{getattr(colour, scheme)};' for name, colour in NAMES.items())


def rgb(name: str, scheme: str = 'light') -> tuple[int, int, int]:
    """Return a colour as red, green, blue from 0 to 255."""
    text = getattr(NAMES[name], scheme)
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def tint(name: str, share: float, scheme: str = 'light') -> tuple[int, int, int]:
    """Return a colour thinned with the colour of the page; share 1 is the colour itself."""
    pairs = zip(rgb(name, scheme), rgb('page', scheme), strict=True)
    red, green, blue = (round(share * full + (1 - share) * page) for full, page in pairs)
    return red, green, blue
