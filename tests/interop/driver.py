"""Plays Anna against bots on clients by others, and says for each step whether it went as it should.

Anna writes and presses over the sandbox's control API. What she gets is looked at there and, for
files, over the platform's own API: what a message holds, and whether its bytes are those that were
sent. Only the standard library is used.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib

HERE = pathlib.Path(__file__).resolve().parent
# How long a step may take. maxapi waits two seconds after each upload.
PATIENCE_SECONDS = 30
POLL_SECONDS = 0.1


@dataclasses.dataclass(frozen=True)
class Client:
    """One client of somebody else's."""

    name: str
    version: str
    registry: str
    platform: str
    token: str
    script: str
    # The steps that fail by the client's own fault, each with the words of the proof and the reason.
    own_faults: dict = dataclasses.field(default_factory=dict)


CLIENTS = [
    Client("maxapi", "1.2.3", "PyPI", "max", "sandbox-max", "maxapi_bot.py"),
    Client("@maxhub/max-bot-api", "0.3.1", "npm", "max", "sandbox-max", "max_official_bot.js"),
    Client(
        "tamtam",
        "1.0.10",
        "npm",
        "tamtam",
        "sandbox-tamtam",
        "tamtam_bot.js",
        own_faults={
            "answers by its shortcut": (
                "callback_id=undefined",
                "sendNotification reads `callback.id`; the schema 0.5.6 (`Callback`) and the wire say "
                "`callback_id`",
            )
        },
    ),
    # Nobody maintains a client of Potato: its bot speaks HTTP, as those in production do.
    Client("raw HTTP", "without a client", "Python", "potato", "10000001:sandbox", "potato_bot.py"),
]


class Failed(Exception):
    """A step that did not go as it should."""


class Http:
    """A base URL, and JSON from it."""

    def __init__(self, base, token=None, in_header=False):
        self.base, self.token, self.in_header = base, token, in_header

    def ask(self, method, path, query=None, body=None):
        query = dict(query or {})
        headers = {}
        if self.token and self.in_header:
            headers["Authorization"] = self.token
        elif self.token:
            query["access_token"] = self.token
        url = self.base + path + ("?" + urllib.parse.urlencode(query) if query else "")
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            raise Failed(f"{method} {path}: {error.code} {text[:200]}") from error
        except (OSError, ValueError) as error:
            raise Failed(f"{method} {path}: {error}") from error


class Process:
    """A program whose lines are kept."""

    def __init__(self, command, environment=None):
        self.lines = []
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **(environment or {})},
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def until(self, pattern):
        return wait(lambda: self.match(pattern), f"no line like {pattern!r}", self)

    def match(self, pattern):
        found = (re.search(pattern, line) for line in list(self.lines))
        return next((it for it in found if it), None)

    def ended(self):
        return self.process.poll()

    def stop(self):
        if self.ended() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.reader.join(timeout=5)


