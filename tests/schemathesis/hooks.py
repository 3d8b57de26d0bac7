"""What Schemathesis cannot know from the document alone."""

import base64
import json
import os

import schemathesis
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
# From the year 0 to the year 9999, in milliseconds.
TIMES = st.integers(-62167219200000, 253402300799000)
VALUES = {"registeredAt": TIMES, "createdBy": TEXT, "service": TEXT, "title": TEXT, "id": None}


# Ids of chats and people that are there, so that not every question is about somebody unknown.
KNOWN = os.environ["KNOWN_IDS"].split()
UUIDS = st.uuids().map(str) | st.sampled_from(KNOWN) | st.sampled_from(KNOWN).map(str.upper)


def written(cursor):
    text = json.dumps(cursor, ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@st.composite
def cursors(draw, sorts, sides):
    sort = draw(st.sampled_from(sorts))
    cursor = {
        "sort": sort,
        "side": draw(st.sampled_from(sides)),
        "id": draw(UUIDS),
        "offset": draw(st.integers(0, 2**64 - 1)),
    }
    value = VALUES[sort.split(",")[0]]
    if value is not None:
        cursor["value"] = draw(value)
    return written(cursor)


ALL_SORTS = [f"{name},{direction}" for name in VALUES for direction in ("asc", "desc")]
PLACE = st.integers(0, 2**63 - 1)

schemathesis.openapi.format("uuid", UUIDS)
# Cursors are opaque in the document, so these are the valid ones.
schemathesis.openapi.format("chat-cursor", cursors(ALL_SORTS, ["after", "before"]))
schemathesis.openapi.format("search-cursor", cursors(["title,asc"], ["after"]))
schemathesis.openapi.format("event-cursor", st.builds("{}.{}".format, PLACE, PLACE))

# OpenAPI has no words for parameters that do not go together. These refusals, and no others, may
# meet a request that is otherwise right.
TOGETHER = {
    "it is given together with page",
    "it is of a list in another order",
    "it is after toDate",
    "it is given together with participant",
    "neither it nor participant nor username is given",
}



@schemathesis.hook
def map_case(context, case):
    """Of what does not go together one stays, so that most questions are answered."""
    query = case.query
    if query and case.meta and case.meta.generation.mode.is_positive:
        if "cursor" in query and "page" in query:
            del query["page"]
        if "cursor" in query and "sort" in query:
            del query["sort"]
        if "participant" in query and "username" in query:
            del query["username"]
    return case


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether a failure counts."""
    name, problem = type(failure).__name__, response.status_code >= 400 and json.loads(response.content)
    if name == "RejectedPositiveData" and response.status_code == 422:
        return problem["type"] != "/problems/idempotency-key-reused"
    if name == "RejectedPositiveData" and response.status_code == 400:
        return not {error["detail"] for error in problem["errors"]} <= TOGETHER
    if name == "EnsureResourceAvailability":
        # The chat is there, and has no link yet.
        return problem["type"] != "/problems/no-invitation"
    return True
