"""A headless Chromium over its debugging pipe: what a page loads, logs and lays out.

The pipe speaks JSON, each message ended by a zero byte; the browser reads it from its file 3 and
answers on 4.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

NAMES = ('chromium', 'chromium-browser', 'google-chrome')
PATIENCE = 60.0  # [s]


class Browser:
    """One page in one browser; use it as a context."""

    def __init__(self, home: Path, width: int = 1200, height: int = 900) -> None:
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            pytest.skip(f'no browser is installed here (looked for {", ".join(NAMES)})')
        to_browser, from_here = os.pipe()
        to_here, from_browser = os.pipe()
        # away from the numbers that they are to have in the browser
        inside = [fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in (to_browser, from_browser)]

        def place() -> None:
            os.dup2(inside[0], 3)
            os.dup2(inside[1], 4)

        self._process = subprocess.Popen(
            [
                program,
                '--headless=new',
                '--remote-debugging-pipe',
                '--no-sandbox',
                '--disable-gpu',
                '--disable-dev-shm-usage',
                '--hide-scrollbars',
                f'--user-data-dir={home}',
                f'--window-size={width},{height}',
                'about:blank',
            ],
            preexec_fn=place,
            pass_fds=(3, 4),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for each in (to_browser, from_browser, *inside):
            os.close(each)
        self._write, self._read = from_here, to_here
        self._rest, self._number, self._session = b'', 0, ''
        self.events: list[dict] = []

    def __enter__(self) -> Browser:
        try:
            pages = self.ask('Target.getTargets')['targetInfos']
            page = next(each for each in pages if each['type'] == 'page')
            attached = self.ask('Target.attachToTarget', targetId=page['targetId'], flatten=True)
            self._session = attached['sessionId']
            for domain in ('Page', 'Runtime', 'Log', 'Network'):
                self.ask(f'{domain}.enable')
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._write)
        os.close(self._read)

    def ask(self, method: str, **parameters: object) -> dict:
        """Send a command and wait for its answer; events that come meanwhile are kept."""
        self._number += 1
        message = {'id': self._number, 'method': method, 'params': parameters}
        if self._session:
            message['sessionId'] = self._session
        os.write(self._write, json.dumps(message).encode() + b'\0')
        while True:
            answer = self._next()
            if answer.get('id') == self._number:
                assert 'error' not in answer, answer
                return answer['result']

    def _next(self) -> dict:
        until = time.monotonic() + PATIENCE
        while b'\0' not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(until - time.monotonic(), 0))
            assert ready, 'the browser does not answer'
            more = os.read(self._read, 1 << 20)
            assert more, 'the browser ended'
            self._rest += more
        message, self._rest = self._rest.split(b'\0', 1)
        decoded = json.loads(message)
        if 'method' in decoded:
            self.events.append(decoded)
        return decoded

    def open(self, page: Path, *, scheme: str = 'light') -> None:
        """Show a page of the disk and wait until it is there."""
        self.ask(
            'Emulation.setEmulatedMedia',
            features=[{'name': 'prefers-color-scheme', 'value': scheme}],
        )
        self.events.clear()
        self.ask('Page.navigate', url=page.as_uri())
        while not any(each['method'] == 'Page.loadEventFired' for each in self.events):
            self._next()

    def value(self, expression: str) -> object:
        """Evaluate an expression in the page."""
        answer = self.ask('Runtime.evaluate', expression=expression, returnByValue=True)
        assert 'exceptionDetails' not in answer, answer
        return answer['result'].get('value')

    def requests(self) -> list[str]:
        """Everything that the page asked for, itself included; what lies in it does not count."""
        found = [
            each['params']['request']['url']
            for each in self.events
            if each['method'] == 'Network.requestWillBeSent'
        ]
        return [each for each in found if not each.startswith('data:')]

    def complaints(self) -> list[str]:
        """Errors and warnings of the console."""
        kinds = ('Log.entryAdded', 'Runtime.consoleAPICalled', 'Runtime.exceptionThrown')
        return [json.dumps(each['params']) for each in self.events if each['method'] in kinds]

    def screenshot(self) -> bytes:
        """The whole page as PNG."""
        answer = self.ask('Page.captureScreenshot', format='png', captureBeyondViewport=True)
        return base64.b64decode(answer['data'])
