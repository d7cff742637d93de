"""Sends bytes as they are, also what no client library would send."""
import json
import os
import socket
import time


def exchange(port, data, timeout=15, ends_writing=False):
    """What the server answers to bytes, until it closes the connection or has answered once: status and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        try:
            connection.sendall(data)
            if ends_writing:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return answer(connection)


def answer(connection):
    """The first answer on a connection: status and body; None where it ends without one."""
    received = b""
    while True:
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            part = b""
        received += part
        head, mark, body = received.partition(b"\r\n\r\n")
        if mark:
            lines = head.decode("latin-1").split("\r\n")
            lengths = [int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:")]
            if not part or len(body) >= (lengths[0] if lengths else 0):
                return int(lines[0].split()[1]), body
        elif not part:
            return None


def request(path, headers=(), body=b"", method="POST"):
    """The bytes of a request; a length is declared only where `headers` have it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def chunked(body, size=65536):
    """A body in chunks."""
    parts = [body[start:start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def highest_memory(process):
    """The most memory that a process has had, in MiB."""
    with open(f"/proc/{process.pid}/status") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def files_with(folder, *texts):
    """The files in a folder that hold one of the texts, as UTF-8 bytes: pairs of name and text."""
    found = []
    for directory, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(directory, name), "rb") as file:
                data = file.read()
            found += [(name, text) for text in texts if text.encode() in data]
    return found


def total(figures, name, **labels):
    """The sum of the figures called `name` that have these labels."""
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    return sum(
        value for key, value in figures.items()
        if key.split("{")[0] == name and all(text in key for text in wanted))


def wait_until(condition, seconds, what):
    """Asks again and again until the answer is true; returns it and the seconds that it took."""
    start = time.monotonic()
    while True:
        value = condition()
        if value:
            return value, time.monotonic() - start
        assert time.monotonic() - start < seconds, f"after {seconds} s still not: {what}"
        time.sleep(0.02)


def has_message(body):
    """Whether an answer says in words what is wrong."""
    try:
        said = json.loads(body)
    except ValueError:
        return len(body.split()) > 3
    text = next((said[name] for name in ["message", "detail"] if name in said), "")
    return len(text.split()) > 3
