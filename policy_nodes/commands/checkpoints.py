"""`policy-stack list`, `check` and `import`: checkpoints and their contracts."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from policy_nodes.commands.refusals import Refusal
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import (
    checkpoint_roots,
    find_checkpoints,
    resolve_checkpoint,
)
from policy_nodes.contract.first_difference import first_difference
from policy_nodes.contract.render import check_report, checkpoints_table
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.contract.trained import Trained

V_MIN = {4: -0.5, 2: 0.0}  # the arena's form was trained to drive backward, the indoor one not


def list_checkpoints(
    folder: Annotated[
        Path | None, typer.Argument(help='folder of checkpoints; the shipped ones by default')
    ] = None,
) -> None:
    """List checkpoints: policy, robot, recipe, figures.

    Example: policy-stack list
    """
    roots = [folder] if folder is not None else checkpoint_roots()
    if folder is not None and not folder.is_dir():
        raise Refusal(f'there is no folder {folder}')
    found = [listed for root in roots for listed in find_checkpoints(root)]
    Console().print(checkpoints_table(found))


def check(
    checkpoint: Annotated[str, typer.Argument(help='name or folder')],
    robot: Annotated[str, typer.Option(help='hold the contract against this robot')] = 'turtlebot',
) -> None:
    """Check a checkpoint: weights, contract against the robot, and its golden trace.

    The trace is replayed through the code that the node runs. Exit status 1 if anything differs.

    Example: policy-stack check height_arena
    """
    opened = Checkpoint.open(resolve_checkpoint(checkpoint))
    agreement = opened.compare(RobotInterface.read(robot_file(robot)))
    golden = opened.golden()
    # torch takes seconds to import, and what is refused above needs none of it
    from policy_nodes.policies.loading import golden_run

    steps, difference = None, None
    if opened.weights_disagreement() is None:
        steps, difference = golden.steps, first_difference(golden, golden_run(opened))
    Console().print(check_report(opened, agreement, steps, difference))
    if not agreement.agrees or difference is not None:
        raise typer.Exit(1)


def import_weights(
    policy: Annotated[str, typer.Argument(help='whose weights: height')],
    file: Annotated[Path, typer.Argument(help='.pt, .safetensors, or .npz with sd.* arrays')],
    out: Annotated[
        Path | None, typer.Option(help='folder to write; checkpoints/POLICY_FILE by default')
    ] = None,
    people: Annotated[
        int | None,
        typer.Option(help='slots of people the weights were trained with', min=1, max=100),
    ] = None,
    overwrite: Annotated[bool, typer.Option(help='replace a checkpoint that is there')] = False,
) -> None:
    """Turn an author's published weights into a checkpoint, by a strict key map.

    Example: policy-stack import height 237400.pt --out checkpoints/authors_rand
    """
    if policy != 'height':
        raise Refusal(f'there is no importer for {policy!r}; known: height')
    folder = out or Path('checkpoints') / f'{policy}_{file.stem}'
    if folder.exists() and not overwrite:
        raise Refusal(f'{folder} is there already: choose another --out, or give --overwrite')
    from policy_nodes.policies.height_import import import_height
    from policy_nodes.training.export_height import export_height

    network = import_height(file, people)
    card = (
        f'# {folder.name}\n\nWeights imported from `{file.name}`; their authors hold the rights. '
        f'{network.people} slots of people, {network.edge_features} numbers a person, '
        f'{network.rays} rays.\n'
    )
    written = export_height(
        network,
        folder,
        Trained(recipe='import', source=file.name),
        card,
        scenario='rand' if network.edge_features == 4 else 'hallway',
        v_min=V_MIN[network.edge_features],
        overwrite=overwrite,
    )
    Console().print(
        f'{written.name}: {network.people} slots of people, {network.edge_features} numbers a '
        f'person, {network.rays} rays. Evaluate it: policy-stack eval turtlebot --policy height '
        f'--checkpoint {folder}',
        soft_wrap=True,
        highlight=False,
    )
