"""How long SAM2Act takes from camera images to a key pose, and whether speed changes the answer.

    python benchmarks/sam2act.py --fit 200                       # authors' size on a CUDA device
    python benchmarks/sam2act.py --size small --device cpu --threads 2

Needs torch and numpy alone. The plain path computes in single precision, TF32 off, op by op. On a
CUDA device the fast path stands beside it: matrix products in bfloat16, replayed as CUDA graphs.
A run begins with four images of 128 x 128 pixels, colour and depth, and ends with the key pose on
the processor: unprojection, both renderings and all transfers count. It is timed at the first key
step of an episode and, with memory, where the memory is full.

Heat maps of random weights are flat, and their peaks mean nothing. `--fit` first teaches the
network the key poses of the inputs by so many gradient steps; `--checkpoint` takes trained weights
of ours. The key poses of both paths are then held against TOLERANCE, and the exit status is 1
where they differ by more. Heat maps are compared in any case: `maps` is the root mean square of
the difference over that of the plain logits about their mean, over both stages.
"""

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.models.sam2act.config import Sam2ActConfig, small_sam2act
from policy_nodes.models.sam2act.network import Sam2Act, Teacher
from policy_nodes.policies.sam2act import Hand, Sam2ActPolicy, proprioception
from policy_nodes.policies.sam2act_cloud import SceneBounds, merge_views
from policy_nodes.training.sam2act_loss import Targets, losses
from policy_nodes.training.sam2act_targets import heat_maps, rotation_bins

SIDE = 128  # of an image [pixel]
POINTS = 4 * SIDE**2
OPENED = Hand(True, 0.04, 0.04)
EYES = ((1.35, 0.0, 1.55), (-0.35, 0.6, 1.7), (-0.35, -0.6, 1.7), (0.3, 0.05, 1.35))
AIMS = ((0.2, 0.0, 0.75), (0.25, 0.0, 0.75), (0.25, 0.0, 0.75), (0.25, 0.0, 0.75))
TABLE = ((0.2, 0.0, 0.742), (0.5, 0.5, 0.01))
WARM_UP = 5
TOLERANCE = {'waypoint_mm': 2.5, 'rotation_bins': 1, 'hand': 0, 'maps': 0.05}
"""Two cells of the fine grid of the authors' size, and one bin of 5 degrees."""


class View(NamedTuple):
    """What one camera sees."""

    rgb: np.ndarray
    depth: np.ndarray
    intrinsics: np.ndarray
    camera_from_world: np.ndarray


class Scene(NamedTuple):
    """One input and the key pose that `--fit` teaches for it."""

    views: list[View]
    language: np.ndarray
    pose: KeyPose


