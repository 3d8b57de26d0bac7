//! The contract's own samples, field by field.

use chrono::{DateTime, Utc};
use registry_api::SeenPresence;

use super::*;

const NEW_CHAT: &str = include_str!("../../registry-api/src/http/openapi/examples/new_chat.json");
const CHAT: &str = include_str!("../../registry-api/src/http/openapi/examples/chat.json");
const LIST: &str = include_str!("../../registry-api/src/http/openapi/examples/list.json");

on_both! {
    the_sample_of_a_registration_is_accepted
    the_sample_of_a_chat_is_what_is_shown
    the_sample_of_a_list_is_what_is_listed
}

fn sample(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

async fn the_sample_of_a_registration_is_accepted(service: Service) {
    let sample = sample(NEW_CHAT);
    let registered = service.registers(&sample).await;
    assert_eq!(registered.status, 202);
    let id = registered.body["id"].as_str().expect("an id");
    let chat = service.gets(&format!("{CHATS}/{id}")).await.body;
    assert_eq!(chat["title"][0]["value"], sample["title"]);
    assert_eq!(chat["createdBy"], sample["createdBy"]);
    assert_eq!(chat["description"], sample["description"]);
}

/// Lets a bot see what a chat of a sample shows: who came and by whom, and the title.
async fn lives_through(service: &Service, sample: &Value) {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let time = |value: &Value| text(value).parse::<DateTime<Utc>>().expect("a time");
    let account = Account::new(text(&sample["createdBy"]), Platform::new("telegram"));
    let mut chat = Chat::new(text(&sample["id"]), ChatKind::Group);
    let registry = &service.registry;
    let met = Sighting::new(&account, &chat, time(&sample["registeredAt"]));
    registry.see(&met).await.expect("it is kept");

    let people = &sample["participants"];
    let named = |it: &Value| {
        let names = &it["userProperties"];
        User {
            first_name: names["firstname"].as_str().map(str::to_owned),
            username: names["username"].as_str().map(str::to_owned),
            ..User::new(text(&it["id"]))
        }
    };
    let (bot, owner) = (named(&people[0]), named(&people[1]));
    assert_eq!(people[0]["participations"][0]["invitedBy"], people[1]["id"]);
    let came = time(&people[0]["participations"][0]["joinedAt"]);
    let brought = Sighting::new(&account, &chat, came)
        .with(&owner, SeenPresence::Elsewhere)
        .with(&bot, SeenPresence::Came(Some(&owner.id)));
    registry.see(&brought).await.expect("it is kept");

    chat.title = Some(text(&sample["title"][0]["value"]));
    let seen = time(&people[1]["participations"][0]["joinedAt"]);
    let there = Sighting::new(&account, &chat, seen).with(&owner, SeenPresence::There);
    registry.see(&there).await.expect("it is kept");
}

/// The ids of a sample are put in the place of those that were given out: of the chat, and of people
/// by their public names. Everything else must be as it is in the sample.
fn with_the_ids_of(sample: &Value, shown: &Value) -> Value {
    let mut text = shown.to_string();
    let mut replace = |given: &Value, wanted: &Value| {
        let given = given.as_str().expect("an id");
        assert_eq!(uuid::Uuid::parse_str(given).expect("a UUID").get_version_num(), 4, "{given}");
        text = text.replace(given, wanted.as_str().expect("an id"));
    };
    replace(&shown["id"], &sample["id"]);
    for person in shown["participants"].as_array().expect("people") {
        let name = &person["userProperties"]["username"];
        let mut people = sample["participants"].as_array().expect("people").iter();
        let same = people.find(|it| it["userProperties"]["username"] == *name);
        replace(&person["id"], &same.expect("somebody of that name")["id"]);
    }
    serde_json::from_str(&text).expect("JSON")
}

async fn the_sample_of_a_chat_is_what_is_shown(service: Service) {
    let sample = sample(CHAT);
    lives_through(&service, &sample).await;
    let id = service.gets(CHATS).await.body["records"][0]["id"].clone();
    let shown = service.gets(&format!("{CHATS}/{}", id.as_str().expect("an id"))).await;
    assert_eq!(shown.status, 200);
    assert_eq!(with_the_ids_of(&sample, &shown.body), sample);
}

async fn the_sample_of_a_list_is_what_is_listed(service: Service) {
    let sample = sample(LIST);
    let chats = sample["records"].as_array().expect("records");
    for chat in chats.iter().rev() {
        lives_through(&service, chat).await;
    }
    let list = service.gets(&format!("{CHATS}/")).await.body;
    let records = list["records"].as_array().expect("records");
    let shown: Vec<Value> =
        chats.iter().zip(records).map(|(chat, it)| with_the_ids_of(chat, it)).collect();
    assert_eq!(&shown, chats);
    // One person is the same in both chats.
    assert_eq!(records[0]["participants"][0]["id"], records[1]["participants"][0]["id"]);
    let names = |it: &Value| it.as_object().expect("fields").keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&list), names(&sample));
    assert_eq!(names(&list["_metadata"]), names(&sample["_metadata"]));
    let metadata = json!({"currentPage": 0, "totalPages": 1, "pageSize": 20, "totalRecords": 2});
    assert_eq!(list["_metadata"], metadata);
}
