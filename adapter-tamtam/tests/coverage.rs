//! What of the two schemas is here is told by tables, and these are true.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use adapter_tamtam::Dialect::{self, Max, TamTam};
use adapter_tamtam::coverage::{
    ACTIONS, ATTACHMENT_REQUESTS, ATTACHMENTS, BUTTONS, CONSTRUCTOR_INPUTS, Covered, Here, MARKUP,
    OPERATIONS, REPLY_BUTTONS, TABLES, UPDATES, markdown,
};
use adapter_tamtam::wire::{
    Attachment, AttachmentRequest, Button, ConstructorInput, ReplyButton, SenderAction, Update,
};
use gateway_core::model::{AccountId, Raw, UpdateKind};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Something that has every field that any kind asks for.
fn everything(tag: &str, kind: &str) -> Value {
    let buttons = json!([[{"type": "callback", "text": "a", "payload": "b"}]]);
    let user = json!({"user_id": 1, "name": "A", "is_bot": false, "last_activity_time": 0});
    let body = json!({"mid": "m", "seq": 1, "text": "x"});
    // What an update carries is a text.
    let payload = match tag {
        "type" => json!({"url": "u", "token": "t", "photo_id": 1, "code": "c", "buttons": buttons}),
        _ => json!("p"),
    };
    json!({
        tag: kind, "timestamp": 1, "chat_id": 2, "user_id": 1, "user": user, "title": "T",
        "message_id": "m", "session_id": "s", "muted_until": 3, "text": "a", "url": "u",
        "message": {"recipient": {"chat_id": 2}, "timestamp": 1, "body": body},
        "callback": {"timestamp": 1, "callback_id": "c", "user": user},
        "chat": {"chat_id": 2, "type": "chat", "status": "active"}, "chat_title": "T",
        "input": {"input_type": "callback", "payload": "p"}, "data": "d", "latitude": 0.5,
        "longitude": 0.5, "buttons": [[]], "messages": [],
        "payload": payload,
    })
}

/// The rows whose kind is typed, and whether it is.
fn reached<T: DeserializeOwned>(
    rows: &[Covered],
    tag: &str,
    of: impl Fn(&str) -> Value,
    is_known: impl Fn(&T) -> bool,
) {
    for row in rows {
        let mut value = of(row.name);
        value[tag] = row.name.into();
        let read = serde_json::from_value::<T>(value).is_ok_and(|it| is_known(&it));
        assert_eq!(read, matches!(row.here, Here::By(_)), "{}", row.name);
    }
}

#[test]
fn every_kind_in_the_tables_is_read_and_no_other() {
    let whole = |name: &str| everything("type", name);
    reached::<Update>(UPDATES, "update_type", |name| everything("update_type", name), |_| true);
    reached(ATTACHMENTS, "type", whole, |it| matches!(it, Attachment::Known(_)));
    reached(ATTACHMENT_REQUESTS, "type", whole, |it: &AttachmentRequest<'_>| {
        matches!(it, AttachmentRequest::Known(_))
    });
    let button = |_: &str| json!({"text": "a", "payload": "p", "url": "u", "chat_title": "T"});
    reached(BUTTONS, "type", button, |it: &Button<'_>| matches!(it, Button::Known(_)));
    reached(REPLY_BUTTONS, "type", button, |it: &ReplyButton<'_>| {
        matches!(it, ReplyButton::Known(_))
    });
    reached::<ConstructorInput>(CONSTRUCTOR_INPUTS, "input_type", button, |_| true);
    for row in ACTIONS {
        let action: SenderAction = serde_json::from_value(row.name.into()).expect("a word");
        assert!(!matches!(action, SenderAction::Other(_)), "{}", row.name);
    }
}

#[test]
fn every_markup_in_the_table_is_a_style() {
    for row in MARKUP {
        let markup = json!([{"type": row.name, "from": 0, "length": 1, "url": "u", "user_id": 1}]);
        let body = json!({"mid": "m", "seq": 1, "text": "x", "markup": markup});
        let message = json!({"recipient": {"chat_id": 2}, "timestamp": 1, "body": body});
        let update = json!({"update_type": "message_created", "timestamp": 1, "message": message});
        let update = adapter_tamtam::decode_update(&AccountId::new("a"), Raw::of(&update));
        let UpdateKind::MessageCreated { message } = update.kind else { panic!("a message") };
        let [span] = message.text.spans() else { panic!("{} is no style", row.name) };
        let style = format!("{:?}", span.style);
        let style = style.split(|it: char| !it.is_alphabetic()).next().unwrap_or_default();
        assert_eq!(row.here, Here::By(by_style(style)), "{}", row.name);
    }
}

fn by_style(style: &str) -> &'static str {
    let names = MARKUP.iter().filter_map(|row| match row.here {
        Here::By(name) => Some(name),
        Here::Not(_) => None,
    });
    names.into_iter().find(|name| name.ends_with(&format!("::{style}"))).expect("a style")
}