def look(eye: np.ndarray, aim: np.ndarray) -> np.ndarray:
    """Transform (4, 4) from the world to a camera at `eye` that looks at `aim`."""
    ahead = (aim - eye) / np.linalg.norm(aim - eye)
    right = np.cross(ahead, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    rotation = np.stack((right, np.cross(ahead, right), ahead))
    camera = np.eye(4)
    camera[:3, :3], camera[:3, 3] = rotation, -rotation @ eye
    return camera


def photograph(camera: np.ndarray, boxes: list[tuple], colours: np.ndarray) -> View:
    """Draw boxes (centre, half sides) that lie along the axes, as seen by a camera."""
    focal = SIDE / 2 / np.tan(np.radians(30))
    intrinsics = np.array([[focal, 0, (SIDE - 1) / 2], [0, focal, (SIDE - 1) / 2], [0, 0, 1.0]])
    row, column = np.mgrid[:SIDE, :SIDE]
    ray = np.stack(((column - intrinsics[0, 2]) / focal, (row - intrinsics[1, 2]) / focal), -1)
    ray = np.concatenate((ray, np.ones((SIDE, SIDE, 1))), -1) @ camera[:3, :3]
    eye = -camera[:3, :3].T @ camera[:3, 3]
    depth = np.full((SIDE, SIDE), np.inf)
    shown = np.zeros((SIDE, SIDE), int)
    for number, (centre, half) in enumerate(boxes):
        with np.errstate(divide='ignore'):
            near = (np.array(centre) - np.sign(ray) * half - eye) / ray
            far = (np.array(centre) + np.sign(ray) * half - eye) / ray
        enters, leaves = near.max(-1), far.min(-1)
        wins = (enters < leaves) & (enters > 0) & (enters < depth)
        depth, shown = np.where(wins, enters, depth), np.where(wins, number, shown)
    shade = 0.8 + 0.2 * np.random.default_rng(0).random((SIDE, SIDE, 1))  # a little texture
    rgb = np.where(np.isfinite(depth)[..., None], colours[shown] * shade, 0)
    return View(rgb.astype(np.uint8), depth.astype(np.float32), intrinsics, camera)


def draw_scene(seed: int, config: Sam2ActConfig) -> Scene:
    """Draw blocks on a table; the key pose stands on the first one."""
    random = np.random.default_rng(seed)
    boxes: list[tuple] = [TABLE]
    for _ in range(4):
        half = random.uniform(0.02, 0.05, 3)
        x, y = random.uniform((0.0, -0.3), (0.5, 0.3))
        boxes.append(((x, y, 0.752 + half[2]), half))
    colours = np.concatenate(((150, 120, 90), random.integers(40, 255, 12))).reshape(5, 3)
    cameras = [look(np.array(eye), np.array(aim)) for eye, aim in zip(EYES, AIMS, strict=True)]
    (x, y, z), half = boxes[1]
    turn = random.uniform(-0.7, 0.7)
    pose = KeyPose(
        position=np.array((x, y, z + half[2])),
        # fingers down, turned about the vertical
        quaternion=np.array((np.cos(turn / 2), np.sin(turn / 2), 0.0, 0.0)),
        gripper=float(seed % 2),
        ignore_collisions=bool(seed % 3),
    )
    language = random.standard_normal((config.language_tokens, config.language_width))
    views = [photograph(camera, boxes, colours) for camera in cameras]
    return Scene(views, language.astype(np.float32), pose)


def fit(network: Sam2Act, scenes: list[Scene], steps: int, device: torch.device) -> None:
    """Teach a network the key poses of the scenes; its image encoder stays as it is."""
    bounds, config = SceneBounds(), network.config

    def tensor(values: Any) -> torch.Tensor:
        return torch.tensor(np.array(values), dtype=torch.float32, device=device)

    points = torch.full((len(scenes), POINTS, 3), torch.nan, device=device)
    colours = torch.zeros_like(points)
    for row, scene in enumerate(scenes):
        cloud = merge_views(scene.views, bounds)
        points[row, : len(cloud.points)] = tensor(bounds.to_cube(cloud.points))
        colours[row, : len(cloud.points)] = tensor(cloud.colours)
    robot = tensor([proprioception(OPENED, 0)] * len(scenes))
    language = tensor([scene.language for scene in scenes])
    place = tensor([bounds.to_cube(scene.pose.position) for scene in scenes])
    bins = rotation_bins(tensor([s.pose.quaternion for s in scenes]), config.rotation_bins)
    gripper = torch.tensor([int(s.pose.gripper) for s in scenes], device=device)
    collisions = torch.tensor([int(s.pose.ignore_collisions) for s in scenes], device=device)
    learning = [p for name, p in network.named_parameters() if not name.startswith('sam2.')]
    network.requires_grad_(False)
    for parameter in learning:
        parameter.requires_grad_(True)
    optimiser = torch.optim.AdamW(learning, 3e-4)
    warm = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / 20, 1.0) * (1 - 0.9 * step / steps)
    )
    network.to(device).train()
    for _ in range(steps):
        centre = place + (torch.rand_like(place) * 2 - 1) * 0.05
        near = (place - centre) * config.zoom
        targets = Targets(
            heat_maps(place, config.image_size, 1.5),
            heat_maps(near, config.image_size, 1.5),
            bins,
            gripper,
            collisions,
        )
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == 'cuda'):
            output = network(
                points, colours, robot, language, teacher=Teacher(centre, place, bins)
            )
        loss = torch.stack(list(losses(output, targets).values())).sum()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        warm.step()
    network.requires_grad_(False).eval()
    print(f'fitted by {steps} steps, loss {loss.item():.3f}', flush=True)


