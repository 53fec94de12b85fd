"""What `policy-stack view` cannot show, and how it says so."""

import shutil
import sys

import pytest

pytest.importorskip('rerun.chunk', reason='reads .rrd files back; needs rerun-sdk 0.41 or later')

from drives import record
from rrd import rows
from typer import Typer
from typer.testing import CliRunner

from policy_nodes.commands.refusals import REFUSALS
from policy_nodes.commands.view import view
from policy_stack.msg import TaskGoal, TrackedPersons

APP = Typer()
APP.command()(view)


def refused(*asked):
    """The sentence of a refusal."""
    told = CliRunner().invoke(APP, [str(each) for each in asked])
    assert isinstance(told.exception, REFUSALS), (told.exception, told.output)
    sentence = str(told.exception)
    assert '\n' not in sentence
    return sentence


@pytest.fixture
def out(tmp_path):
    """A file to write into, which a refusal leaves unwritten."""
    path = tmp_path / 'out.rrd'
    yield path
    assert not path.exists()


def test_a_folder_that_is_not_there(tmp_path, out):
    sentence = refused(tmp_path / 'nowhere', '--save', out)
    assert 'there is no' in sentence
    assert 'nowhere' in sentence


def test_a_folder_without_recordings(tmp_path, out):
    (tmp_path / 'run.json').write_text('{}')
    assert 'holds no recording' in refused(tmp_path, '--save', out)


def test_an_episode_that_is_not_there(run_folder, out):
    sentence = refused(run_folder, '--episode', 7, '--save', out)
    assert 'episode_007.mcap' in sentence
    assert 'episode_000.mcap, episode_001.mcap' in sentence


@pytest.mark.parametrize('content', [b'', b'no MCAP, only words' * 50, b'\x89MCAP0\r\n'])
def test_a_file_that_is_no_recording(tmp_path, out, content):
    path = tmp_path / 'words.mcap'
    path.write_bytes(content)
    assert 'words.mcap' in refused(path, '--save', out)


