"""TimerAction action."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterable
from typing import Any

from .. import logging
from ..action import Action
from ..event_handler import EventHandler
from ..events import Shutdown, TimerEvent
from ..launch_context import LaunchContext
from ..launch_description_entity import LaunchDescriptionEntity
from ..some_entities_type import SomeEntitiesType
from ..some_substitutions_type import SomeSubstitutionsType, SomeSubstitutionsType_types_tuple
from ..utilities import ensure_argument_type, is_a_subclass
from ..utilities.type_utils import (
    NormalizedValueType,
    normalize_typed_substitution,
    perform_typed_substitution,
)
from .opaque_function import OpaqueFunction


class TimerAction(Action):
    """Visit entities after a time, unless it is cancelled before."""

    def __init__(
        self,
        *,
        period: float | SomeSubstitutionsType,
        actions: Iterable[LaunchDescriptionEntity],
        cancel_on_shutdown: bool | SomeSubstitutionsType = True,
        **kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            period: time to wait [s].
            actions: entities to visit then.
            cancel_on_shutdown: shutting down cancels the timer.
            kwargs: see `Action`.

        Raises:
            TypeError: an argument is of another kind.
        """
        super().__init__(**kwargs)
        kinds = (*SomeSubstitutionsType_types_tuple, float)
        ensure_argument_type(period, kinds, 'period', 'TimerAction')
        ensure_argument_type(actions, Iterable, 'actions', 'TimerAction')
        if isinstance(period, str):
            period = float(period)
            warnings.warn(
                "The parameter 'period' must be a float or substitution, "
                'passing a string literal was deprecated',
                stacklevel=2,
            )
        self.__period = normalize_typed_substitution(period, float)
        self.__actions = actions
        self.__cancel_on_shutdown = normalize_typed_substitution(cancel_on_shutdown, bool)
        self.__canceled = False
        self.__context_locals: dict[str, Any] = {}
        self.__logger = logging.get_logger(__name__)
        self._completed_future: asyncio.Future | None = None
        self._canceled_future: asyncio.Future | None = None

    @property
    def period(self) -> NormalizedValueType:
        """Time to wait [s]."""
        return self.__period

    @property
    def actions(self) -> Iterable[LaunchDescriptionEntity]:
        """Entities to visit then."""
        return self.__actions

    def describe(self) -> str:
        """Return a line about this action for people."""
        return f'TimerAction(period={self.__period}, actions=<actions>)'

    def describe_conditional_sub_entities(
        self,
    ) -> list[tuple[str, Iterable[LaunchDescriptionEntity]]]:
        """Return the entities that are visited when the time has passed."""
        return [(f'{self.__period} seconds pass without being canceled', self.__actions)]

    def handle(self, context: LaunchContext) -> SomeEntitiesType | None:
        """Return the entities, with the locals of the timer's own execution."""
        context.extend_locals(self.__context_locals)
        return self.__actions

    def cancel(self) -> None:
        """Cancel the timer, from within the loop's thread; at any time, any number of times."""
        self.__canceled = True
        if self._canceled_future is not None and not self._canceled_future.done():
            self._canceled_future.set_result(True)

    def execute(self, context: LaunchContext) -> None:
        """Start the timer."""
        self._completed_future = context.asyncio_loop.create_future()
        self._canceled_future = context.asyncio_loop.create_future()
        if self.__canceled:
            self.__logger.debug(
                f'timer {self} not waiting because it was canceled before being executed'
            )
            self._completed_future.set_result(None)
            return
        event = TimerEvent(timer_action=self)
        context.register_event_handler(
            EventHandler(
                matcher=lambda candidate: candidate is event,
                entities=OpaqueFunction(function=self.handle),
                handle_once=True,
            )
        )
        self.__context_locals = context.get_locals_as_dict()
        if perform_typed_substitution(context, self.__cancel_on_shutdown, bool):
            context.register_event_handler(
                EventHandler(
                    matcher=lambda candidate: is_a_subclass(candidate, Shutdown),
                    entities=OpaqueFunction(function=lambda _: self.cancel()),
                )
            )
        context.add_completion_future(
            context.asyncio_loop.create_task(self.__fire(context, event))
        )

    async def __fire(self, context: LaunchContext, event: TimerEvent) -> None:
        try:
            await self._wait_for_period(context)
            if not self._canceled_future.done():
                await context.emit_event(event)
        finally:
            self._completed_future.set_result(None)

    async def _wait_for_period(self, context: LaunchContext) -> None:
        """Wait until the time has passed or the timer is cancelled."""
        seconds = perform_typed_substitution(context, self.__period, float)
        await asyncio.wait([self._canceled_future], timeout=seconds)

    def get_asyncio_future(self) -> asyncio.Future | None:
        """Return a future that is done when the timer has fired or is cancelled."""
        return self._completed_future
