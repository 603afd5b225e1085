"""Sockets: HTTP/1.1 in, the door or an exchange, and the answer the way that a fault wants it."""

import argparse
import os
import select
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stub import door
from stub import services as _services  # noqa: F401  (fills the table of operations)
from stub.exchange import Stub


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    stub = None

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def handle_expect_100(self):
        going_on = super().handle_expect_100()
        self.wfile.flush()  # or the client waits for a second before it sends its body
        return going_on

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass  # what was left to say to a client that is gone

    def answer(self):
        body = self._body()
        if self.path.startswith("/_stub/"):
            status, text = door.open_door(self.stub, self.command, self.path, body)
            return self._send(status, {"Content-Type": "application/json"}, text.encode())
        answer = self.stub.exchange(self.command, self.path, self.headers, body)
        match answer.way:
            case "whole":
                self._send(answer.status, answer.headers, answer.body)
            case "cut":
                self._send(answer.status, answer.headers, answer.body, part=max(1, len(answer.body) // 2))
                self._close()
            case "nothing":
                self._close()
            case "paused":
                self._pause()
                self._send(answer.status, answer.headers, answer.body)
            case _:
                self._hold(answer.way == "held")

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer

    def _body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(iter(self._chunk, b""))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return unsigned(body) if "aws-chunked" in self.headers.get("Content-Encoding", "") else body

    def _chunk(self):
        size = int(self.rfile.readline().split(b";")[0], 16)
        chunk = self.rfile.read(size)
        self.rfile.readline()
        return chunk

    def _send(self, status, headers, body, part=None):
        self.send_response(status)
        sized = "Content-Length" in headers and self.command == "HEAD"
        for name, value in headers.items():
            if name != "Content-Length" or sized:
                self.send_header(name, value)
        if not sized:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:part] if part else body)
        self.wfile.flush()

    def _hold(self, counted):
        """No answer, until the client has gone away."""
        self.wfile.flush()
        with self.stub.lock:
            self.stub.held += counted
        while True:
            select.select([self.connection], [], [])
            if not self.connection.recv(4096):
                break
        with self.stub.lock:
            self.stub.held -= counted
        self._close()

    def _pause(self):
        with self.stub.lock:
            self.stub.held += 1
            released = self.stub.released
        released.wait()
        with self.stub.lock:
            self.stub.held -= 1

    def _close(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the client was quicker

    def log_message(self, *_):
        pass


def unsigned(body):
    """What is in an `aws-chunked` body: chunks with their size, perhaps signed, and trailers behind them."""
    out, rest = [], body
    while rest:
        line, _, rest = rest.partition(b"\r\n")
        size = int(line.split(b";")[0], 16)
        if size == 0:
            break
        out.append(rest[:size])
        rest = rest[size + 2 :]
    return b"".join(out)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main(argv):
    parser = argparse.ArgumentParser(description="A small AWS for tests.")
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args(argv)
    Handler.stub = Stub()
    server = Server(("127.0.0.1", arguments.port), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)  # held connections must not keep the process