def test_a_damaged_recording_is_drawn_as_far_as_it_is_sound(run_folder, drive, tmp_path):
    whole = (run_folder / 'episode_000.mcap').read_bytes()
    path, out = tmp_path / 'torn.mcap', tmp_path / 'torn.rrd'
    path.write_bytes(whole[: len(whole) * 2 // 3])
    told = CliRunner().invoke(APP, [str(path), '--save', str(out)])
    assert told.exit_code == 0, told.output
    assert 'torn.mcap: ' in ' '.join(told.output.split())
    assert out.exists()


def test_a_recording_damaged_from_the_start(run_folder, tmp_path, out):
    whole = bytearray((run_folder / 'episode_000.mcap').read_bytes())
    whole[8:] = bytes(len(whole) - 8)
    path = tmp_path / 'zeros.mcap'
    path.write_bytes(whole)
    assert 'zeros.mcap' in refused(path, '--save', out)


def test_a_recording_of_another_namespace_names_it(drive, tmp_path, out):
    record(tmp_path / 'other.mcap', drive[0], namespace='robot7/')
    sentence = refused(tmp_path / 'other.mcap', '--save', out)
    assert 'robots under robot7: use --namespace' in sentence


def test_a_recording_of_something_else(tmp_path, out):
    record(tmp_path / 'else.mcap', [('chatter', TaskGoal())])
    assert 'nothing that is drawn' in refused(tmp_path / 'else.mcap', '--save', out)


def test_a_topic_of_another_type_is_left_out_and_named(drive, tmp_path):
    record(tmp_path / 'odd.mcap', [*drive[0], ('odd/odom', TrackedPersons())])
    record(tmp_path / 'bad.mcap', [('scan', TaskGoal()), ('goal', TaskGoal())])
    out = tmp_path / 'bad.rrd'
    told = CliRunner().invoke(APP, [str(tmp_path / 'bad.mcap'), '--save', str(out)])
    assert told.exit_code == 0, told.output
    said = ' '.join(told.output.split())
    assert '/scan is not drawn: it is policy_stack/msg/TaskGoal' in said
    assert '1 messages drawn' in said


def test_recordings_whose_clocks_overlap(run_folder, tmp_path, out):
    shutil.copy(run_folder / 'episode_000.mcap', tmp_path / 'episode_000.mcap')
    shutil.copy(run_folder / 'episode_000.mcap', tmp_path / 'episode_001.mcap')
    sentence = refused(tmp_path, '--save', out)
    assert 'clocks of episode_000.mcap and episode_001.mcap overlap' in sentence
    assert '--episode' in sentence


@pytest.mark.parametrize(
    ('name', 'words'),
    [
        ('out.mcap', 'has to end in .rrd'),
        ('nowhere/out.rrd', 'there is no folder'),
        ('folder.rrd', 'is a folder'),
    ],
)
def test_a_file_that_cannot_be_written(run_folder, tmp_path, name, words):
    (tmp_path / 'folder.rrd').mkdir()
    assert words in refused(run_folder, '--save', tmp_path / name)


@pytest.mark.parametrize(
    ('options', 'words'),
    [
        (('RUN', '--live'), 'is recorded'),
        (('RUN', '--seconds', '3'), '--seconds is for a live view'),
        (('--episode', '0'), '--episode chooses'),
        (('--live', '--seconds', '0'), 'above 0'),
        (('--live', '--seconds', 'nan'), 'above 0'),
        (('RUN', '--save', 'a.rrd', '--connect', 'x'), 'exclude each other'),
        (('RUN', '--connect', 'nonsense'), 'no address of a Rerun viewer'),
        (('RUN', '--connect', 'rerun+http://127.0.0.1:99999/proxy'), 'no address'),
        (('RUN', '--connect', 'rerun+http://127.0.0.1:1/proxy'), 'no Rerun viewer answers'),
    ],
)
def test_options_that_do_not_go_together(run_folder, options, words):
    assert words in refused(*(run_folder if each == 'RUN' else each for each in options))


def test_no_display_and_no_file(run_folder, monkeypatch):
    monkeypatch.delenv('DISPLAY', raising=False)
    monkeypatch.delenv('WAYLAND_DISPLAY', raising=False)
    if sys.platform != 'linux':
        pytest.skip('only Linux can be without a display')
    assert '--save FILE.rrd' in refused(run_folder)


def test_a_missing_viewer_is_named_with_its_extra(run_folder, monkeypatch, out):
    monkeypatch.setitem(sys.modules, 'rerun', None)
    assert "pip install 'policy-stack[view]'" in refused(run_folder, '--save', out)


def test_an_old_viewer_is_refused(run_folder, monkeypatch, out):
    import rerun

    monkeypatch.setattr(rerun, '__version__', '0.26.2')
    assert 'rerun-sdk 0.26.2 is too old' in refused(run_folder, '--save', out)


def test_a_graph_that_says_nothing(domain_id, tmp_path):
    sentence = refused('--live', '--seconds', '0.5', '--save', tmp_path / 'silent.rrd')
    assert 'nothing came on any topic under /' in sentence


def test_a_namespace_of_a_wrong_form(domain_id, tmp_path):
    sentence = refused('--live', '--namespace', 'a b', '--save', tmp_path / 'odd.rrd')
    assert "'a b' is no namespace" in sentence


def test_a_recording_has_rows_even_where_only_the_goal_is_known(tmp_path):
    record(tmp_path / 'goal.mcap', [('goal', TaskGoal())])
    out = tmp_path / 'goal.rrd'
    told = CliRunner().invoke(APP, [str(tmp_path / 'goal.mcap'), '--save', str(out)])
    assert told.exit_code == 0, told.output
    assert rows(out)['/world/goal'] == 1
