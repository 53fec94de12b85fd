"""The arguments of a robot's launch file, checked before anything starts."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from policy_nodes.commands.refusals import Refusal
from policy_nodes.contract.share import share_folders

ENDING = '.launch.py'
Declared = dict[str, tuple[str, str]]


def launch_file(robot: str) -> tuple[Path, Declared]:
    """Find the launch file of a robot and what it declares.

    Args:
        robot: name of the file without its ending.

    Returns:
        Its path; default and description of each argument, by name.

    Raises:
        Refusal: no such robot; the known ones are listed.
    """
    from launch import LaunchContext
    from launch.launch_description_sources import PythonLaunchDescriptionSource

    known: dict[str, Path] = {}
    for folder in share_folders():
        for file in sorted(folder.glob(f'launch/*{ENDING}')):
            known.setdefault(file.name.removesuffix(ENDING), file)
    if robot not in known:
        raise Refusal(f'there is no launch file for {robot!r}; known: {", ".join(known)}')
    path = known[robot]
    context = LaunchContext()
    description = PythonLaunchDescriptionSource(str(path)).get_launch_description(context)
    return path, {
        argument.name: (
            ''.join(part.perform(context) for part in argument.default_value or ()),
            argument.description,
        )
        for argument in description.get_launch_arguments()
    }


def parse_arguments(texts: Sequence[str], declared: Declared) -> dict[str, str]:
    """Read key:=value texts; of duplicates the last counts.

    Raises:
        Refusal: one is not of that form, or the launch file does not know its key.
    """
    given = {}
    for text in texts:
        name, separator, value = text.partition(':=')
        if not (separator and name):
            raise Refusal(f'{text!r} is not of the form key:=value; keys: {", ".join(declared)}')
        if name not in declared:
            near = get_close_matches(name, declared, n=1)
            hint = f'; did you mean {near[0]}?' if near else ''
            raise Refusal(
                f'the launch file knows no argument {name!r}{hint} Known: {", ".join(declared)}'
            )
        given[name] = value
    return given
