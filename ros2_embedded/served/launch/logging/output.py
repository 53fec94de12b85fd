"""Where the output of a process goes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from .colour import ProcessFormatter

if TYPE_CHECKING:
    from .config import LaunchConfig

SOURCES = ('stdout', 'stderr', 'both')
DESTINATIONS = ('screen', 'log', 'own_log')
ALIASES: dict[str, dict[str, set[str]]] = {
    'screen': {'both': {'screen'}},
    'log': {'both': {'log'}, 'stderr': {'screen'}},
    'both': {'both': {'log', 'screen'}},
    'own_log': {'both': {'own_log'}, 'stdout': {'own_log'}, 'stderr': {'own_log'}},
    'full': {
        'both': {'screen', 'log', 'own_log'},
        'stdout': {'own_log'},
        'stderr': {'own_log'},
    },
}


def configured_output_loggers(
    launch_config: LaunchConfig,
    process_name: str,
    output_config: str | dict[str, str | set[str]],
    loggers: tuple[logging.Logger, logging.Logger],
) -> None:
    """Make the two loggers of a process write to where the configuration says.

    Raises:
        ValueError: the configuration is unknown.
    """
    config = normalize_output_configuration(output_config)
    for source, logger in zip(('stdout', 'stderr'), loggers, strict=True):
        for destination in config['both'] | config[source]:
            if destination == 'screen':
                screen = launch_config.get_screen_handler()
                screen.setFormatterFor(logger, ProcessFormatter(process_name))
                _add(logger, screen)
            elif destination == 'log':
                log = launch_config.get_log_file_handler()
                log.setFormatterFor(logger, logging.Formatter('{created:.7f} {msg}', style='{'))
                _add(logger, log)
        if 'own_log' in config[source]:
            own = launch_config.get_log_file_handler(f'{process_name}-{source}.log')
            own.setFormatter(logging.Formatter())
            _add(logger, own)
        if 'own_log' in config['both']:
            own = launch_config.get_log_file_handler(f'{process_name}.log')
            own.setFormatter(logging.Formatter())
            _add(logger, own)


def _add(logger: logging.Logger, handler: logging.Handler) -> None:
    if handler not in logger.handlers:
        logger.addHandler(handler)


def normalize_output_configuration(
    config: str | dict[str, str | set[str]],
) -> dict[str, set[str]]:
    """Return a configuration as sets of destinations for `stdout`, `stderr` and `both`.

    Raises:
        ValueError: the configuration is unknown.
    """
    normalized: dict[str, set[str]] = {source: set() for source in SOURCES}
    if isinstance(config, str):
        if config not in ALIASES:
            raise ValueError(
                f'{config} is not a valid standard output config i.e. "screen", "log" or "both"'
            )
        return {**normalized, **ALIASES[config]}
    if not isinstance(config, dict):
        raise ValueError(f'{config} is not a valid output configuration')
    for source, destinations in config.items():
        if source not in SOURCES:
            raise ValueError(
                f'{source} is not a valid output source i.e. "stdout", "stderr" or "both"'
            )
        wanted = {destinations} if isinstance(destinations, str) else set(destinations)
        for destination in wanted - set(DESTINATIONS):
            raise ValueError(
                f'{destination} is not a valid output destination '
                'i.e. "screen", "log" or "own_log"'
            )
        normalized[source] = wanted
    return normalized