def wait(found, otherwise, *processes):
    """Asks again until there is an answer, or the step's time is over."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = found()
        if answer:
            return answer
        for process in processes:
            if process.ended() is not None:
                raise Failed(f"the program ended with {process.ended()}")
        if time.monotonic() > end:
            raise Failed(f"{otherwise} within {PATIENCE_SECONDS} s")
        time.sleep(POLL_SECONDS)


class Talk:
    """Anna and one bot."""

    def __init__(self, client, sandbox, bot, control, api, files):
        self.client, self.sandbox, self.bot = client, sandbox, bot
        self.control, self.api, self.files = control, api, files
        self.chat = self.question = None

    def say(self, text):
        body = {"platform": self.client.platform, "person": "Anna", "text": text}
        self.chat = self.control.ask("POST", "/say", body=body)["chat_id"]

    def shown(self):
        return self.control.ask("GET", f"/chats/{self.client.platform}/{self.chat}/messages")

    def of_bot(self, text):
        messages = self.shown()["messages"]
        mine = (it for it in messages if it["from"]["is_bot"] and it["text"] == text)
        return next(mine, None)

    def gets(self, text):
        return wait(lambda: self.of_bot(text), f"the bot did not write {text!r}", self.bot)

    # The steps, in order; each is one word to the client.

    def receives_and_answers_with_a_keyboard(self):
        self.say("hi")
        message = self.gets("Tea or coffee?")
        labels = [[button["label"] for button in row] for row in message["buttons"]]
        if labels != [["Tea", "Coffee"]]:
            raise Failed(f"the keyboard is {labels}")
        self.question = message

    def answers_a_press(self):
        if self.question is None:
            raise Failed("there is nothing to press")
        self.control.ask(
            "POST",
            "/press",
            body={
                "platform": self.client.platform,
                "person": "Anna",
                "chat_id": self.chat,
                "message_id": self.question["message_id"],
                "payload": "vote:tea",
            },
        )
        notices = lambda: [it["text"] for it in self.shown()["notices"]]
        wait(lambda: "Counted vote:tea" in notices(), "no notice 'Counted vote:tea'", self.bot)

    def answers_by_its_shortcut(self):
        if self.question is None:
            raise Failed("there is nothing to press")
        line = self.bot.until(r'^\{"shortcut":').string
        told = json.loads(line)
        if not told["shortcut"]:
            raise Failed(f"sent {told['sent']!r}, got {told['why']!r}")

    def edits(self):
        if self.question is None:
            raise Failed("there is nothing to edit")
        message = self.gets("Tea it is")
        if message["message_id"] != self.question["message_id"]:
            raise Failed("it wrote a new message instead")
        if message["buttons"]:
            raise Failed("the keyboard is still there")

    def sends_a_file(self):
        self.sends("file", "Here is a file", self.files["file"])

    def sends_an_image(self):
        self.sends("image", "Here is an image", self.files["image"])

    def sends(self, kind, text, path):
        self.say(kind)
        self.gets(text)
        messages = self.api.ask("GET", "/messages", {"chat_id": self.chat})["messages"]
        message = next(it for it in messages if it["body"]["text"] == text)
        attachments = message["body"].get("attachments") or []
        if [it["type"] for it in attachments] != [kind]:
            raise Failed(f"its attachments are {attachments}")
        attachment = attachments[0]
        if kind == "file":
            expected = {"filename": path.name, "size": path.stat().st_size}
            given = {name: attachment.get(name) for name in expected}
            if given != expected:
                raise Failed(f"it is {given} and not {expected}")
        url = attachment["payload"]["url"]
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
                content = answer.read()
        except OSError as error:
            raise Failed(f"its bytes are not at {url}: {error}") from error
        if content != path.read_bytes():
            raise Failed(f"{len(content)} other bytes came back")

    def steps(self):
        yield "receives, answers with a keyboard", self.receives_and_answers_with_a_keyboard
        yield "answers a press", self.answers_a_press
        if "answers by its shortcut" in self.client.own_faults:
            yield "answers by its shortcut", self.answers_by_its_shortcut
        yield "edits its message", self.edits
        yield "uploads and sends a file", self.sends_a_file
        yield "uploads and sends an image", self.sends_an_image


class PotatoTalk(Talk):
    """Anna and a bot on Potato."""

    def told(self, name):
        """What the bot said of itself under a name."""
        return json.loads(self.bot.until(rf'^\{{"{name}":').string)

    def receives_and_answers_with_markdown_and_a_keyboard(self):
        self.receives_and_answers_with_a_keyboard()
        marks = [(it["from"], it["length"], it["kind"]) for it in self.question["marks"]]
        if marks != [(0, 3, "bold"), (7, 6, "italic")]:
            raise Failed(f"the marks are {marks}")

    def uploads_a_document_and_fetches_it(self):
        self.say("file")
        wait(lambda: self.bot.match(r'^\{"(file|failed)":'), "nothing came of it", self.bot)
        failed = self.bot.match(r'^\{"failed":')
        if failed:
            raise Failed(failed.string)
        told = self.told("file")
        if not told["same"] or told["bytes"] != self.files["file"].stat().st_size:
            raise Failed(f"other bytes came back: {told}")

    def is_told_of_errors_by_number(self):
        self.say("errors")
        told = self.told("errors")["errors"]
        expected = {
            "another's token": 1002,
            "no such method": 1003,
            "no such chat": 1008,
            "too long": 3014,
        }
        if told != expected:
            raise Failed(f"they are {told}")

    def is_called_with_the_envelope(self):
        self.say("webhook")
        self.gets("Call me")
        if self.told("beside_webhook")["beside_webhook"] != 1006:
            raise Failed("a poll beside a webhook was not refused")
        self.say("over the webhook")
        told = self.told("called")
        if told != {"called": ["ok", "result"], "texts": ["over the webhook"]}:
            raise Failed(f"it was told {told}")

    def answers_a_call_by_a_method(self):
        self.gets("By webhook")

    def polls_again_without_a_webhook(self):
        self.say("anything")
        self.gets("You said anything")

    def steps(self):
        first = self.receives_and_answers_with_markdown_and_a_keyboard
        yield "receives, answers with markdown and a keyboard", first
        yield "answers a press", self.answers_a_press
        yield "edits its message", self.edits
        yield "uploads a document and fetches it", self.uploads_a_document_and_fetches_it
        yield "is told of errors by number", self.is_told_of_errors_by_number
        yield "is called with the envelope", self.is_called_with_the_envelope
        yield "answers a call by a method", self.answers_a_call_by_a_method
        yield "polls again without a webhook", self.polls_again_without_a_webhook


def png(side):
    """A picture: small, and real."""

    def chunk(kind, data):
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    rows = b"".join(b"\x00" + bytes([200, 40, y * 255 // side] * side) for y in range(side))
    head = side.to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def files_in(folder):
    file, image = folder / "minutes of the meeting.txt", folder / "red.png"
    file.write_bytes("Чай, please.\n".encode() * 20_000)
    image.write_bytes(png(32))
    return {"file": file, "image": image}


def run(client, arguments, files):
    """Every step with `None`, or why it failed; and what the bot said."""
    free = "127.0.0.1:0"
    command = [arguments.gateway, "sandbox"]
    for part in ("control", "tamtam", "max", "potato"):
        command += [f"--{part}", free]
    sandbox = Process(command)
    bot = None
    results = []
    try:
        address = lambda name: sandbox.until(rf"^{name}\s+(http://\S+)").group(1)
        names = {"max": "MAX", "tamtam": "TamTam", "potato": "Potato"}
        url = address(names[client.platform])
        control = Http(address("Control"))
        api = Http(url, client.token, in_header=client.platform == "max")
        is_python = client.script.endswith(".py")
        bot = Process(
            [arguments.python if is_python else "node", str(HERE / client.script)],
            {
                "API_URL": url,
                "TOKEN": client.token,
                "FILE": str(files["file"]),
                "IMAGE": str(files["image"]),
                "NODE_PATH": arguments.node_modules,
                "DEBUG": "tamtam:updates",
                "PYTHONUNBUFFERED": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
        )
        kind = PotatoTalk if client.platform == "potato" else Talk
        talk = kind(client, sandbox, bot, control, api, files)
        for name, step in talk.steps():
            try:
                step()
                results.append((name, None))
            except Failed as why:
                results.append((name, str(why)))
            except (AttributeError, KeyError, IndexError, StopIteration, TypeError) as why:
                results.append((name, f"an answer without {why!r}"))
    finally:
        if bot:
            bot.stop()
        sandbox.stop()
    return results, bot.lines


def judged(client, step, why):
    """Whether a step went as expected, and the words for it."""
    fault = client.own_faults.get(step)
    if fault is None:
        return why is None, "ok" if why is None else f"FAILED: {why}"
    proof, reason = fault
    if why is None:
        return False, "FAILED: it works, and is listed as the client's own fault"
    if proof not in why:
        return False, f"FAILED, and not by the client's own fault ({proof}): {why}"
    return True, f"fails by the client's own fault: {reason}; it {why}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gateway", required=True, help="the program")
    parser.add_argument("--python", required=True, help="a Python that has maxapi")
    parser.add_argument("--node-modules", required=True, help="a folder that has the npm clients")
    parser.add_argument("--only", help="run this client alone")
    arguments = parser.parse_args()
    rows, right = [], True
    clients = [it for it in CLIENTS if arguments.only in (None, it.name)]
    if not clients:
        parser.error(f"--only: the clients are {', '.join(it.name for it in CLIENTS)}")
    with tempfile.TemporaryDirectory(prefix="gateway-interop-") as folder:
        files = files_in(pathlib.Path(folder))
        for client in clients:
            name = f"{client.name} {client.version} ({client.registry}, {client.platform})"
            results, lines = run(client, arguments, files)
            as_expected = True
            for step, why in results:
                good, words = judged(client, step, why)
                as_expected = as_expected and good
                rows.append((name, step, words))
            if not as_expected:
                right = False
                print(f"--- what the bot on {name} said last:", *lines[-40:], sep="\n", file=sys.stderr)
    width = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, step, words in rows:
        print(f"{name:{width[0]}}  {step:{width[1]}}  {words}")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