def time_runs(
    act: Callable[[], object], runs: int, before: Callable[[], None]
) -> dict[str, float]:
    """Median and 99th percentile [ms] of calls, which end with the answer on the processor.

    Also the median of the processor's time, all threads together: other work on the machine
    lengthens it far less.
    """
    taken, busy = [], []
    for number in range(WARM_UP + runs):
        before()
        began, worked = time.perf_counter(), time.process_time()
        act()
        if number >= WARM_UP:
            taken.append(time.perf_counter() - began)
            busy.append(time.process_time() - worked)
    p50, p99 = np.percentile(taken, (50, 99)) * 1e3
    return {
        'p50_ms': round(float(p50), 2),
        'p99_ms': round(float(p99), 2),
        'processor_p50_ms': round(float(np.median(busy)) * 1e3, 2),
        'runs': runs,
    }


def time_policy(policy: Sam2ActPolicy, scene: Scene, runs: int) -> dict[str, dict[str, float]]:
    """Time the first key step of an episode and, with memory, one where the memory is full."""

    def act() -> KeyPose:
        return policy.act(scene.views, OPENED, scene.language)

    figures = {'first': time_runs(act, runs, policy.reset)}
    if policy.network.config.memory:
        policy.reset()
        for _ in range(policy.network.config.sam2.memory.steps):
            act()
        figures['memory_full'] = time_runs(act, runs, lambda: None)
    return figures


class Answer(NamedTuple):
    """A key pose and the maps that it came from."""

    pose: KeyPose
    bins: np.ndarray
    maps: np.ndarray


def answers(policy: Sam2ActPolicy, scene: Scene, steps: int) -> list[Answer]:
    """Let a policy answer one scene over and over, as an episode."""
    policy.reset()
    told = []
    for _ in range(steps):
        pose = policy.act(scene.views, OPENED, scene.language)
        output = policy.output
        assert output is not None
        maps = torch.cat((output.coarse_heatmaps, output.fine_heatmaps), 1).float().cpu().numpy()
        told.append(Answer(pose, output.rotation[0].argmax(-1).cpu().numpy(), maps))
    return told


def difference(plain: Answer, fast: Answer, bins: int) -> dict[str, float]:
    """Compare what both paths say of one key step."""
    apart = np.abs(plain.bins - fast.bins)
    scale = plain.maps - plain.maps.mean((-2, -1), keepdims=True)
    return {
        'waypoint_mm': float(np.linalg.norm(plain.pose.position - fast.pose.position)) * 1e3,
        'rotation_bins': int(np.minimum(apart, bins - apart).max()),
        'hand': int(plain.pose[2:] != fast.pose[2:]),
        'maps': float(np.sqrt(((plain.maps - fast.maps) ** 2).mean() / (scale**2).mean())),
    }


def compare(plain: list[list[Answer]], fast: list[list[Answer]], bins: int) -> dict[str, float]:
    """Give the largest of every difference."""
    pairs = [
        difference(one, other, bins)
        for ours, theirs in zip(plain, fast, strict=True)
        for one, other in zip(ours, theirs, strict=True)
    ]
    return {name: round(max(pair[name] for pair in pairs), 4) for name in TOLERANCE}


def single_precision(allowed: bool) -> None:
    """Let matrix products and convolutions round to TF32, or not."""
    torch.backends.cuda.matmul.allow_tf32 = allowed
    torch.backends.cudnn.allow_tf32 = allowed


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    parser.add_argument('--size', choices=('authors', 'small'), default='authors')
    parser.add_argument('--checkpoint', type=Path, help='trained weights of ours')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--threads', type=int, help='of the processor')
    parser.add_argument('--runs', type=int, default=50)
    parser.add_argument('--inputs', type=int, default=5)
    parser.add_argument('--fit', type=int, default=0, help='gradient steps before measuring')
    parser.add_argument('--no-memory', action='store_true', help='SAM2Act instead of SAM2Act+')
    parser.add_argument('--no-graphs', action='store_true', help='bfloat16 op by op')
    parser.add_argument('--json', type=Path, help='file for the figures')
    return parser.parse_args()


