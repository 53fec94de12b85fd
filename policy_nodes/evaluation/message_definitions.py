"""Definitions of messages: the texts that recordings carry, and a store that decodes by them.

Standard messages come from the type store of rosbags, our own from the ``msg`` folder of the
package, wherever it is installed. No definition of a recording is ever turned into code.
"""

from __future__ import annotations

import difflib
from functools import cache

from rosbags.typesys import Stores, TypesysError, get_types_from_msg, get_typestore
from rosbags.typesys.store import Typestore

from policy_nodes.contract.share import share_folders
from policy_nodes.evaluation.recording_error import RecordingError

PACKAGE = 'policy_stack'
_RULE = '=' * 80


@cache
def own_definitions() -> dict[str, str]:
    """Map each of our message types, such as ``policy_stack/msg/Tensor``, to the text of its file.

    Raises:
        RecordingError: the package's ``msg`` folder is nowhere to be found.
    """
    folders = [folder / 'msg' for folder in share_folders()]
    for folder in folders:
        texts = {
            f'{PACKAGE}/msg/{path.stem}': path.read_text(encoding='utf-8')
            for path in sorted(folder.glob('*.msg'))
        }
        if texts:
            return texts
    searched = ', '.join(map(str, folders)) or 'no folder'
    raise RecordingError(
        f'the message definitions of {PACKAGE} are missing (searched: {searched}); '
        'install the package, or source the ROS 2 workspace that holds it'
    )


@cache
def type_store() -> Typestore:
    """Return the store that knows the messages of ROS 2 Jazzy and our own."""
    store = get_typestore(Stores.ROS2_JAZZY)
    types = {}
    for name, text in own_definitions().items():
        types.update(get_types_from_msg(text, name))
    store.register(types)
    return store


@cache
def message_definition(type_name: str) -> str:
    """Return the definition of a message and of all messages in it, as recordings carry it.

    Args:
        type_name: full name, ``package/msg/Name``.

    Returns:
        The text of schema encoding ``ros2msg``: the message, then each message in it after a
        rule of 80 equals signs and a line ``MSG: package/Name``.

    Raises:
        RecordingError: no such message is known; close names are listed.
    """
    store = type_store()
    if type_name not in store.fielddefs:
        close = difflib.get_close_matches(type_name, store.fielddefs, 3)
        raise RecordingError(
            f'no message {type_name!r} is known; '
            + (f'did you mean {", ".join(close)}?' if close else 'write package/msg/Name')
        )
    text, _ = store.generate_msgdef(type_name, ros_version=2)
    root, *parts = text.split(f'{_RULE}\n')
    sections = [own_definitions().get(type_name, root)]
    for part in parts:
        heading, body = part.split('\n', 1)
        package, short = heading.removeprefix('MSG: ').split('/')
        sections.append(f'{heading}\n{own_definitions().get(f"{package}/msg/{short}", body)}')
    return f'{_RULE}\n'.join(
        section if section.endswith('\n') else f'{section}\n' for section in sections
    )


def difference(type_name: str, text: str) -> str:
    """Say how the definition in a recording differs from the one that we decode by.

    Args:
        type_name: full name of the message.
        text: its definition as the recording carries it.

    Returns:
        A clause that names the first difference; empty where both have the same fields.
    """
    store = type_store()
    if type_name not in store.fielddefs:
        return 'its type is not known here'
    try:
        recorded = get_types_from_msg(text, type_name)
    except (TypesysError, ValueError) as error:
        return f'its definition cannot be read ({str(error).splitlines()[0]})'
    for name, (_, fields) in recorded.items():
        known = store.fielddefs.get(name)
        if known is None:
            return f'it holds a {name}, which is not known here'
        theirs = {field.lower(): kind for field, kind in fields}
        ours = {field.lower(): kind for field, kind in known[1]}
        for field in [*theirs, *ours]:
            if field not in ours:
                return f'{name} was recorded with a field {field!r}, which it does not have here'
            if field not in theirs:
                return f'{name} was recorded without its field {field!r}'
            if theirs[field] != ours[field]:
                return f'the field {field!r} of {name} was recorded with another type'
        if list(theirs) != list(ours):
            return f'{name} was recorded with its fields in another order'
    return ''
