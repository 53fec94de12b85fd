"""Takes what an entity has ready, and returns what is to be done with it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from rclpy.timer import TimerInfo

if TYPE_CHECKING:
    from rclpy.executors import Executor
    from rclpy.impl.waited import Entry

Work = Callable[[], Any]


def is_coroutine_work(entry: Entry) -> bool:
    """Whether what `take_work` returns must be awaited."""
    if entry.kind == 'waitable':
        return True
    if entry.kind == 'client':
        return False
    callback = entry.entity.callback
    if callback is not entry.known_callback:
        entry.known_callback = callback
        entry.awaits = inspect.iscoroutinefunction(callback)
    return entry.awaits


def take_work(entry: Entry, executor: Executor) -> Work | None:
    """Take what is ready; return what to do, None where nothing is there any more.

    Raises:
        InvalidHandle: the entity was destroyed.
    """
    return _TAKES[entry.kind](entry.entity, executor)


def _take_timer(timer: Any, _: Executor) -> Work | None:
    with timer.handle as handle:
        if handle.canceled:
            return None
        expected, actual = handle.call()
    callback = timer.callback
    if callback is None:
        return None
    if timer.info_argument is None:
        return callback
    info = TimerInfo(
        expected_call_time=expected, actual_call_time=actual, clock_type=timer.clock.clock_type
    )
    return partial(callback, **{timer.info_argument: info})


def _take_subscription(subscription: Any, _: Executor) -> Work | None:
    with subscription.handle as handle:
        taken = handle.take(subscription.raw)
    if taken is None:
        return None
    if subscription._callback_type is subscription.CallbackType.MessageOnly:
        return partial(subscription.callback, taken[0])
    return partial(subscription.callback, *taken)


def _take_guard(guard: Any, _: Executor) -> Work | None:
    with guard.handle as handle:
        raised = handle.guard.clear()
    return guard.callback if raised else None


def _take_client(client: Any, executor: Executor) -> Work | None:
    with client.handle as handle:
        taken = handle.take()
    if taken is None:
        return None
    header, response = taken
    try:
        future = client.get_pending_request(header.sequence_number)
    except KeyError:
        # Nobody waits for this reply any more.
        return None

    def finish() -> None:
        future._set_executor(executor)
        future.set_result(response)

    return finish


def _take_service(service: Any, _: Executor) -> Work | None:
    with service.handle as handle:
        taken = handle.take()
    if taken is None:
        return None
    header, request = taken
    response = service.srv_type.Response()
    if inspect.iscoroutinefunction(service.callback):

        async def answer_later() -> None:
            service.send_response(await service.callback(request, response), header)

        return answer_later

    def answer() -> None:
        service.send_response(service.callback(request, response), header)

    return answer


def _take_waitable(waitable: Any, executor: Executor) -> Work | None:
    data = waitable.take_data()

    async def execute() -> None:
        for future in waitable._futures:
            future._set_executor(executor)
        await waitable.execute(data)

    return execute


_TAKES: dict[str, Callable[[Any, Any], Work | None]] = {
    'timer': _take_timer,
    'subscription': _take_subscription,
    'guard': _take_guard,
    'client': _take_client,
    'service': _take_service,
    'waitable': _take_waitable,
}