#[test]
fn every_operation_in_the_table_is_a_method_that_bears_its_name_and_no_other() {
    let mut sources = String::new();
    let mut folders = vec![here().join("src/client")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                sources += &std::fs::read_to_string(path).expect("text");
            }
        }
    }
    for row in OPERATIONS {
        let Here::By(method) = row.here else { panic!("all of them are here") };
        let method = method.strip_prefix("Client::").expect("a method of the client");
        assert!(sources.contains(&format!("pub async fn {method}(")), "{method} is no method");
    }
    // What has to do with the host of a file is no operation of the API.
    let elsewhere = ["upload", "uploadPiece", "download"];
    let named = sources.split("Operation::new(").skip(1);
    let named: BTreeSet<&str> = named.filter_map(|rest| rest.split('"').nth(1)).collect();
    let named: BTreeSet<&str> = named.into_iter().filter(|it| !elsewhere.contains(it)).collect();
    let listed: BTreeSet<&str> = OPERATIONS.iter().map(|row| row.name).collect();
    assert_eq!(named, listed);
}

#[test]
fn no_row_is_there_twice_or_for_nothing() {
    for table in TABLES {
        let names: BTreeSet<&str> = table.rows.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), table.rows.len(), "{}", table.title);
        assert!(table.rows.iter().all(|row| row.is_in(TamTam) || row.is_in(Max)));
    }
}

/// `GATEWAY_REFERENCE` names a folder with the schemas, which are not part of this repository.
#[test]
#[expect(clippy::print_stderr, reason = "whoever runs it shall know that nothing was compared")]
fn the_tables_have_what_the_schemas_have_and_nothing_else() {
    let Some(folder) = std::env::var_os("GATEWAY_REFERENCE") else {
        eprintln!("GATEWAY_REFERENCE is not set: no schema was compared");
        return;
    };
    for (dialect, file) in [(TamTam, "tamtam-schema-0.5.6.yaml"), (Max, "max-schema-0.0.32.yaml")] {
        let text = std::fs::read_to_string(Path::new(&folder).join(file)).expect("the schema");
        let schema: Value = serde_saphyr::from_str(&text).expect("YAML");
        compare(dialect, &schema);
    }
}

fn compare(dialect: Dialect, schema: &Value) {
    let operations = schema["paths"].as_object().expect("paths").values();
    let operations = operations.filter_map(Value::as_object).flat_map(serde_json::Map::values);
    let operations = operations.filter_map(|it| it["operationId"].as_str()).collect();
    same(dialect, "operations", OPERATIONS, &operations);
    let parts = &schema["components"]["schemas"];
    for (name, rows) in [
        ("Update", UPDATES),
        ("Attachment", ATTACHMENTS),
        ("AttachmentRequest", ATTACHMENT_REQUESTS),
        ("Button", BUTTONS),
        ("ReplyButton", REPLY_BUTTONS),
        ("MarkupElement", MARKUP),
        ("ConstructorInput", CONSTRUCTOR_INPUTS),
    ] {
        let kinds = parts[name]["discriminator"]["mapping"].as_object();
        let kinds = kinds.into_iter().flat_map(|it| it.keys().map(String::as_str)).collect();
        same(dialect, name, rows, &kinds);
    }
    let actions = parts["SenderAction"]["enum"].as_array().expect("actions");
    same(dialect, "SenderAction", ACTIONS, &actions.iter().filter_map(Value::as_str).collect());
}

fn same(dialect: Dialect, what: &str, rows: &[Covered], theirs: &BTreeSet<&str>) {
    let ours = rows.iter().filter(|row| row.is_in_schema(dialect)).map(|row| row.name);
    assert_eq!(&ours.collect::<BTreeSet<_>>(), theirs, "{what} of {dialect:?}");
}

/// `UPDATE_DOCS=1` writes the tables into the pages.
#[test]
fn the_pages_show_the_tables() {
    const BEGIN: &str = "<!-- coverage: written by a test, `UPDATE_DOCS=1` renews it -->\n";
    const END: &str = "\n<!-- end of coverage -->";
    for (dialect, page) in [(TamTam, "tamtam.md"), (Max, "max.md")] {
        let path: PathBuf = here().join("../docs/messengers").join(page);
        let text = std::fs::read_to_string(&path).expect("the page");
        let (before, rest) = text.split_once(BEGIN).expect("where the tables begin");
        let (shown, after) = rest.split_once(END).expect("where the tables end");
        let table = markdown(dialect);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            let renewed = format!("{before}{BEGIN}{table}{END}{after}");
            std::fs::write(&path, renewed).expect("it is written");
        } else {
            assert_eq!(shown, table, "{page} is not up to date: UPDATE_DOCS=1 renews it");
        }
    }
}
