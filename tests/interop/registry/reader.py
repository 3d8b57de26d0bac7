"""A strict reader of the registry: whatever is not as the contract has it is an error.

It follows the contract's samples, field by field and type by type. Only what is documented as beyond
them may be there, too. It is told by its environment: REGISTRY_URL (up to `/chats`), TOKEN.
"""

import os
import re
import sys
import uuid
from datetime import datetime
from typing import Annotated

import json
import urllib.error
import urllib.request

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def timestamp(text: str) -> str:
    if not TIMESTAMP.fullmatch(text):
        raise ValueError(f"{text!r} is not a time as the contract writes it")
    datetime.fromisoformat(text.replace("Z", "+00:00"))
    return text


def uuid_v4(text: str) -> str:
    if str(uuid.UUID(text)) != text or uuid.UUID(text).version != 4:
        raise ValueError(f"{text!r} is not a UUID of version 4")
    return text


Timestamp = Annotated[StrictStr, AfterValidator(timestamp)]
Id = Annotated[StrictStr, AfterValidator(uuid_v4)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(Strict):
    value: StrictStr
    contentType: StrictStr
    capturedAt: Timestamp


class Participation(Strict):
    isActive: StrictBool
    joinedAt: Timestamp
    invitedBy: Id | None = None
    # Beyond the sample: when a stay ended.
    leftAt: Timestamp | None = None


class UserProperties(Strict):
    firstname: StrictStr | None = None
    username: StrictStr | None = None
    # Beyond the sample.
    lastname: StrictStr | None = None


class Participant(Strict):
    id: Id
    userProperties: UserProperties
    participations: Annotated[list[Participation], Field(min_length=1)]


class Chat(Strict):
    id: Id
    isActive: StrictBool
    service: Annotated[StrictStr, Field(max_length=255)]
    registeredAt: Timestamp
    createdBy: Annotated[StrictStr, Field(max_length=50)] | None = None
    title: list[Title]
    participants: list[Participant]
    # Beyond the sample: what was said when it was registered.
    description: Annotated[StrictStr, Field(max_length=255)] | None = None


class Metadata(Strict):
    currentPage: StrictInt
    totalPages: StrictInt
    pageSize: StrictInt
    totalRecords: StrictInt


class Links(Strict):
    """Beyond the sample: "a list of resources to make the paged calls"."""

    self: StrictStr
    first: StrictStr
    prev: StrictStr | None = None
    next: StrictStr | None = None
    last: StrictStr


class ChatList(Strict):
    # pydantic keeps names with an underscore to itself.
    records: list[Chat]
    metadata: Annotated[Metadata, Field(alias="_metadata")]
    links: Annotated[Links, Field(alias="_links")]


class Accepted(Strict):
    id: Id


class Invitation(Strict):
    service: StrictStr
    invitation: StrictStr


class Registry:
    """The five operations."""

    def __init__(self, url: str, token: str):
        self.url, self.token = url, token

    def ask(self, method: str, path: str, body: dict | None = None) -> tuple[int, bytes]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def expect(self, status: int, method: str, path: str, body: dict | None = None) -> bytes:
        got, answer = self.ask(method, path, body)
        if got != status:
            sys.exit(f"{method} {path} answered {got}, not {status}: {answer.decode()}")
        return answer

    def register(self, **chat: str) -> str:
        return Accepted.model_validate_json(self.expect(202, "POST", "/chats", chat)).id

    def detail(self, chat: str) -> Chat:
        return Chat.model_validate_json(self.expect(200, "GET", f"/chats/{chat}"))

    def page(self, query: str) -> ChatList:
        return ChatList.model_validate_json(self.expect(200, "GET", f"/chats/{query}"))


def main() -> None:
    registry = Registry(os.environ["REGISTRY_URL"], os.environ["TOKEN"])
    new = {"title": "Chat día 11", "createdBy": "reader", "description": "read by a strict reader"}
    registered = registry.register(**new)
    chat = registry.detail(registered)
    assert (chat.title[0].value, chat.createdBy, chat.description) == tuple(new.values()), chat
    assert (chat.isActive, chat.title[0].contentType, chat.participants) == (True, "text/plain", [])

    # Page after page, and link after link, are the same list.
    pages, number = [], 0
    while True:
        page = registry.page(f"?page={number}&size=2")
        assert (page.metadata.currentPage, page.metadata.pageSize) == (number, 2), page.metadata
        if not page.records:
            break
        pages += page.records
        number += 1
    assert len(pages) == page.metadata.totalRecords and number == page.metadata.totalPages
    linked, page = [], registry.page("?size=2")
    while True:
        linked += page.records
        if page.links.next is None:
            break
        path = page.links.next.split("/chats", 1)[1].removeprefix("/")
        page = registry.page(path)
    assert [it.id for it in linked] == [it.id for it in pages]
    for chat in pages:
        assert registry.detail(chat.id) == chat

    # Chats that bots met have people in them.
    people = [(chat.id, person) for chat in pages for person in chat.participants]
    assert people, "nobody is in any chat"
    found = registry.page(f"?id={registered}&isActive=true&fromDate=2024-12-11").records
    assert [it.id for it in found] == [registered]
    for chat in pages:
        status, answer = registry.ask("GET", f"/chats/{chat.id}/invitation")
        if status == 200:
            assert Invitation.model_validate_json(answer).service == chat.service
        else:
            assert status == 404, (status, answer)
    chat, person = people[0]
    answer = registry.expect(202, "DELETE", f"/chats/{chat}/participants/{person.id}")
    assert Accepted.model_validate_json(answer).id == chat
    print(f"read {len(pages)} chats with {len(people)} participants")


if __name__ == "__main__":
    main()
