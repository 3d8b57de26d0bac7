use std::collections::BTreeSet;
use std::time::Duration;

use gateway_core::http::ExposeSecret as _;

use super::*;

/// Everything that may be said of an account, and of a server.
const FULL: &str = r#"
[server]
public_url = "https://bots.example.org/gateway"

[[accounts]]
name = "shop"
messenger = "max"
bot = "menu"
token_variable = "SHOP_TOKEN"
receive = "webhook"
base_url = "https://max.example.org"
proxy = "http://me:hush-proxy@proxy.example.org:3128"
webhook_networks = ["10.0.0.0/8"]

[accounts.limits]
account = "30"
chat = "1:5"
poll = "off"

[[accounts]]
name = "help-desk"
messenger = "potato"
token = "10000001:hush-token"
"#;

fn source(variables: &[(&str, &str)]) -> Source {
    let bots = Bots::These(vec!["echo".to_owned(), "menu".to_owned()]);
    Source { file: None, variables: variables.iter().copied().collect(), bots }
}

fn parse(text: &str, variables: &[(&str, &str)]) -> Config {
    source(variables).parse(Path::new("gateway.toml"), text).expect("nothing is wrong")
}

fn mistakes(text: &str, variables: &[(&str, &str)]) -> String {
    let parsed = source(variables).parse(Path::new("gateway.toml"), text);
    parsed.expect_err("something is wrong").to_string()
}

fn keys(config: &Config) -> Vec<(String, Option<String>)> {
    config.keys().map(|(path, shown)| (path, shown.map(str::to_owned))).collect()
}

