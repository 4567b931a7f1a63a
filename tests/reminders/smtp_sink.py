"""A small SMTP server that takes every message and remembers it: real sockets, nothing sent on."""

import email
import email.policy
import socketserver
import threading


class Sink:
    """`with Sink() as sink:` listens on `sink.url`; `sink.messages` holds what arrived.

    Messages to an address in `refused` are turned away. `stop()` and `start()` play an outage.
    """

    def __init__(self, refused=()):
        self.refused = set(refused)
        self.messages = []
        self.connections = 0
        self.address = ("127.0.0.1", 0)
        self.server = None

    def start(self):
        self.server = _Server(self.address, _Conversation)
        self.server.sink = self
        self.address = self.server.server_address
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.thread.join()
            self.server = None

    __enter__ = start

    def __exit__(self, *exception):
        self.stop()

    @property
    def url(self):
        return f"smtp://{self.address[0]}:{self.address[1]}"

    @property
    def ids(self):
        return [message["Message-ID"] for message in self.messages]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


class _Conversation(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        self.server.sink.connections += 1
        try:
            self.say(220, "sink")
            while line := self.rfile.readline():
                words = line.decode("utf-8", "replace").strip()
                if not self.answer(words.upper().partition(" ")[0], words):
                    return
        except OSError:
            return  # the sender was killed: that is what some tests are about

    def answer(self, verb, words):
        if verb == "QUIT":
            self.say(221, "bye")
            return False
        if verb == "RCPT" and any(address in words for address in self.server.sink.refused):
            self.say(550, "no such person")
        elif verb == "DATA":
            self.say(354, "go on")
            self.take()
        else:
            self.say(250, "ok")
        return True

    def take(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if line:  # a sender that died in the middle of a message has not handed it over
            raw = b"".join(lines)
            self.server.sink.messages.append(
                email.message_from_bytes(raw, policy=email.policy.default)
            )
            self.say(250, "taken")

    def say(self, code, text):
        self.wfile.write(f"{code} {text}\r\n".encode())
