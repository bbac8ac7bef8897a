"""A real HTTP server on loopback that says what a test tells it to, in the place of a language model."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
# Status and content: a text is sent as it is, anything else as JSON.
Answer = tuple[int, Any]


def chat(text: str, finish_reason: str = "stop", prompt_tokens: int = 0) -> Answer:
    """The answer of a model that says ``text``."""
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": finish_reason}
    return 200, {"choices": [choice], "usage": {"prompt_tokens": prompt_tokens}}


class Script:
    """What the server was asked, and how it answers."""

    def __init__(self, answer: Callable[[Body, int], Answer], models: Answer, delay: float) -> None:
        self.answer, self.models, self.delay = answer, models, delay
        self.asked: list[Body] = []
        self.url = ""


@contextmanager
def scripted_server(
    answer: Callable[[Body, int], Answer], models: Answer = (404, "no such page"), delay: float = 0
) -> Iterator[Script]:
    """Serve until the block ends.

    answer: from the body of a request and how many came before it; models: what ``/v1/models`` says; delay: seconds.
    """
    script = Script(answer, models, delay)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(script.models)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.asked.append({"path": self.path, "key": self.headers.get("Authorization"), **body})
            time.sleep(script.delay)
            self._send(script.answer(body, len(script.asked) - 1))

        def _send(self, answer: Answer) -> None:
            status, content = answer
            data = (content if isinstance(content, str) else json.dumps(content)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        script.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()
