"""`ros bag record`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from ros2_embedded.cli.bag_arguments import read_qos_overrides, service_events
from ros2_embedded.cli.errors import CommandError, command

STORAGES = ('mcap', 'sqlite3')
COMPRESSION_MODES = ('none', 'file', 'message')


@command
def bag_record(
    topics_positional: Annotated[
        list[str] | None, typer.Argument(metavar='[TOPIC]...', help='Topics to record.')
    ] = None,
    topics: Annotated[list[str] | None, typer.Option('--topics', help='Topics to record.')] = None,
    services: Annotated[
        list[str] | None,
        typer.Option('--services', help='Services to record, by their introspection.'),
    ] = None,
    topic_types: Annotated[
        list[str] | None, typer.Option('--topic-types', help='Types of topics to record.')
    ] = None,
    all_: Annotated[
        bool, typer.Option('--all', '-a', help='Record all topics and services.')
    ] = False,
    all_topics: Annotated[bool, typer.Option('--all-topics', help='Record all topics.')] = False,
    all_services: Annotated[
        bool, typer.Option('--all-services', help='Record all services.')
    ] = False,
    regex: Annotated[
        str, typer.Option('--regex', '-e', help='Record what has this in its name.')
    ] = '',
    exclude_regex: Annotated[
        str, typer.Option('--exclude-regex', help='Not what has this in its name.')
    ] = '',
    exclude_topics: Annotated[
        list[str] | None, typer.Option('--exclude-topics', help='Not these topics.')
    ] = None,
    exclude_topic_types: Annotated[
        list[str] | None, typer.Option('--exclude-topic-types', help='Not topics of these types.')
    ] = None,
    exclude_services: Annotated[
        list[str] | None, typer.Option('--exclude-services', help='Not these services.')
    ] = None,
    include_unpublished_topics: Annotated[
        bool, typer.Option('--include-unpublished-topics', help='Also topics nobody publishes.')
    ] = False,
    include_hidden_topics: Annotated[
        bool, typer.Option('--include-hidden-topics', help='Also hidden topics.')
    ] = False,
    ignore_leaf_topics: Annotated[
        bool, typer.Option('--ignore-leaf-topics', help='Not topics nobody subscribes to.')
    ] = False,
    no_discovery: Annotated[
        bool, typer.Option('--no-discovery', help='Only what is there at the beginning.')
    ] = False,
    polling_interval: Annotated[
        int, typer.Option('--polling-interval', '-p', min=1, help='Between two looks [ms].')
    ] = 100,
    qos_profile_overrides_path: Annotated[
        Path | None, typer.Option(help='YAML file with the QoS to subscribe with, by topic.')
    ] = None,
    output: Annotated[
        str | None,
        typer.Option('--output', '-o', help='Folder to make; else one named by the time.'),
    ] = None,
    storage: Annotated[str, typer.Option('--storage', '-s', help='mcap or sqlite3.')] = STORAGES[
        0
    ],
    max_bag_size: Annotated[
        int, typer.Option('--max-bag-size', '-b', min=0, help='New file after so many bytes.')
    ] = 0,
    max_bag_duration: Annotated[
        int, typer.Option('--max-bag-duration', '-d', min=0, help='New file after so long [s].')
    ] = 0,
    max_cache_size: Annotated[int, typer.Option(min=0, help='Bytes that a snapshot holds.')] = 100
    * 1024
    * 1024,
    storage_preset_profile: Annotated[
        str, typer.Option(help='Of mcap: fastwrite, zstd_fast, zstd_small; of sqlite3: resilient.')
    ] = '',
    storage_config_file: Annotated[
        Path | None, typer.Option(help='YAML file with settings of the storage.')
    ] = None,
    compression_mode: Annotated[
        str, typer.Option(help='none, file or message.')
    ] = COMPRESSION_MODES[0],
    compression_format: Annotated[str, typer.Option(help='zstd.')] = '',
    snapshot_mode: Annotated[
        bool, typer.Option('--snapshot-mode', help='Write only when ~/snapshot is called.')
    ] = False,
    start_paused: Annotated[
        bool, typer.Option('--start-paused', help='Write only after ~/resume was called.')
    ] = False,
    use_sim_time: Annotated[
        bool, typer.Option('--use-sim-time', help='Stamp messages by /clock.')
    ] = False,
    node_name: Annotated[str, typer.Option(help='Name of the recorder.')] = 'rosbag2_recorder',
    custom_data: Annotated[
        list[str] | None,
        typer.Option('--custom-data', help='Texts for the metadata, as KEY=VALUE.'),
    ] = None,
    log_level: Annotated[str, typer.Option(help='debug, info, warn, error or fatal.')] = 'info',
    disable_keyboard_controls: Annotated[
        bool, typer.Option('--disable-keyboard-controls', help='There are none.')
    ] = False,
) -> None:
    """Record topics to a bag until Ctrl-C.

    Example: `ros bag record -o run --topics /scan /odom /tf /tf_static`
    """
    from rosbag2_py import Recorder, RecordOptions, StorageOptions

    topics = [*(topics_positional or ()), *(topics or ())]
    if not any((topics, services, topic_types, all_, all_topics, all_services, regex)):
        raise CommandError(
            'Need to specify at least one option out of --all, --all-topics, --all-services, '
            '--services, --topics, --topic-types or --regex'
        )
    _check_choice('--storage', storage, STORAGES)
    _check_choice('--compression-mode', compression_mode, COMPRESSION_MODES)
    if compression_format and compression_mode == COMPRESSION_MODES[0]:
        raise CommandError('Cannot specify compression format without a compression mode.')
    if use_sim_time and no_discovery:
        raise CommandError('--use-sim-time and --no-discovery both set: /clock is discovered.')
    folder = output or datetime.now().astimezone().strftime('rosbag2_%Y_%m_%d-%H_%M_%S')
    if Path(folder).is_dir():
        raise CommandError(f"Output folder '{folder}' already exists.")
    options = RecordOptions()
    options.all_topics = all_topics or all_
    options.all_services = all_services or all_
    options.topics = topics
    options.topic_types = topic_types or []
    options.services = service_events(services)
    options.regex = regex
    options.exclude_regex = exclude_regex
    options.exclude_topics = exclude_topics or []
    options.exclude_topic_types = exclude_topic_types or []
    options.exclude_service_events = service_events(exclude_services)
    options.include_unpublished_topics = include_unpublished_topics
    options.include_hidden_topics = include_hidden_topics
    options.ignore_leaf_topics = ignore_leaf_topics
    options.is_discovery_disabled = no_discovery
    options.topic_polling_interval = timedelta(milliseconds=polling_interval)
    options.topic_qos_profile_overrides = read_qos_overrides(qos_profile_overrides_path)
    options.compression_mode = compression_mode.upper()
    options.compression_format = compression_format
    if compression_mode != COMPRESSION_MODES[0]:
        options.compression_format = compression_format or 'zstd'
    options.start_paused = start_paused
    options.use_sim_time = use_sim_time
    options.rmw_serialization_format = 'cdr'
    options.disable_keyboard_controls = disable_keyboard_controls
    where = StorageOptions(
        uri=folder,
        storage_id=storage,
        max_bagfile_size=max_bag_size,
        max_bagfile_duration=max_bag_duration,
        max_cache_size=max_cache_size,
        storage_preset_profile=storage_preset_profile,
        storage_config_uri=str(storage_config_file or ''),
        snapshot_mode=snapshot_mode,
        custom_data=_pairs(custom_data),
    )
    try:
        Recorder(log_level).record(where, options, node_name)
    except KeyboardInterrupt:
        pass  # the usual way to end; the bag is finished
    except (ModuleNotFoundError, RuntimeError, ValueError) as error:
        raise CommandError(str(error)) from error


def _check_choice(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise CommandError(f"{option} '{value}' is unknown; known are {', '.join(known)}")


def _pairs(texts: list[str] | None) -> dict[str, str]:
    found = {}
    for each in texts or ():
        key, sign, value = each.partition('=')
        if not sign:
            raise CommandError(f"--custom-data '{each}' must have the form KEY=VALUE")
        found[key] = value
    return found
