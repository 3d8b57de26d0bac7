//! Formatting, in one document of every construct for each format.

use sandbox::Platform;
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, Bot};

/// A line of a document: what is sent, what is left of it, and how all of that is marked.
type Line<'a> = (&'a str, &'a str, &'a [&'a str]);

/// Schema 0.5.6, "Text formatting", and what the official client's suite has beside: constructs
/// within constructs, and code in which nothing means anything.
const MARKDOWN: [Line<'_>; 23] = [
    ("*aa*", "aa", &["emphasized"]),
    ("_ab_", "ab", &["emphasized"]),
    ("**ac**", "ac", &["strong"]),
    ("__ad__", "ad", &["strong"]),
    ("~~ae~~", "ae", &["strikethrough"]),
    ("++af++", "af", &["underline"]),
    ("`ag`", "ag", &["monospaced"]),
    ("```ah```", "ah", &["monospaced"]),
    ("^^ai^^", "ai", &["highlighted"]),
    ("[aj](https://e.org/)", "aj", &["link"]),
    ("[ak](USER)", "ak", &["user_mention"]),
    ("# al", "al", &["heading"]),
    ("***am***", "am", &["strong", "emphasized"]),
    ("**_an_**", "an", &["strong", "emphasized"]),
    ("[**ao**](https://e.org/)", "ao", &["strong", "link"]),
    ("~~*ap*~~", "ap", &["emphasized", "strikethrough"]),
    ("++**aq**++", "aq", &["strong", "underline"]),
    ("^^_ar_^^", "ar", &["emphasized", "highlighted"]),
    ("`**as**`", "**as**", &["monospaced"]),
    ("**😀б**", "😀б", &["strong"]),
    ("[at]()", "at", &[]),
    ("snake_au_case", "snake_au_case", &[]),
    ("@helper_bot", "@helper_bot", &["user_mention"]),
];

/// The same for the tags.
const HTML: [Line<'_>; 24] = [
    ("<i>aa</i>", "aa", &["emphasized"]),
    ("<em>ab</em>", "ab", &["emphasized"]),
    ("<b>ac</b>", "ac", &["strong"]),
    ("<strong>ad</strong>", "ad", &["strong"]),
    ("<del>ae</del>", "ae", &["strikethrough"]),
    ("<s>af</s>", "af", &["strikethrough"]),
    ("<ins>ag</ins>", "ag", &["underline"]),
    ("<u>ah</u>", "ah", &["underline"]),
    ("<pre>ai</pre>", "ai", &["monospaced"]),
    ("<code>aj</code>", "aj", &["monospaced"]),
    ("<mark>ak</mark>", "ak", &["highlighted"]),
    ("<h1>al</h1>", "al", &["heading"]),
    ("<a href=\"https://e.org/\">am</a>", "am", &["link"]),
    ("<a href=\"USER\">an</a>", "an", &["user_mention"]),
    ("<b><i>ao</i></b>", "ao", &["strong", "emphasized"]),
    ("<u><b>ap</b></u>", "ap", &["strong", "underline"]),
    ("<del><i>aq</i></del>", "aq", &["emphasized", "strikethrough"]),
    ("<mark><em>ar</em></mark>", "ar", &["emphasized", "highlighted"]),
    ("<a href=\"https://e.org/\"><b>as</b></a>", "as", &["strong", "link"]),
    ("<code>&lt;b&gt;</code>", "<b>", &["monospaced"]),
    ("<b>😀б</b>", "😀б", &["strong"]),
    ("<a href=\"\">at</a>", "at", &[]),
    ("<span>au</span>", "au", &[]),
    ("@helper_bot", "@helper_bot", &["user_mention"]),
];

/// What a document becomes: its text, and its markup, whose places count UTF-16 code units.
fn expected(lines: &[Line<'_>], user: i64) -> (String, Vec<Value>) {
    let (mut text, mut markup, mut from) = (String::new(), Vec::new(), 0);
    for (_, plain, kinds) in lines {
        if !text.is_empty() {
            text.push('\n');
            from += 1;
        }
        let length = plain.encode_utf16().count();
        for kind in *kinds {
            let mut element = json!({"type": kind, "from": from, "length": length});
            match *kind {
                "link" => element["url"] = json!("https://e.org/"),
                "user_mention" if plain.starts_with('@') => element["user_link"] = json!(plain),
                "user_mention" => element["user_id"] = json!(user),
                _ => {}
            }
            markup.push(element);
        }
        text.push_str(plain);
        from += length;
    }
    (text, markup)
}

async fn is_read(bench: &Bench, bot: &Bot, lines: &[Line<'_>], format: &str) {
    let user = bench.user_id(bench.anna(bot.platform));
    let scheme = if bot.platform == Platform::Max { "max" } else { "tamtam" };
    let sources: Vec<&str> = lines.iter().map(|(source, ..)| *source).collect();
    let source = sources.join("\n").replace("USER", &format!("{scheme}://user/{user}"));
    let (text, markup) = expected(lines, user);
    assert_eq!(markup.len(), 27, "as many as in the official client's document");
    let chat = bench.chat_id(bench.dialog(bot));
    let body = bot.sends(chat, json!({"text": source, "format": format})).await["body"].clone();
    assert_eq!(body["text"], text);
    assert_eq!(body["markup"], json!(markup));
}

#[tokio::test]
async fn a_document_of_every_construct_of_markdown_has_its_places() {
    let bench = Bench::open().await;
    for platform in BOTH {
        is_read(&bench, &bench.on(platform), &MARKDOWN, "markdown").await;
    }
}

#[tokio::test]
async fn a_document_of_every_tag_has_its_places() {
    let bench = Bench::open().await;
    for platform in BOTH {
        is_read(&bench, &bench.on(platform), &HTML, "html").await;
    }
}

#[tokio::test]
async fn a_quote_is_markup_on_max_only() {
    let bench = Bench::open().await;
    for (platform, markup) in [
        (Platform::Max, json!([{"type": "quote", "from": 0, "length": 2}])),
        (Platform::Tamtam, Value::Null),
    ] {
        let bot = bench.on(platform);
        let chat = bench.chat_id(bench.dialog(&bot));
        let sent = bot.sends(chat, json!({"text": "> aa", "format": "markdown"})).await;
        assert_eq!(sent["body"]["markup"], markup);
    }
}