def build(asked: argparse.Namespace) -> Sam2Act:
    """Make the network, or read it."""
    if asked.checkpoint is not None:
        # imported here: reading a contract takes packages that a bare GPU machine lacks
        from policy_nodes.contract.checkpoint import Checkpoint
        from policy_nodes.policies.sam2act_loading import load_sam2act

        return load_sam2act(Checkpoint.open(asked.checkpoint)).network
    torch.manual_seed(0)
    config = small_sam2act() if asked.size == 'small' else Sam2ActConfig()
    return Sam2Act(replace(config, memory=not asked.no_memory)).eval()


def main() -> int:
    """Print the figures; 1 where the answers differ by more than the tolerance."""
    asked = arguments()
    if asked.threads is not None:
        torch.set_num_threads(asked.threads)
    device = torch.device(asked.device)
    network = build(asked)
    config = network.config
    scenes = [draw_scene(seed, config) for seed in range(asked.inputs)]
    where = torch.cuda.get_device_name(device) if device.type == 'cuda' else platform.processor()
    parameters = sum(p.numel() for p in network.parameters()) / 1e6
    print(
        f'torch {torch.__version__}, {device} {where}, {torch.get_num_threads()} threads; '
        f'{parameters:.1f} M parameters, views of {config.image_size} pixels, '
        f'memory {"on" if config.memory else "off"}',
        flush=True,
    )
    if asked.fit:
        fit(network, scenes, asked.fit, device)
    judged = bool(asked.fit or asked.checkpoint)

    single_precision(False)
    plain = Sam2ActPolicy(network, device=device)
    report: dict[str, Any] = {'device': str(where), 'torch': torch.__version__}
    report['plain'] = time_policy(plain, scenes[0], asked.runs)
    told = [answers(plain, scene, 1) for scene in scenes]
    longer = [answers(plain, scene, 3) for scene in scenes] if config.memory else []
    if judged:
        off = [
            np.linalg.norm(answer[0].pose.position - scene.pose.position) * 1e3
            for answer, scene in zip(told, scenes, strict=True)
        ]
        if asked.fit:
            print(f'plain path off the fitted key poses by {np.round(off, 1).tolist()} mm')
    print_times('plain fp32', report['plain'])
    if device.type != 'cuda':
        return finish(asked, report, True)

    single_precision(True)
    fast = Sam2ActPolicy(
        network, device=device, autocast=torch.bfloat16, graphs=not asked.no_graphs
    )
    name = 'bf16, op by op' if asked.no_graphs else 'bf16, CUDA graphs'
    report['fast'] = time_policy(fast, scenes[0], asked.runs)
    print_times(name, report['fast'])
    for step, figures in report['plain'].items():
        ratio = figures['p50_ms'] / report['fast'][step]['p50_ms']
        print(f'  {step}: {ratio:.2f} times as fast')
    bins = config.rotation_bins
    report['difference'] = compare(told, [answers(fast, scene, 1) for scene in scenes], bins)
    print(f'largest difference at the first key step of {len(scenes)} inputs', end=': ')
    print(report['difference'])
    if longer:
        later = compare(longer, [answers(fast, scene, 3) for scene in scenes], bins)
        report['difference_with_memory'] = later
        print(f'with memory, three key steps each: {later}')
    if not judged:
        print('random weights: only maps are judged; see --fit')
    judging = TOLERANCE if judged else {'maps': TOLERANCE['maps']}
    same = all(report['difference'][name] <= limit for name, limit in judging.items())
    print(f'tolerance {judging}: {"the same answer" if same else "ANOTHER ANSWER"}')
    return finish(asked, report, same)


def print_times(name: str, figures: dict[str, dict[str, float]]) -> None:
    """Print a line a step."""
    for step, row in figures.items():
        print(
            f'{name:18} {step:12} p50 {row["p50_ms"]:8.2f} ms  p99 {row["p99_ms"]:8.2f} ms  '
            f'processor {row["processor_p50_ms"]:8.2f} ms  ({row["runs"]} runs)',
            flush=True,
        )


def finish(asked: argparse.Namespace, report: dict[str, Any], same: bool) -> int:
    """Write what is asked for."""
    if asked.json is not None:
        asked.json.write_text(json.dumps(report, indent=1) + '\n', encoding='utf-8')
    return 0 if same else 1


if __name__ == '__main__':
    sys.exit(main())
