"""A bot on Potato without any client: HTTP and JSON, as the standard library has them.

It is told by its environment: API_URL, TOKEN, FILE.
"""

import http.server
import json
import os
import pathlib
import time
import urllib.error
import urllib.request
import uuid

API, TOKEN = os.environ["API_URL"], os.environ["TOKEN"]
FILE = pathlib.Path(os.environ["FILE"])
PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 30


class Refused(Exception):
    """An answer whose `ok` is false."""

    def __init__(self, code, words):
        super().__init__(f"{code} {words}")
        self.code = code


def answer_of(request):
    """The result of an answer; an error says what is wrong in its body, whatever its status."""
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        told = json.load(error)
    if not told["ok"]:
        raise Refused(told["error_code"], told.get("result") or told.get("description"))
    return told.get("result")


def call(method, token=TOKEN, **parameters):
    """Parameters go as JSON."""
    body = json.dumps(parameters).encode()
    headers = {"Content-Type": "application/json"}
    return answer_of(urllib.request.Request(f"{API}/{token}/{method}", body, headers))


def upload(method, name, path, **parameters):
    """A file goes in a form, beside the parameters; those that are objects as JSON."""
    boundary = uuid.uuid4().hex
    parts = []
    for key, value in parameters.items():
        text = value if isinstance(value, str) else json.dumps(value)
        parts.append(f'Content-Disposition: form-data; name="{key}"\r\n\r\n{text}'.encode())
    head = f'Content-Disposition: form-data; name="{name}"; filename="{path.name}"\r\n'
    parts.append((head + "Content-Type: application/octet-stream\r\n\r\n").encode() + path.read_bytes())
    lines = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    body = lines + b"--%s--\r\n" % boundary.encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return answer_of(urllib.request.Request(f"{API}/{TOKEN}/{method}", body, headers))


def say(**told):
    """One line for whoever watches."""
    print(json.dumps(told), flush=True)


def peer(chat):
    """A chat is a pair, in every method."""
    return {"chat_type": chat["type"], "chat_id": chat["id"]}


def ask(chat):
    buttons = [
        {"text": "Tea", "callback_data": "vote:tea"},
        {"text": "Coffee", "callback_data": "vote:coffee"},
    ]
    keyboard = {"type": 4, "inline_keyboard": [{"buttons": buttons}]}
    text = "**Tea** or *coffee*?"
    call("sendTextMessage", **peer(chat), text=text, markdown=True, reply_markup=keyboard)


def pressed(query):
    data = query["data"]
    call(
        "answerCallbackQuery",
        inline_message_id=query["inline_message_id"],
        text=f"Counted {data}",
        show_alert=False,
    )
    number = query["message_id"]
    call("editMessageText", **peer(query["chat"]), message_id=number, text="Tea it is")


def send_file(chat):
    sent = upload("sendDocument", "document", FILE, **peer(chat), caption="Here is a file")
    url = call("getFile", file_id=sent["file_id"])["url"]
    with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
        content = answer.read()
    say(file=sent["file_id"], bytes=len(content), same=content == FILE.read_bytes())


def err(chat):
    """The numbers of errors, each by what it is had by."""
    tries = {
        "another's token": lambda: call("getMe", token="10000001:nobody"),
        "no such method": lambda: call("sendMessage", **peer(chat), text="x"),
        "no such chat": lambda: call("sendTextMessage", chat_type=1, chat_id=5, text="x"),
        "too long": lambda: call("sendTextMessage", **peer(chat), text="x" * 4097),
    }
    codes = {}
    for name, act in tries.items():
        try:
            codes[name] = f"no error, but {act()}"
        except Refused as refused:
            codes[name] = refused.code
    say(errors=codes)


class Hook(http.server.BaseHTTPRequestHandler):
    """Takes one call, and sends in its answer."""

    def do_POST(self):
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        say(called=sorted(told), texts=[it["message"]["text"] for it in told["result"]])
        chat = told["result"][0]["message"]["chat"]
        send = {"method": "sendTextMessage", **peer(chat), "text": "By webhook"}
        body = json.dumps(send).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def be_called(chat):
    """Is called once, and polls again."""
    with http.server.HTTPServer(("127.0.0.1", 0), Hook) as server:
        server.timeout = PATIENCE_SECONDS
        call("setWebhook", url=f"http://127.0.0.1:{server.server_port}/hook")
        try:
            call("getUpdates")
        except Refused as refused:
            say(beside_webhook=refused.code)
        call("sendTextMessage", **peer(chat), text="Call me")
        server.handle_request()
    call("delWebhook")


DEEDS = {"hi": ask, "file": send_file, "errors": err, "webhook": be_called}


def take(update):
    message, query = update.get("message"), update.get("callback_query")
    if query:
        pressed(query)
    elif message and message.get("text") in DEEDS:
        DEEDS[message["text"]](message["chat"])
    elif message:
        call("sendTextMessage", **peer(message["chat"]), text=f"You said {message.get('text')}")


def main():
    say(me=call("getMe")["id"])
    while True:
        # What is handed out once does not come again: all of it is taken.
        for update in call("getUpdates") or []:
            try:
                take(update)
            except (Refused, OSError, KeyError, TypeError, ValueError) as why:
                say(failed=repr(why))
        time.sleep(PAUSE_SECONDS)


main()
