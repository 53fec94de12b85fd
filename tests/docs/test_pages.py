"""What the pages show works: commands parse, links lead somewhere, code runs."""

from __future__ import annotations

import configparser
import importlib.util
import re
import shlex
from pathlib import Path

import pytest
import torch
import typer

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob('*.md'), *(ROOT / 'docs').rglob('*.md')])
# Commands of others, which are taken as they are written.
FOREIGN = {
    'cd',
    'colcon',
    'export',
    'git',
    'pip',
    'python3',
    'ros2',
    'source',
    'sudo',
    '.venv/bin/pip',
}


def commands_of(page: Path) -> list[str]:
    """Lines of the blocks marked sh, with continued lines joined."""
    blocks = re.findall(r'^```sh\n(.*?)^```', page.read_text(encoding='utf-8'), re.M | re.S)
    joined = '\n'.join(blocks).replace('\\\n', ' ')
    return [line.strip() for line in joined.splitlines() if line.strip()]


SHOWN = [(page, line) for page in PAGES for line in commands_of(page)]


@pytest.fixture(scope='module')
def policy_stack():
    from policy_nodes.cli import app

    return typer.main.get_command(app)


@pytest.mark.parametrize(
    ('page', 'line'), SHOWN, ids=[f'{page.stem}: {line}' for page, line in SHOWN]
)
def test_a_shown_command_can_be_given(page, line, policy_stack):
    words = shlex.split(line.partition(' > ')[0], comments=True)
    while re.fullmatch(r'[A-Z_]+=\S*', words[0]):
        words.pop(0)
    program, *arguments = words
    if program == 'policy-stack':
        parse(policy_stack, arguments)
    elif program == 'ros2-embedded':
        parse_without_ros(policy_stack, arguments)
    elif program == 'make':
        targets = re.findall(r'^(\w+):', (ROOT / 'Makefile').read_text(encoding='utf-8'), re.M)
        wanted = [word for word in arguments if '=' not in word]
        assert set(wanted) <= set(targets)
    elif program in ('pytest', '.venv/bin/pytest', 'python'):
        assert all((ROOT / word).exists() for word in arguments if not word.startswith('-'))
    else:
        assert program in FOREIGN or program == '.venv/bin/pre-commit'


def parse_without_ros(policy_stack, arguments):
    """Check a command of ros2_embedded: an example, or one that policy-stack has as well."""
    if arguments[0] == 'run' and arguments[1].endswith('.py'):
        folder, _, name = arguments[1].rpartition('/')
        assert not folder or (ROOT / 'ros2_embedded' / 'examples' / name).exists()
    elif arguments[0] not in ('examples', '--version'):
        parse(policy_stack, ['ros', *arguments])


def parse(command, arguments):
    """Parse as the program would, and run nothing; a wrong name or value raises."""
    context = command.make_context('policy-stack', list(arguments))
    while hasattr(command, 'resolve_command'):
        name, command, arguments = command.resolve_command(context, list(arguments))
        context = command.make_context(name, list(arguments), parent=context)


def test_a_command_that_is_misspelt_would_be_found(policy_stack):
    for arguments in (['chekc', 'x'], ['check'], ['eval', 'turtlebot', '--polcy', 'height']):
        with pytest.raises(Exception, match=r'(?i)no such|missing'):
            parse(policy_stack, arguments)


@pytest.mark.parametrize('page', PAGES, ids=[page.name for page in PAGES])
def test_every_link_leads_to_a_file(page):
    for target in re.findall(r'\]\(([^)#\s]+)[^)]*\)', page.read_text(encoding='utf-8')):
        if not target.startswith(('http://', 'https://')):
            assert (page.parent / target).exists(), target


def test_every_page_is_in_the_index():
    index = (ROOT / 'docs' / 'README.md').read_text(encoding='utf-8')
    for page in (ROOT / 'docs').rglob('*.md'):
        if page.name != 'README.md':
            assert page.relative_to(ROOT / 'docs').as_posix() in index, page.name


def test_every_dependency_is_described_and_no_other():
    config = configparser.ConfigParser()
    config.read(ROOT / 'setup.cfg', encoding='utf-8')
    extras = dict(config['options.extras_require'])
    asked = [config['options']['install_requires'], *extras.values()]
    wanted = {re.split(r'[<>=~!\[; ]', line.strip())[0] for text in asked for line in text.split()}
    page = (ROOT / 'docs' / 'dependencies.md').read_text(encoding='utf-8')
    told = set(re.findall(r'^\| ([\w-]+) \|', page, re.M)) - {'package'}
    assert told == wanted


@pytest.fixture
def cautious(tmp_path):
    """The policy that the page on adding one shows."""
    page = (ROOT / 'docs' / 'how-to' / 'add_a_policy.md').read_text(encoding='utf-8')
    code = page.partition('<!-- a test runs this block -->\n```python\n')[2].partition('```')[0]
    (tmp_path / 'cautious.py').write_text(code, encoding='utf-8')
    spec = importlib.util.spec_from_file_location('cautious', tmp_path / 'cautious.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CautiousPolicy


def test_the_policy_of_the_page_on_adding_one_drives(cautious, monkeypatch):
    from policy_nodes.evaluation.crowd_episodes import run_episodes
    from policy_nodes.policies import loading
    from policy_nodes.simulation.crowd.counter_random import episode_seeds
    from policy_nodes.simulation.crowd.generate import generate
    from policy_nodes.simulation.crowd.scenario import find_scenario

    monkeypatch.setitem(loading.POLICIES, 'cautious', cautious)
    loaded = loading.load_policy('cautious')
    torch.set_num_threads(1)
    episodes = generate(find_scenario('less_human'), episode_seeds(1, 0, 4, 'cpu'))
    table = run_episodes(loaded.policy, episodes)
    assert (table.path > 0.5).all()
    assert (table.outcome >= 2).all()
