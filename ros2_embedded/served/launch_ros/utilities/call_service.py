"""Calling of a service until launch shuts down."""

from __future__ import annotations

import threading
from typing import Any

from launch import logging
from launch.launch_context import LaunchContext

POLL_PERIOD = 1.0  # how often a wait looks whether launch shuts down [s]


def call_service(client: Any, request: Any, context: LaunchContext) -> Any | None:
    """Wait for a service, call it, and return the answer; to be run in a thread of its own.

    Args:
        client: client of the node of launch, which another thread spins.
        request: what to ask.
        context: tells whether launch shuts down.

    Returns:
        the answer, None where launch shuts down first; that is logged.
    """
    try:
        return _call(client, request, context)
    except Exception:  # of whatever kind: the node of launch may be gone in the middle of it
        if not context.is_shutdown:
            raise
        return _abandoned(client, '')


def _call(client: Any, request: Any, context: LaunchContext) -> Any | None:
    while not client.wait_for_service(timeout_sec=POLL_PERIOD):
        if context.is_shutdown:
            return _abandoned(client, '')
    answered = threading.Event()
    future = client.call_async(request)
    future.add_done_callback(lambda _: answered.set())
    while not answered.wait(POLL_PERIOD):
        if context.is_shutdown:
            future.cancel()
            return _abandoned(client, ' response')
    if future.exception() is not None:
        raise future.exception()
    return future.result()


def _abandoned(client: Any, what: str) -> None:
    logging.get_logger('launch_ros').warning(
        f"Abandoning wait for the '{client.srv_name}' service{what}, due to shutdown."
    )