/// The template without the signs before its keys.
fn uncommented(text: &str) -> String {
    let is_key = |line: &str| {
        line.starts_with("#[") || line.starts_with('#') && !line.starts_with("# ") && line.len() > 1
    };
    let lines = text.lines().map(|line| if is_key(line) { &line[1..] } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_init_writes_says_nothing_but_defaults() {
    let nothing = source(&[]).read(None).expect("nothing is wrong");
    assert_eq!(keys(&parse(TEMPLATE, &[])), keys(&nothing));

    // And so it does with every sign taken away, but for what has no default.
    let open = uncommented(TEMPLATE);
    let without_accounts = open.split("[[accounts]]").next().expect("a beginning").to_owned();
    let has_no_default = ["replica_url", "public_url", "tls_", "rate"];
    let said: String = (without_accounts.lines())
        .filter(|line| !has_no_default.iter().any(|key| line.starts_with(key)))
        .fold(String::new(), |said, line| said + line + "\n");
    assert_eq!(keys(&parse(&said, &[])), keys(&nothing));
}

#[test]
fn what_init_writes_and_the_page_have_every_key_and_no_other() {
    let full = parse(FULL, &[("SHOP_TOKEN", "x")]);
    let known: BTreeSet<String> = full
        .keys()
        .map(|(path, _)| path.split(['[', ']']).step_by(2).collect::<String>())
        .collect();
    let mut written = BTreeSet::new();
    let mut table = String::new();
    for line in uncommented(TEMPLATE).lines() {
        if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            written.insert(format!("{table}.{key}"));
        } else if line.starts_with('[') {
            table = line.trim_matches(['[', ']']).to_owned();
        }
    }
    assert_eq!(written, known);

    let page = include_str!("../../../docs/configuration.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let described: BTreeSet<String> =
        rows.filter(|key| key.contains('.')).map(str::to_owned).collect();
    assert_eq!(described, known);
    let nothing = source(&[]).read(None).expect("nothing is wrong");
    for (path, shown) in nothing.keys() {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{path}`")));
        let row = row.expect("it is described").replace('`', "");
        let default = row.split('|').nth(2).expect("a default").trim();
        assert_eq!(default, shown.unwrap_or("–"), "{path}");
    }
}

#[test]
fn accounts_are_as_they_are_said() {
    let config = parse(FULL, &[("SHOP_TOKEN", "hush-variable")]);
    let [shop, help] = config.accounts.as_slice() else { panic!("two accounts") };
    assert_eq!((shop.name.as_str(), shop.bot.as_deref()), ("shop", Some("menu")));
    assert_eq!(shop.token.expose_secret(), "hush-variable");
    assert_eq!((shop.messenger, shop.receive), (MessengerKind::Max, Receive::Webhook));
    assert_eq!(shop.limits.poll, Some(Limit::Off));
    assert_eq!((help.bot.as_deref(), help.receive), (Some("echo"), Receive::Polling));
    assert_eq!(help.token.expose_secret(), "10000001:hush-token");
}

#[test]
fn an_account_needs_a_bot_where_they_are_known() {
    let text = "[[accounts]]\nname = \"a\"\nmessenger = \"max\"\ntoken = \"y\"\n";
    let with = |bots| {
        let source = Source { bots, ..source(&[]) };
        source.parse(Path::new("gateway.toml"), text)
    };
    let refused = with(Bots::These(Vec::new())).expect_err("there is none").to_string();
    assert!(refused.contains("accounts[0].bot: this program has no bot"), "{refused}");
    assert_eq!(with(Bots::Any).expect("any will do").accounts[0].bot, None);
}

#[test]
fn the_environment_is_stronger_than_the_file() {
    let variables = [
        ("SHOP_TOKEN", "hush-variable"),
        ("GATEWAY_SERVER__LISTEN", "[::1]:9000"),
        ("GATEWAY_RUNTIME__DEADLINE", "90s"),
        ("GATEWAY_SERVER__CORS", "https://a.example, https://b.example"),
        ("GATEWAY_REGISTRY__ENABLED", "false"),
        ("GATEWAY_ACCOUNTS__HELP_DESK__TOKEN", "10000001:hush-other"),
        ("GATEWAY_ACCOUNTS__SHOP__LIMITS__CHAT", "2"),
        ("DATABASE_URL", "postgres://gateway:hush-database@db/gateway"),
        ("RUST_LOG", "debug"),
        // An empty one says nothing.
        ("GATEWAY_SERVER__PUBLIC_URL", ""),
    ];
    let config = parse(FULL, &variables);
    assert_eq!(config.server.listen.to_string(), "[::1]:9000");
    assert_eq!(config.runtime.deadline, Duration::from_secs(90));
    assert_eq!(config.server.cors.len(), 2);
    assert!(!config.registry.enabled);
    assert_eq!(config.accounts[1].token.expose_secret(), "10000001:hush-other");
    assert_eq!(config.accounts[0].limits.chat.as_ref().expect("a limit").to_string(), "2");
    assert!(config.database.url.expose_secret().starts_with("postgres://"));
    assert_eq!(config.log.filter, "debug");
    assert!(config.server.public_url.is_some());
}

#[test]
fn the_file_of_a_database_begins_from_the_folder_of_the_configuration() {
    let url = |file: &str, text: &str, variables: &[(&str, &str)]| {
        let config = source(variables).parse(Path::new(file), text).expect("nothing is wrong");
        config.database.url.expose_secret().to_owned()
    };
    let max = "[[accounts]]\nname = \"max\"\nmessenger = \"max\"\nbot = \"echo\"\ntoken = \"t\"\n";
    let with = |it: &str| format!("[database]\nurl = \"{it}\"\n{max}");
    for (file, given, meant) in [
        ("/etc/g/gateway.toml", "sqlite://mine.db", "sqlite:///etc/g/mine.db"),
        ("../50%/g.toml", "sqlite:mine.db?mode=rw", "sqlite://../50%25/mine.db?mode=rw"),
        ("/etc/g/gateway.toml", "sqlite:///data/mine.db", "sqlite:///data/mine.db"),
        ("/etc/g/gateway.toml", "sqlite::memory:", "sqlite::memory:"),
        ("/etc/g/gateway.toml", "postgres://db/g", "postgres://db/g"),
        ("gateway.toml", "sqlite://mine.db", "sqlite://mine.db"),
    ] {
        assert_eq!(url(file, &with(given), &[]), meant, "{given} in {file}");
    }
    assert_eq!(url("/etc/g/gateway.toml", max, &[]), "sqlite:///etc/g/gateway.db");
    let said = [("DATABASE_URL", "sqlite://mine.db")];
    assert_eq!(url("/etc/g/gateway.toml", max, &said), "sqlite://mine.db");
}

#[test]
fn tokens_alone_are_accounts_where_the_file_has_none() {
    let variables = [("MAX_TOKEN", "x"), ("MAX_URL", "http://127.0.0.1:1")];
    let config = parse(TEMPLATE, &variables);
    assert_eq!(config.accounts.len(), 1);
    assert_eq!(
        (config.accounts[0].name.as_str(), config.accounts[0].bot.as_deref()),
        ("max", Some("echo"))
    );
    let other = [("GATEWAY_ACCOUNTS__MAX__BOT", "menu"), variables[0], variables[1]];
    assert_eq!(parse("", &other).accounts[0].bot.as_deref(), Some("menu"));
    let of_file = "[[accounts]]\nname = \"a\"\nmessenger = \"max\"\ntoken = \"y\"\n";
    assert_eq!(parse(of_file, &variables).accounts.len(), 1);
}

#[test]
fn a_mistake_is_found_by_its_line_and_key() {
    let said = "[server]\n\nlistn = 5\n";
    let expected = "gateway.toml:3: server.listn: there is no such key; did you mean listen?";
    assert_eq!(mistakes(said, &[]), expected);
    let variables = [("GATEWAY_RUNTIME__TRIES", "x"), ("SHOP_TOKEN", "x")];
    let expected = "GATEWAY_RUNTIME__TRIES: \"x\" is not a whole number from 1 on";
    assert_eq!(mistakes(FULL, &variables), expected);
}

#[test]
fn what_is_shown_is_a_configuration_without_secrets() {
    let variables = [
        ("SHOP_TOKEN", "hush-variable"),
        ("DATABASE_URL", "postgres://gateway:hush-database@db/gateway"),
    ];
    let config = parse(FULL, &variables);
    let shown = config.to_toml();
    for text in [&shown, &format!("{config:?}"), &format!("{:?}", source(&variables))] {
        assert!(!text.contains("hush"), "{text}");
    }
    assert!(shown.contains("url = \"postgres://***@db/gateway\"  # DATABASE_URL"), "{shown}");
    assert!(shown.contains("name = \"shop\"  # gateway.toml:6"), "{shown}");
    assert!(shown.contains("token = \"***\"  # gateway.toml:23"), "{shown}");
    // The token that is shown for Potato's is none, and one could be.
    let again = shown.replace("token = \"***\"", "token = \"1:x\"");
    let again = parse(&again, &[("SHOP_TOKEN", "x")]);
    let without_secrets = |config: &Config| -> Vec<_> {
        let mut keys = keys(config);
        keys.retain(|(path, _)| !path.ends_with("proxy") && path != "database.url");
        keys
    };
    assert_eq!(without_secrets(&again), without_secrets(&config));
}

#[test]
fn it_is_told_which_keys_have_changed() {
    let old = parse(FULL, &[("SHOP_TOKEN", "one")]);
    let text = FULL.replace("name = \"help-desk\"", "name = \"desk\"").replace("1:5", "1:6");
    let new = parse(&format!("[log]\nfilter = \"debug\"\n{text}"), &[("SHOP_TOKEN", "two")]);
    let changed = new.differences(&old);
    for key in [
        "log.filter",
        "accounts.shop.token_variable",
        "accounts.shop.limits.chat",
        "accounts.desk.name",
    ] {
        assert!(changed.iter().any(|it| it == key), "{key} is not in {changed:?}");
    }
    assert!(changed.contains(&"accounts.help-desk.token".to_owned()), "{changed:?}");
    assert!(!changed.iter().any(|it| it.starts_with("runtime.")), "{changed:?}");
    assert_eq!(old.differences(&old), Vec::<String>::new());
}

#[test]
fn no_slip_of_the_pen_shows_a_secret() {
    let variables = [("SHOP_TOKEN", "hush-variable")];
    let database = "[database]\nurl = \"postgres://gateway:hush-database@db/gateway\"\n";
    // Without messengers none is set up, each time anew, which would take a minute.
    let accounts = FULL.replace("messenger =", "bot =").replace("bot = \"menu\"", "");
    let hidden = ["hush-token", "hush-proxy", "hush-database", "hush-variable"];
    let source = source(&variables);
    for (text, at) in
        [database, &accounts].into_iter().flat_map(|it| (0..it.len()).map(move |at| (it, at)))
    {
        for put in ["", "\"", "=", "\n", "[", "#", "@"] {
            let slip = format!("{}{put}{}", &text[..at], &text[at + 1..]);
            let told = match source.parse(Path::new("gateway.toml"), &slip) {
                Ok(config) => config.to_toml() + &format!("{config:?}"),
                Err(mistakes) => mistakes.to_string(),
            };
            // A slip may cut a secret in two, and what is left of it is shorter.
            let shown = hidden.iter().find(|secret| told.contains(*secret));
            assert_eq!(shown, None, "{slip}\n\n{told}");
        }
    }
}
