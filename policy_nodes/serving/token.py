"""The secret that both ends know."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from policy_nodes.contract.errors import ContractError

VARIABLE = 'POLICY_STACK_TOKEN'
SHORTEST = 16  # characters


def usual_token_file() -> Path:
    """Where the token lies unless somebody says otherwise."""
    home = os.environ.get('XDG_CONFIG_HOME') or Path.home() / '.config'
    return Path(home) / 'policy_stack' / 'server_token'


def token_place(file: Path | None = None) -> str:
    """Name where the token is read from."""
    if file is None and os.environ.get(VARIABLE):
        return f'the environment variable {VARIABLE}'
    return str(file or usual_token_file())


def read_token(file: Path | None = None) -> str:
    """Read the token: from a file that is named, else the environment, else the usual file.

    Raises:
        ContractError: there is none, others may read it, or it is too short.
    """
    given = os.environ.get(VARIABLE, '') if file is None else ''
    if given:
        return _checked(given, f'the environment variable {VARIABLE}')
    place = file or usual_token_file()
    try:
        mode = place.stat().st_mode
        text = place.read_text(encoding='ascii').strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(
            f'the token of the policy server cannot be read: {error}',
            remedy='`policy-stack serve` makes one where it runs: copy that file here, name '
            f'another one, or set {VARIABLE}',
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ContractError(
            'others may read the token', remedy=f'chmod 600 {place}', file=str(place)
        )
    return _checked(text, str(place))


def read_or_make_token(file: Path | None = None) -> str:
    """Read the token as above; where there is no file yet, write one with a new token.

    Raises:
        ContractError: as above, or the file cannot be written.
    """
    place = file or usual_token_file()
    if (file is None and os.environ.get(VARIABLE)) or place.exists():
        return read_token(file)
    token = secrets.token_urlsafe(32)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'w') as stream:
            stream.write(token + '\n')
    except OSError as error:
        raise ContractError(
            f'no token can be written: {error}', remedy='name a file elsewhere', file=str(place)
        ) from error
    return token


def _checked(token: str, place: str) -> str:
    if len(token) < SHORTEST or not token.isascii() or not token.isprintable() or ' ' in token:
        raise ContractError(
            f'{place} holds no token: at least {SHORTEST} printable ASCII characters are needed',
            remedy='remove the file, and `policy-stack serve` makes a new one',
        )
    return token
