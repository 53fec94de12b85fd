"""`ros bag play`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ros2_embedded.cli.bag_arguments import read_qos_overrides, service_events
from ros2_embedded.cli.errors import CommandError, command

NANOSECONDS = 10**9


@command
def bag_play(
    bag_path: Annotated[str, typer.Argument(help='Folder of the bag, or one file of it.')],
    storage: Annotated[
        str, typer.Option('--storage', '-s', help='mcap or sqlite3, else as the bag says.')
    ] = '',
    rate: Annotated[float, typer.Option('--rate', '-r', help='Times as fast.')] = 1.0,
    topics: Annotated[list[str] | None, typer.Option('--topics', help='Topics to play.')] = None,
    services: Annotated[
        list[str] | None, typer.Option('--services', help='Services whose events to play.')
    ] = None,
    regex: Annotated[str, typer.Option('--regex', '-e', help='Play what this fits.')] = '',
    exclude_regex: Annotated[
        str, typer.Option('--exclude-regex', '-x', help='Not what this fits.')
    ] = '',
    exclude_topics: Annotated[
        list[str] | None, typer.Option('--exclude-topics', help='Not these topics.')
    ] = None,
    exclude_services: Annotated[
        list[str] | None, typer.Option('--exclude-services', help='Not these services.')
    ] = None,
    qos_profile_overrides_path: Annotated[
        Path | None, typer.Option(help='YAML file with the QoS to publish with, by topic.')
    ] = None,
    loop: Annotated[bool, typer.Option('--loop', '-l', help='Begin anew at the end.')] = False,
    remap: Annotated[
        list[str] | None,
        typer.Option('--remap', '-m', help='Other names for topics, as `old:=new`.'),
    ] = None,
    storage_config_file: Annotated[
        Path | None, typer.Option(help='YAML file with settings of the storage.')
    ] = None,
    clock: Annotated[
        float, typer.Option('--clock', help='Publish /clock so often [Hz]; 40 without a number.')
    ] = 0.0,
    clock_topics: Annotated[
        list[str] | None,
        typer.Option('--clock-topics', help='Publish /clock before messages of these topics.'),
    ] = None,
    clock_topics_all: Annotated[
        bool, typer.Option('--clock-topics-all', help='Publish /clock before each message.')
    ] = False,
    delay: Annotated[
        float, typer.Option('--delay', '-d', min=0.0, help='Wait before the beginning [s].')
    ] = 0.0,
    playback_duration: Annotated[
        float, typer.Option(help='Play so much [s]; negative for all.')
    ] = -1.0,
    playback_until_sec: Annotated[
        float, typer.Option(help='Play until then [s since 1970]; negative for the end.')
    ] = -1.0,
    playback_until_nsec: Annotated[int, typer.Option(help='The same in nanoseconds.')] = -1,
    start_paused: Annotated[
        bool, typer.Option('--start-paused', '-p', help='Wait for ~/resume.')
    ] = False,
    start_offset: Annotated[
        float, typer.Option(min=0.0, help='Begin so far behind the first message [s].')
    ] = 0.0,
    wait_for_all_acked: Annotated[
        int, typer.Option(help='Wait at the end until all is received [ms]; 0 for ever.')
    ] = -1,
    read_ahead_queue_size: Annotated[
        int, typer.Option(min=0, help='Of no effect: chunks of the bag are read as they are due.')
    ] = 1000,
    log_level: Annotated[str, typer.Option(help='debug, info, warn, error or fatal.')] = 'info',
    disable_keyboard_controls: Annotated[
        bool, typer.Option('--disable-keyboard-controls', help='There are none.')
    ] = False,
) -> None:
    """Publish the messages of a bag as they were recorded.

    Example: `ros bag play run --clock --rate 2 --remap /scan:=/old/scan`
    """
    from rosbag2_py import Player, PlayOptions, StorageOptions

    if not Path(bag_path).exists():
        raise CommandError(f"Bag path '{bag_path}' does not exist!")
    if rate <= 0.0:
        raise CommandError(f'--rate {rate} is not in the valid range (> 0.0)')
    for rule in remap or ():
        if ':=' not in rule:
            raise CommandError(f"--remap '{rule}' must have the form old:=new")
    options = PlayOptions()
    options.rate = rate
    options.topics_to_filter = topics or []
    options.services_to_filter = service_events(services)
    options.regex_to_filter = regex
    options.exclude_regex_to_filter = exclude_regex
    options.exclude_service_events_to_filter = service_events(exclude_services)
    # The clock of the recording would contradict the one that is published.
    options.exclude_topics_to_filter = [*(exclude_topics or ()), *(['/clock'] if clock else [])]
    options.topic_qos_profile_overrides = read_qos_overrides(qos_profile_overrides_path)
    options.loop = loop
    options.topic_remapping_options = ['--ros-args']
    for rule in remap or ():
        options.topic_remapping_options += ['--remap', rule]
    options.clock_publish_frequency = clock
    options.clock_publish_on_topic_publish = clock_topics_all or bool(clock_topics)
    options.clock_topics = clock_topics or []
    options.delay = delay
    options.playback_duration = playback_duration
    options.playback_until_timestamp = playback_until_nsec
    if playback_until_sec >= 0.0:
        options.playback_until_timestamp = int(playback_until_sec * NANOSECONDS)
    options.start_paused = start_paused
    options.start_offset = start_offset
    options.wait_acked_timeout = wait_for_all_acked
    options.read_ahead_queue_size = read_ahead_queue_size
    options.disable_keyboard_controls = disable_keyboard_controls
    where = StorageOptions(
        uri=bag_path, storage_id=storage, storage_config_uri=str(storage_config_file or '')
    )
    try:
        Player(log_level).play(where, options)
    except KeyboardInterrupt:
        pass  # the usual way to end what loops
    except (ModuleNotFoundError, RuntimeError, ValueError) as error:
        raise CommandError(str(error)) from error
