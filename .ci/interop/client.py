"""python-socketio against a Ninepin server, over WebSocket, with either of its codecs.

    python3 client.py URL

Two clients, one with the JSON parser and one with the MessagePack parser, meet in a room. It prints one line for each
step that went well; a step that takes too long fails. The control events are those of README.md.
"""
import json
import queue
import sys

import socketio

DEADLINE = 10  # seconds for any single wait


class Client:
    """One socket and the queue of the events that it has received."""

    def __init__(self, name, serializer):
        self.name = name
        self.seen = queue.Queue()
        self.sio = socketio.Client(serializer=serializer, reconnection=False)
        for event in ("welcome", "echo", "said", "all", "gone"):
            self.sio.on(event, lambda *args, event=event: self.seen.put((event, *args)))
        self.sio.on("question", lambda *args: ("python", *args))
        self.sio.on("disconnect", lambda: self.seen.put(("*disconnect",)))

    def connect(self, url):
        self.sio.connect(url, transports=["websocket"], auth={"name": self.name}, wait_timeout=DEADLINE)

    def ask(self, event, *args):
        return self.sio.call(event, args, timeout=DEADLINE)

    def expect(self, *want):
        """The next event must be this one."""
        got = self.seen.get(timeout=DEADLINE)
        assert got == want, f"{self.name} got {got!r}, want {want!r}"

    def nothing_more(self):
        """All that was sent before now has arrived; nothing of it may be left."""
        self.ask("fence")
        assert self.seen.empty(), f"{self.name} also got {self.seen.get()!r}"


def step(title):
    print(json.dumps({"step": title}), flush=True)


def main(url):
    a, b = Client("json", "default"), Client("msgpack", "msgpack")
    for c in (a, b):
        c.connect(url)
        c.expect("welcome", {"name": c.name})
    step("connect with auth")

    samples = [1, -1.5, "héllo 🎳", None, True, [1, [2]], {"a": {"b": []}}, b"\x00\xff", {"deep": b"bytes"}]
    for c in (a, b):
        for sample in samples:
            c.sio.emit("echo", (sample, "and more"))
            c.expect("echo", sample, "and more")
            assert c.ask("ack", sample) == sample, (c.name, sample)
        assert tuple(c.ask("ack", 1, "two")) == (1, "two")
        assert c.ask("ack") is None
        assert list(c.ask("socket.emit.ack", 5000, "question", 7)) == ["answered", ["python", 7]]
    step("events and acks both ways")

    for c in (a, b):
        c.ask("socket.join", ["red"])
    a.ask("socket.to.emit", ["red"], "said", "by a", b"\xc1")
    b.expect("said", "by a", b"\xc1")
    b.ask("socket.to.emit", ["red"], "said", "by b", b"\xc1")
    a.expect("said", "by b", b"\xc1")
    a.ask("io.to.emit", ["red"], "all", [1])
    for c in (a, b):
        c.expect("all", [1])
    b.ask("socket.leave", ["red"])
    a.ask("io.to.emit", ["red"], "all", [2])
    a.expect("all", [2])
    for c in (a, b):
        c.nothing_more()
    step("a room")

    gone = b.sio.get_sid()
    b.sio.emit("socket.disconnect", False)
    b.expect("*disconnect")
    a.expect("gone", gone, "server namespace disconnect", 0)
    b.sio.wait()
    step("disconnected by the server")

    a.sio.disconnect()
    a.expect("*disconnect")
    step("disconnected by the client")


main(sys.argv[1])
