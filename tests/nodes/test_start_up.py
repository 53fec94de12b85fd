"""S26 with real processes: the safety controller of every kind starts without torch."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lifecycle_msgs.msg import State, Transition
from node_process import CONFIG

CONTROLLER = 'safety_controller'
KINDS = {'base': 'turtlebot', 'arm': 'panda', 'legged': 'barkour'}
# what only policies, simulators, training and pictures need
FOREIGN = {'torch', 'nvidia', 'mujoco', 'matplotlib', 'scipy', 'onnxruntime', 'pandas', 'PIL'}


@pytest.mark.parametrize('kind', KINDS)
def test_s26_the_process_answers_configured_by_its_robot_and_has_no_torch_mapped(
    kind, processes, station
):
    file = CONFIG / KINDS[kind] / 'safety_controller.yaml'
    process = processes(
        CONTROLLER,
        *('-p', f'kind:={kind}', '-r', f'__ns:=/{kind}', '--params-file', str(file)),
    )
    name = f'/{kind}/{CONTROLLER}'
    assert station.state_of(name) == State.PRIMARY_STATE_UNCONFIGURED
    assert station.change(name, Transition.TRANSITION_CONFIGURE)
    mapped = Path(f'/proc/{process.process.pid}/maps').read_text(encoding='utf-8')
    packages = set(re.findall(r'/site-packages/(\w+)', mapped))
    assert 'numpy' in packages  # or nothing would be seen here
    assert not packages & FOREIGN
    process.end()


def test_s26_what_the_controller_imports_holds_no_network_no_world_and_no_pictures(
    processes, station, tmp_path
):
    script = tmp_path / 'listing.py'
    script.write_text(
        'import sys\n'
        'from policy_nodes.nodes import safety_controller\n'
        'print(*sorted(sys.modules), sep="\\n", flush=True)\n',
        encoding='utf-8',
    )
    process = processes(str(script))
    assert process.wait(60.0) == 0
    modules = set(process.said().split())
    assert 'policy_nodes.safety.base_controller' in modules
    packages = {name.partition('.')[0] for name in modules}
    assert not packages & FOREIGN
    ours = {name for name in modules if name.startswith('policy_nodes.')}
    layers = {name.split('.')[1] for name in ours}
    assert layers <= {'contract', 'geometry', 'nodes', 'perception', 'safety'}, layers
