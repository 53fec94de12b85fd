"""`policy-stack serve`: a policy for robots elsewhere."""

import signal
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from policy_nodes.commands.refusals import Refusal
from policy_nodes.serving.names import INSTALL, NEEDS

LOOPBACK = ('127.0.0.1', '::1', 'localhost')


def serve(
    policy: Annotated[
        str,
        typer.Argument(help='height, orca, dwa, straight, or any checkpoint by name or folder'),
    ],
    port: Annotated[int, typer.Option(help='0 takes any that is free', min=0, max=65535)] = 8787,
    host: Annotated[
        str, typer.Option(help='interface to listen on; the default is this machine only')
    ] = '127.0.0.1',
    token_file: Annotated[
        Path | None,
        typer.Option(
            help='holds the token that robots have to know, and is made where it is not there; '
            'by default POLICY_STACK_TOKEN, else ~/.config/policy_stack/server_token'
        ),
    ] = None,
    checkpoint: Annotated[
        str | None, typer.Option(help='of a policy by name; by default the shipped one')
    ] = None,
    scenario: Annotated[
        str, typer.Option(help='that the shipped checkpoint is chosen for')
    ] = 'rand',
    robots: Annotated[
        int, typer.Option(help='that may be served at the same time', min=1, max=64)
    ] = 1,
    threads: Annotated[int, typer.Option(help='of torch', min=1, max=64)] = 1,
    device: Annotated[
        str, typer.Option(help='of torch, for policies of an arm, for example cuda')
    ] = 'cpu',
) -> None:
    """Serve a policy over an authenticated websocket, until Ctrl-C.

    A robot uses it as any other policy, by policy:=remote server:=ws://HOST:PORT, and checks the
    contract before it moves. What is sent is msgpack and arrays, never pickled objects. Nothing is
    encrypted: between machines, lead the port through ssh -L or a VPN.

    Example: policy-stack serve height --port 8787
    """
    try:
        import torch

        from policy_nodes.serving.served import find_served
        from policy_nodes.serving.server import PolicyServer
        from policy_nodes.serving.token import read_or_make_token, token_place
    except ModuleNotFoundError as error:
        if error.name not in NEEDS:
            raise
        raise Refusal(f'{error.name} is not installed: {INSTALL}') from error
    console = Console(soft_wrap=True, highlight=False)
    torch.set_num_threads(threads)
    token = read_or_make_token(token_file)
    served = find_served(policy, scenario, checkpoint, device)
    try:
        server = PolicyServer(
            served,
            token,
            host=host,
            port=port,
            robots=robots,
            say=lambda words: console.print(words, markup=False),
        )
    except OSError as error:
        raise Refusal(f'nothing can be served at {host}:{port}: {error}') from error

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    console.print(f'{served.title} is served at {server.address}', markup=False)
    console.print(
        f'contract {server.metadata.sha256[:12]}, token in {token_place(token_file)}',
        markup=False,
    )
    if host not in LOOPBACK:
        console.print(
            'this can be reached from other machines, and the token travels in the clear: '
            'use a network that you trust, or ssh -L',
            style='yellow',
        )
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        console.print('ended')
    finally:
        server.close()
