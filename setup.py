"""Build for pip; colcon builds the same tree through CMakeLists.txt and reads setup.cfg alone."""

from pathlib import Path

from setuptools import find_packages, setup

SHARE = Path('share/policy_stack')


def share_files(*folders: str) -> list[tuple[str, list[str]]]:
    """List what an installed package needs besides Python, laid out as ROS 2 shares it."""
    found: dict[str, list[str]] = {str(SHARE): ['package.xml']}
    for folder in folders:
        for path in sorted(Path(folder).rglob('*')):
            if path.is_file() and '__pycache__' not in path.parts:
                found.setdefault(str(SHARE / path.parent), []).append(str(path))
    return sorted(found.items())


setup(
    long_description=Path('README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    packages=find_packages(include=('policy_nodes*', 'ros2_embedded*')),
    data_files=share_files('launch', 'config', 'checkpoints', 'msg', 'srv', 'action'),
    package_data={'ros2_embedded': ['interfaces/**/*.*', 'examples/**/*.*', 'startup/*.py']},
)
