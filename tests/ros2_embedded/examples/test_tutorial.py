"""What the tutorial on ROS 2 without ROS 2 tells to do can be done."""

from __future__ import annotations

from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[3] / 'docs' / 'tutorials' / 'ros2_without_ros.md'


@pytest.fixture
def battery(embedded, tmp_path):
    """The node that the page shows, running."""
    text = PAGE.read_text(encoding='utf-8')
    code = text.partition('<!-- a test runs this block -->\n```python\n')[2].partition('```')[0]
    (tmp_path / 'battery.py').write_text(code, encoding='utf-8')
    return embedded('run', 'battery.py')


def test_the_node_of_the_page_is_watched_changed_and_called(battery, embedded):
    echo = embedded('topic', 'echo', '/battery_state', '--field', 'percentage')
    echo.says(r'^0\.\d+')
    change = embedded('param', 'set', '/battery', 'drain', '0.05')
    change.says('Set parameter successful')
    assert change.end() == 0
    call = embedded('service', 'call', '/charge', 'std_srvs/srv/Trigger')
    call.says(r"success=True, message='was at \d+%'")
    assert call.end() == 0
    assert battery.interrupt() == 0, battery.text
