"""`policy-stack list`, `check` and `import`: checkpoints and their contracts."""

from pathlib import Path
from typing import Annotated, NamedTuple

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
    robot: Annotated[
        str | None,
        typer.Option(help='hold the contract against this robot; by default its own'),
    ] = None,
) -> None:
    """Check a checkpoint: weights, contract against the robot, and its golden trace.

    The trace is replayed through the code that the node runs. Exit status 1 if anything differs.

    Example: policy-stack check height_arena
    """
    opened = Checkpoint.open(resolve_checkpoint(checkpoint))
    offered = robot_file(robot or opened.contract.robot)
    agreement = opened.compare(RobotInterface.read(offered))
    golden = opened.golden()
    # torch takes seconds to import, and what is refused above needs none of it
    from policy_nodes.evaluation.golden_runs import golden_run

    steps, difference = None, None
    if opened.weights_disagreement() is None:
        steps, difference = golden.steps, first_difference(golden, golden_run(opened))
    Console().print(check_report(opened, agreement, steps, difference))
    if not agreement.agrees or difference is not None:
        raise typer.Exit(1)


def import_weights(
    policy: Annotated[str, typer.Argument(help='whose weights: height, sam2act or sam2act_plus')],
    file: Annotated[
        Path,
        typer.Argument(help='.pt, .pth, .safetensors, or, of height, .npz with sd.* arrays'),
    ],
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
    importers = {
        'height': _import_height,
        'sam2act': _import_sam2act,
        'sam2act_plus': _import_sam2act,
    }
    if policy not in importers:
        raise Refusal(f'there is no importer for {policy!r}; known: {", ".join(importers)}')
    if people is not None and policy != 'height':
        raise Refusal(f'--people is for height; {policy} knows no people')
    folder = out or Path('checkpoints') / f'{policy}_{file.stem}'
    if folder.exists() and not overwrite:
        raise Refusal(f'{folder} is there already: choose another --out, or give --overwrite')
    said = importers[policy](Wanted(policy, file, folder, people, overwrite))
    Console().print(said, soft_wrap=True, highlight=False)


class Wanted(NamedTuple):
    """What `policy-stack import` was asked for.

    Attributes:
        policy: whose weights.
        file: that holds them.
        folder: to write.
        people: slots of people; None for the usual number.
        overwrite: replace a checkpoint that is there.
    """

    policy: str
    file: Path
    folder: Path
    people: int | None
    overwrite: bool


def _import_height(wanted: Wanted) -> str:
    from policy_nodes.policies.height_import import import_height
    from policy_nodes.training.export_height import export_height

    network = import_height(wanted.file, wanted.people)
    sizes = (
        f'{network.people} slots of people, {network.edge_features} numbers a person, '
        f'{network.rays} rays'
    )
    written = export_height(
        network,
        wanted.folder,
        Trained(recipe='import', source=wanted.file.name),
        _card(wanted, sizes),
        scenario='rand' if network.edge_features == 4 else 'hallway',
        v_min=V_MIN[network.edge_features],
        overwrite=wanted.overwrite,
    )
    return (
        f'{written.name}: {sizes}. Evaluate it: policy-stack eval turtlebot --policy height '
        f'--checkpoint {wanted.folder}'
    )


def _import_sam2act(wanted: Wanted) -> str:
    from policy_nodes.policies.sam2act_import import import_sam2act
    from policy_nodes.training.export_sam2act import export_sam2act

    network = import_sam2act(wanted.file, memory=wanted.policy == 'sam2act_plus')
    steps = network.config.sam2.memory.steps
    sizes = f'remembers {steps} key steps' if network.config.memory else 'no memory'
    written = export_sam2act(
        network,
        wanted.folder,
        Trained(recipe='import', source=wanted.file.name),
        _card(wanted, f'{wanted.policy}, {sizes}; instructions are read by CLIP'),
        language='clip',
        overwrite=wanted.overwrite,
    )
    return f'{written.name}: {wanted.policy}, {sizes}; instructions are read by CLIP (RN50)'


def _card(wanted: Wanted, sizes: str) -> str:
    return (
        f'# {wanted.folder.name}\n\nWeights imported from `{wanted.file.name}`; their authors '
        f'hold the rights. {sizes[0].upper()}{sizes[1:]}.\n'
    )
