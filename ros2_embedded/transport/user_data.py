"""The `key=value;` texts that ROS 2 puts into USER_DATA of participants and endpoints."""

from __future__ import annotations

PARTICIPANT = b'enclave=/;'


def endpoint_text(type_hash: str, client_id: str = '', service_id: str = '') -> bytes:
    """Return the text of a reader or writer: its type hash, and the id of a service's side."""
    text = f'typehash={type_hash};'
    if client_id:
        text = f'clientid={client_id};{text}'
    if service_id:
        text = f'serviceid={service_id};{text}'
    return text.encode()


def unique_id(participant_guid: bytes, number: int) -> str:
    """Return an id for a client or service: 16 bytes as hex, joined by dots, as the real one's.

    Args:
        participant_guid: 16 bytes; the first 12 are used.
        number: counts the clients and services of the participant.
    """
    return ' ' + '.'.join(
        f'{each:x}' for each in (*participant_guid[:12], *number.to_bytes(4, 'big'))
    )


def parsed(data: bytes) -> dict[str, str]:
    """Return the keys and values of a text; what is no `key=value;` is left out."""
    text = data.decode('utf-8', 'replace')
    pairs = (each.partition('=') for each in text.split(';'))
    return {key: value for key, equals, value in pairs if equals}
