"""Launch in an event loop of the caller: its shutdown, and signals handled in a loop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

import pytest
from launch import LaunchDescription, LaunchService
from launch.actions import ExecuteProcess
from launch.logging import handlers
from launch.utilities import AsyncSafeSignalManager


@pytest.fixture
def loop():
    found = asyncio.new_event_loop()
    yield found
    found.close()


async def until(condition, seconds=10.0):
    end = asyncio.get_running_loop().time() + seconds
    while not condition() and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.01)
    return condition()


def test_a_service_is_shut_down_while_its_loop_rests(loop):
    process = ExecuteProcess(cmd=[sys.executable, '-c', 'input()'])
    service = LaunchService(noninteractive=True)
    service.include_launch_description(LaunchDescription([process]))
    task = loop.create_task(service.run_async())
    started = until(lambda: process.process_details and 'pid' in process.process_details)
    assert loop.run_until_complete(started)
    loop.run_until_complete(service.shutdown())
    assert loop.run_until_complete(task) == 0
    assert process.return_code is not None


def test_signals_are_handled_in_the_loop_within_the_context_only(loop):
    seen = []
    before = signal.signal(signal.SIGUSR1, lambda *_: seen.append('before'))
    try:
        manager = AsyncSafeSignalManager(loop)
        assert manager.handle(signal.SIGUSR1, lambda number: seen.append(number)) is None
        signal.raise_signal(signal.SIGUSR1)
        assert loop.run_until_complete(until(lambda: seen == ['before']))
        with manager:
            signal.raise_signal(signal.SIGUSR1)
            assert loop.run_until_complete(until(lambda: len(seen) == 2))
            manager.handle(signal.SIGUSR1, None)
            signal.raise_signal(signal.SIGUSR1)
        wanted = ['before', signal.SIGUSR1, 'before']
        assert loop.run_until_complete(until(lambda: seen == wanted))
        with pytest.raises(ValueError, match='must be a callable'):
            manager.handle(signal.SIGUSR1, 3)
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_every_handler_of_python_takes_formatters_for_single_loggers():
    handler = handlers.MemoryHandler(10)
    assert isinstance(handler, logging.Handler)
    handler.setFormatterFor('loud', logging.Formatter('{msg}!', style='{'))
    record = logging.LogRecord('loud', logging.INFO, '', 1, 'hi', (), None)
    assert handler.format(record) == 'hi!'
    handler.unsetFormatterFor('loud')
    assert handler.format(record) == 'hi'
    with pytest.raises(AttributeError, match="has no attribute 'NoSuchHandler'"):
        handlers.NoSuchHandler  # noqa: B018 (it is to raise)
