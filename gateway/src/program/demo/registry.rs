//! Whether the registry holds what was said: asked over HTTP, as any client would.

use std::net::SocketAddr;

use anyhow::{Context as _, ensure};
use gateway_core::http::{HttpClient, HttpOptions, Operation, Repeat, SecretString};
use gateway_core::model::Platform;
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::Value;
use url::Url;

use super::BOT;
use super::conversation::PEOPLE;

const CHATS: Operation = Operation::new("chats", "asking the registry for its chats", Repeat::Safe);

/// The largest page that there is.
const PAGE_SIZE: u32 = 200;

/// Says what the registry holds, or what is missing.
pub(super) async fn check(address: SocketAddr, token: &str) -> anyhow::Result<String> {
    let url = Url::parse(&format!("http://{address}"))?;
    let header = SecretString::from(format!("Bearer {token}"));
    let client = HttpClient::new(
        HttpOptions::new(url, Platform::new("registry")).with_secret(header.clone()),
    )?;
    let (mut chats, mut total) = (Vec::new(), Value::Null);
    for page in 0.. {
        let path = ["api", "v1", "private", "chats"];
        let call = client.call(&CHATS, Method::GET, &path);
        let call = call.query("page", page).query("size", PAGE_SIZE);
        let answer = call.secret_header(AUTHORIZATION, &header).answer().await?;
        ensure!(answer.is_success(), "it answered {}", answer.status());
        let mut list: Value = answer.json()?;
        let records = list["records"].as_array_mut().context("it answered without records")?;
        if records.is_empty() {
            break;
        }
        chats.append(records);
        total = list["_metadata"]["totalRecords"].take();
    }
    for (platform, person) in PEOPLE {
        let of_platform = |chat: &&Value| chat["service"] == platform.name();
        let names = |chat: &Value| -> Vec<String> {
            let people = chat["participants"].as_array().into_iter().flatten();
            people
                .filter_map(|it| it["userProperties"]["firstname"].as_str().map(str::to_owned))
                .collect()
        };
        let chat = chats
            .iter()
            .filter(of_platform)
            .find(|chat| names(chat).iter().any(|name| name == person))
            .with_context(|| format!("it holds no chat of {person} on {platform}"))?;
        ensure!(
            names(chat).iter().any(|name| name == BOT),
            "the chat of {person} on {platform} lacks the bot"
        );
    }
    let names = PEOPLE.map(|(_, person)| person).join(", ");
    Ok(format!("The registry holds {total} chats, among them those of {names} with the bot."))
}
