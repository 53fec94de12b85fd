"""The token of a policy server is made once, kept from others, and never guessed."""

from __future__ import annotations

import pytest

from policy_nodes.contract.errors import ContractError
from policy_nodes.serving.token import read_or_make_token, read_token, usual_token_file


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.delenv('POLICY_STACK_TOKEN', raising=False)
    monkeypatch.setenv('XDG_CONFIG_HOME', str(tmp_path))
    return tmp_path


def test_the_first_server_makes_a_token_that_only_its_user_reads(home):
    made = read_or_make_token()
    assert len(made) >= 32
    file = usual_token_file()
    assert file.is_relative_to(home)
    assert file.stat().st_mode & 0o077 == 0
    assert read_token() == read_or_make_token() == made
    assert read_or_make_token(home / 'other') != made


def test_the_environment_goes_before_the_usual_file_and_a_named_file_before_both(
    home, monkeypatch
):
    made = read_or_make_token(home / 'named')
    monkeypatch.setenv('POLICY_STACK_TOKEN', 'x' * 20)
    assert read_token() == read_or_make_token() == 'x' * 20
    assert not usual_token_file().exists()
    assert read_token(home / 'named') == made


def test_a_token_that_others_may_read_is_refused(home):
    read_or_make_token()
    usual_token_file().chmod(0o644)
    with pytest.raises(ContractError, match='others may read the token; chmod 600'):
        read_token()


@pytest.mark.parametrize('text', ['', 'short', 'with a space in its middle', 'ümlaut' * 5])
def test_what_is_no_token_is_refused(home, text):
    file = home / 'token'
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(ContractError, match=r'token'):
        read_token(file)


def test_a_robot_without_a_token_is_told_where_one_comes_from():
    with pytest.raises(ContractError, match='`policy-stack serve` makes one'):
        read_token()
