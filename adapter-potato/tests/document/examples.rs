//! The examples of the document, where it is at hand: it is not part of this repository.

use std::path::Path;

use serde_json::Value;

/// An example, and under which headings it stands.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// The method or the object.
    pub(crate) of: String,
    pub(crate) is_request: bool,
    pub(crate) json: Value,
}

/// Every JSON example of the document, in its order; none where it is not at hand.
pub(crate) fn examples() -> Vec<Example> {
    let Some(folder) = std::env::var_os("GATEWAY_REFERENCE") else { return Vec::new() };
    let path = Path::new(&folder).join("potato-bot-api.txt");
    let document = std::fs::read_to_string(&path);
    let document = document.unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let lines: Vec<&str> = document.lines().collect();
    let (mut examples, mut of, mut is_request) = (Vec::new(), String::new(), false);
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim();
        let next = lines[at + 1..].iter().map(|it| it.trim()).find(|it| !it.is_empty());
        match line {
            "Request Example" => is_request = true,
            "Return Example" | "Sample code" => is_request = false,
            "User" | "Chat" => line.clone_into(&mut of),
            _ if !line.is_empty() && next == Some("Request URL") => line.clone_into(&mut of),
            "{" => {
                let (json, length) = object(&lines[at..]);
                examples.push(Example { of: of.clone(), is_request, json });
                at += length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    examples
}

/// The object that begins here, and how many lines it has.
fn object(lines: &[&str]) -> (Value, usize) {
    (1..=lines.len())
        .find_map(|length| {
            let json = serde_json::from_str(&lines[..length].join("\n")).ok()?;
            Some((json, length))
        })
        .expect("an example is JSON")
}
