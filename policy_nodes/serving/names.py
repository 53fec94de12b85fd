"""Names that nodes and commands know without the packages that a connection needs."""

REMOTE = 'remote'
SERVER = 'ws://127.0.0.1:8787'
NEEDS = ('msgpack', 'websockets')
INSTALL = 'python -m pip install "policy-stack[remote]"'
