//! What MAX has since the schema 0.0.32: comments, a bot's commands, the rights of a bot. Written
//! from what two clients agree upon, the official 0.3.1 and maxapi 1.2.3; that a page of comments may
//! have a marker is from a third, maxoxide 3.1.0, and from MAX's own page on the operation.

use super::traps::{Mend, Trap};

const OFFICIAL: &str = "newer than the schema 0.0.32; the official client 0.3.1 and maxapi 1.2.3";
const CHANGES: &str = "newer than the schema 0.0.32; reported as of 0.0.33";

const SCHEMAS: &str = "/components/schemas";
const KINDS: &str = "/components/schemas/Update/discriminator/mapping";

const COMMENT_MESSAGE: &str = r##"{
    "properties": {
        "sender": {"$ref": "#/components/schemas/User"},
        "recipient": {"$ref": "#/components/schemas/Recipient"},
        "timestamp": {"type": "integer", "format": "int64"},
        "link": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/LinkedMessage"}]},
        "body": {"$ref": "#/components/schemas/MessageBody"}
    },
    "required": ["recipient", "timestamp", "body"]
}"##;

const COMMENT_BODY: &str = r##"{
    "properties": {
        "text": {"type": "string", "maxLength": 4000, "nullable": true},
        "link": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/NewMessageLink"}]},
        "format": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/TextFormat"}]}
    }
}"##;

const COMMENTS: &str = r##"{
    "get": {
        "parameters": [
            {"in": "path", "name": "messageId", "schema": {"type": "string"}},
            {"in": "query", "name": "comment_ids", "schema": {"type": "array"}},
            {"in": "query", "name": "count", "schema": {"type": "integer"}},
            {"in": "query", "name": "before", "schema": {"$ref": "#/components/schemas/bigint"}},
            {"in": "query", "name": "after", "schema": {"$ref": "#/components/schemas/bigint"}}
        ],
        "responses": {"200": {"content": {"application/json": {"schema": {
            "properties": {
                "messages": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/CommentMessage"}
                },
                "marker": {"type": "integer", "format": "int64", "nullable": true}
            },
            "required": ["messages"]
        }}}}}
    },
    "post": {
        "parameters": [
            {"in": "path", "name": "messageId", "schema": {"type": "string"}},
            {"in": "query", "name": "disable_link_preview", "schema": {"type": "boolean"}}
        ],
        "requestBody": {"content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/CommentBody"
        }}}},
        "responses": {"200": {"content": {"application/json": {"schema": {
            "properties": {"message": {"$ref": "#/components/schemas/CommentMessage"}},
            "required": ["message"]
        }}}}}
    },
    "put": {
        "parameters": [
            {"in": "path", "name": "messageId", "schema": {"type": "string"}},
            {"in": "query", "name": "comment_id", "required": true, "schema": {"type": "string"}}
        ],
        "requestBody": {"content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/CommentBody"
        }}}},
        "responses": {"200": {"$ref": "#/components/responses/SuccessResponse"}}
    },
    "delete": {
        "parameters": [
            {"in": "path", "name": "messageId", "schema": {"type": "string"}},
            {"in": "query", "name": "comment_id", "required": true, "schema": {"type": "string"}}
        ],
        "responses": {"200": {"$ref": "#/components/responses/SuccessResponse"}}
    }
}"##;

const COMMENT: &str = r##"{
    "get": {
        "parameters": [
            {"in": "path", "name": "messageId", "schema": {"type": "string"}},
            {"in": "path", "name": "commentId", "schema": {"type": "string"}}
        ],
        "responses": {"200": {"content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/CommentMessage"
        }}}}}
    }
}"##;

const COMMANDS: &str = r##"{
    "patch": {
        "requestBody": {"content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/BotCommands"
        }}}},
        "responses": {"200": {"content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/BotCommands"
        }}}}}
    }
}"##;

const BOT_COMMANDS: &str = r##"{
    "properties": {
        "commands": {
            "type": "array",
            "nullable": true,
            "maxItems": 32,
            "items": {"$ref": "#/components/schemas/BotCommand"}
        }
    },
    "required": ["commands"]
}"##;

const COMMENT_UPDATE: &str = r##"{
    "allOf": [
        {"$ref": "#/components/schemas/Update"},
        {
            "properties": {"message": {"$ref": "#/components/schemas/CommentMessage"}},
            "required": ["message"]
        }
    ]
}"##;

const COMMENT_REMOVED: &str = r##"{
    "allOf": [
        {"$ref": "#/components/schemas/Update"},
        {
            "properties": {
                "message_id": {"type": "string"},
                "chat_id": {"$ref": "#/components/schemas/bigint"},
                "user_id": {"$ref": "#/components/schemas/bigint"},
                "post_id": {"type": "string", "nullable": true}
            },
            "required": ["message_id", "chat_id", "user_id", "post_id"]
        }
    ]
}"##;

const PERMISSIONS_CHANGED: &str = r##"{
    "allOf": [
        {"$ref": "#/components/schemas/Update"},
        {
            "properties": {
                "chat_id": {"$ref": "#/components/schemas/bigint"},
                "user_id": {"$ref": "#/components/schemas/bigint"},
                "bot_id": {"$ref": "#/components/schemas/bigint"},
                "is_channel": {"type": "boolean"},
                "is_admin": {"type": "boolean"},
                "permissions": {
                    "type": "array",
                    "nullable": true,
                    "items": {"$ref": "#/components/schemas/ChatAdminPermission"}
                }
            },
            "required": ["chat_id", "user_id", "bot_id", "is_channel", "is_admin"]
        }
    ]
}"##;

const fn new(at: &'static str, name: &'static str, what: &'static str) -> Trap {
    Trap { at, mend: Mend::New(name, what), because: OFFICIAL }
}

/// Since the schema 0.0.32.
pub(crate) const MAX: &[Trap] = &[
    new(SCHEMAS, "CommentMessage", COMMENT_MESSAGE),
    new(SCHEMAS, "CommentBody", COMMENT_BODY),
    new(SCHEMAS, "BotCommands", BOT_COMMANDS),
    new(SCHEMAS, "CommentUpdate", COMMENT_UPDATE),
    new(SCHEMAS, "CommentRemovedUpdate", COMMENT_REMOVED),
    new("/paths", "/messages/{messageId}/comments", COMMENTS),
    new("/paths", "/messages/{messageId}/comments/{commentId}", COMMENT),
    new("/paths", "/me/commands", COMMANDS),
    new(KINDS, "comment_created", r##""#/components/schemas/CommentUpdate""##),
    new(KINDS, "comment_edited", r##""#/components/schemas/CommentUpdate""##),
    new(KINDS, "comment_removed", r##""#/components/schemas/CommentRemovedUpdate""##),
    Trap {
        at: "/components/schemas/Recipient",
        mend: Mend::Also("post_id", r#"{"type": "string", "nullable": true}"#),
        because: OFFICIAL,
    },
    Trap {
        at: SCHEMAS,
        mend: Mend::New("BotAdminPermissionsChangedUpdate", PERMISSIONS_CHANGED),
        because: CHANGES,
    },
    Trap {
        at: KINDS,
        mend: Mend::New(
            "bot_admin_permissions_changed",
            r##""#/components/schemas/BotAdminPermissionsChangedUpdate""##,
        ),
        because: CHANGES,
    },
    Trap {
        at: "/components/schemas/ChatAdminPermission",
        mend: Mend::Value("view_stats"),
        because: CHANGES,
    },
];
