"""Holds a running registry to its own OpenAPI document, by asking it thousands of questions.

Starts `gateway registry` on a new database, registers some chats, and has Schemathesis ask: once on
SQLite, and once on the PostgreSQL server that TEST_POSTGRES_URL names.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BASE = "/api/v1/private"


@contextlib.contextmanager
def sqlite(gateway):
    """A database with what the bots of the demo have met."""
    with tempfile.TemporaryDirectory() as folder:
        demo = [gateway, "demo", "--once", "--data", folder, "--listen", "127.0.0.1:0"]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        yield f"sqlite://{folder}/gateway.db"


@contextlib.contextmanager
def postgres(_gateway):
    """A database with nothing in it."""
    import pg8000.native

    url = urllib.parse.urlsplit(os.environ["TEST_POSTGRES_URL"])
    options = {
        "user": urllib.parse.unquote(url.username or "postgres"),
        "password": urllib.parse.unquote(url.password) if url.password else None,
        "host": url.hostname,
        "port": url.port or 5432,
        "database": url.path.lstrip("/") or "postgres",
    }
    name = f"test_schemathesis_{os.getpid()}"
    server = pg8000.native.Connection(**options)
    server.run(f"create database {name}")
    try:
        yield url._replace(path=f"/{name}").geturl()
    finally:
        server.run(f"drop database {name} with (force)")
        server.close()


@contextlib.contextmanager
def registry(gateway, database):
    """The running service's address, and a token for it."""
    environment = {**os.environ, "DATABASE_URL": database}
    token = subprocess.run(
        [gateway, "token", "create", "--scope", "read,write", "--name", "schemathesis"],
        env=environment, check=True, stdout=subprocess.PIPE, text=True,
    ).stdout.strip()
    with tempfile.NamedTemporaryFile("w+") as log:
        process = subprocess.Popen(
            [gateway, "registry", "--listen", "127.0.0.1:0"],
            env={**environment, "RUST_LOG": "info"}, stdout=log, stderr=subprocess.STDOUT,
        )
        try:
            yield address(process, log.name), token
            if process.poll() is not None:
                raise SystemExit(f"the registry ended by itself:\n{tail(log.name)}")
        finally:
            process.terminate()
            process.wait(30)
            errors = [line for line in tail(log.name).splitlines() if "ERROR" in line]
            if errors:
                print("the registry's log:", *errors[-20:], sep="\n", file=sys.stderr)


def tail(log):
    return re.sub(r"\x1b\[[0-9;]*m", "", pathlib.Path(log).read_text())


def address(process, log):
    while process.poll() is None:
        found = re.search(r"address=(\S+)", tail(log))
        if found:
            return f"http://{found[1]}"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    raise SystemExit(f"the registry did not start:\n{tail(log)}")


def seed(address, token, count):
    """Registers chats, some of them alike."""
    for number in range(count):
        chat = {"title": f"Chat {number % 7}", "createdBy": f"client {number % 3}"}
        if number % 2:
            chat["description"] = "día 11 \U0001f600"
        request = urllib.request.Request(
            f"{address}{BASE}/chats",
            json.dumps(chat).encode(),
            {
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"seed-{number}",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 202, answer.status


def known(address, token):
    """The ids of the chats and of who is in them."""
    request = urllib.request.Request(
        f"{address}{BASE}/chats?size=200", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        chats = json.load(answer)["records"]
    people = {person["id"] for chat in chats for person in chat["participants"]}
    # The few people as often as the many chats, in an order that does not change.
    return [chat["id"] for chat in chats] + sorted(people) * 10


def ask(schemathesis, address, token, examples, folder):
    """How many cases there were, and whether all went well."""
    report = pathlib.Path(folder) / "report.json"
    # It keeps what failed beside where it runs, and the next run shall not begin with that.
    for name in ["schemathesis.toml", "hooks.py"]:
        shutil.copy(HERE / name, folder)
    environment = {**os.environ, "KNOWN_IDS": " ".join(known(address, token))}
    ended = subprocess.run(
        [
            schemathesis, "run", f"{address}{BASE}/openapi.json",
            "--header", f"Authorization: Bearer {token}",
            "--max-examples", str(examples),
            "--report-json-path", report,
            "--no-color",
        ],
        cwd=folder, env=environment,
    )
    cases = json.loads(report.read_text())["test_cases"]["generated"] if report.exists() else 0
    return cases, ended.returncode == 0


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--gateway", required=True)
    arguments.add_argument("--schemathesis", required=True)
    arguments.add_argument("--examples", type=int, default=150, help="for each operation and phase")
    arguments.add_argument("--least", type=int, default=2000, help="cases that must have been asked")
    arguments.add_argument("databases", nargs="*", default=["sqlite", "postgres"])
    given = arguments.parse_args()
    wrong = []
    for name in given.databases:
        print(f"== the registry on {name}", flush=True)
        with {"sqlite": sqlite, "postgres": postgres}[name](given.gateway) as database, \
                registry(given.gateway, database) as (address, token), \
                tempfile.TemporaryDirectory() as folder:
            seed(address, token, 45)
            cases, well = ask(given.schemathesis, address, token, given.examples, folder)
        print(f"== {cases} cases on {name}", flush=True)
        if not well:
            wrong.append(f"{name}: there were failures")
        if cases < given.least:
            wrong.append(f"{name}: only {cases} cases, at least {given.least} are wanted")
    if wrong:
        raise SystemExit("; ".join(wrong))


main()
