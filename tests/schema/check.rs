//! One request or answer against one operation.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use super::convert::Converter;
use super::document::{Document, Operation, Parameter};
use super::traps::{self, Trap};

/// What a platform does beside its schema.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) token: TokenPlace,
    /// Parameters of the query that every operation takes.
    pub(crate) everywhere: &'static [&'static str],
    pub(crate) traps: &'static [&'static [Trap]],
    /// What may be null may be missing from an answer, and from a request.
    pub(crate) leaves_nulls_out: bool,
}

/// Where the bot's token is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TokenPlace {
    /// `?access_token=`.
    Query,
    /// `Authorization`, and nothing but the token in it.
    Header,
}

/// A platform's schema, ready to judge.
pub struct Schemas {
    document: Document,
    definitions: Value,
    token: TokenPlace,
    everywhere: &'static [&'static str],
    leaves_nulls_out: bool,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl fmt::Debug for Schemas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schemas")
            .field("operations", &self.document.operations.len())
            .finish_non_exhaustive()
    }
}

/// Something that the schema does not allow.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Violation {
    /// The operation as the schema names it: `GET /chats/{chatId}`.
    pub operation: String,
    /// Where: `request body`, `query`, `answer 200`.
    pub place: String,
    /// A JSON pointer into the body, or the name of a parameter.
    pub pointer: String,
    /// What the schema says to it.
    pub problem: String,
    /// What was there, shortened, without the bot's token.
    pub given: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, place, pointer, problem, given } = self;
        write!(f, "{operation}, {place}, at {pointer:?}: {problem}: {given}")
    }
}

/// A request as it came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// In capitals.
    pub method: &'a str,
    /// Below the base URL, encoded.
    pub path: &'a str,
    /// Without its question mark.
    pub query: &'a str,
    /// The header `Authorization`.
    pub authorization: Option<&'a str>,
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The whole body.
    pub body: &'a [u8],
}

impl Asked<'_> {
    fn pairs(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// The bot's token, wherever it is.
    pub fn token(&self) -> Option<String> {
        let in_query = self.pairs().into_iter().find(|(name, _)| name == "access_token");
        self.authorization.map(str::to_owned).or(in_query.map(|(_, token)| token))
    }
}

/// How much of what was given is shown.
const SHOWN: usize = 400;

impl Schemas {
    /// Reads a schema.
    pub(crate) fn parse(yaml: &str, rules: &Rules) -> Result<Self, String> {
        let mut root: Value =
            serde_saphyr::from_str(yaml).map_err(|why| format!("the schema is no YAML: {why}"))?;
        for traps in rules.traps {
            traps::mend(&mut root, traps)?;
        }
        let document = Document::new(&root)?;
        let converter =
            Converter { schemas: &document.schemas, leaves_nulls_out: rules.leaves_nulls_out };
        let definitions = converter.definitions();
        Ok(Self {
            document,
            definitions,
            token: rules.token,
            everywhere: rules.everywhere,
            leaves_nulls_out: rules.leaves_nulls_out,
            validators: Mutex::default(),
        })
    }

    /// The name of the operation that a request means; `None` when there is no such operation.
    pub fn operation(&self, method: &str, path: &str) -> Option<String> {
        self.find(method, path).map(|(operation, _)| operation.name.clone())
    }

    /// What is wrong with a request.
    pub fn request(&self, asked: &Asked<'_>) -> Vec<Violation> {
        let mut found = Findings::of(asked.token());
        let Some((operation, arguments)) = self.find(asked.method, asked.path) else {
            found.operation = format!("{} {}", asked.method, asked.path);
            found.add("request", "", "there is no such operation", "");
            return found.all;
        };
        found.operation.clone_from(&operation.name);
        for (name, text) in &arguments {
            let parameter =
                operation.parameters.iter().find(|it| it.is_in_path && it.name == *name);
            match parameter {
                Some(parameter) => self.parameter(&mut found, parameter, "path", text),
                None => found.add("path", name, "the operation has no such parameter", text),
            }
        }
        self.query(&mut found, operation, asked);
        self.authorization(&mut found, asked);
        self.body(&mut found, operation, asked);
        found.all
    }

    /// What is wrong with an answer to a request of [`operation`](Self::operation).
    pub fn answer(&self, operation: &str, status: u16, body: &[u8]) -> Vec<Violation> {
        let mut found = Findings::of(None);
        operation.clone_into(&mut found.operation);
        let place = format!("answer {status}");
        let known = self.document.operations.iter().find(|it| it.name == operation);
        let documented = known.and_then(|it| it.answers.get(&status.to_string()));
        let schema = match (documented, status) {
            (Some(schema), _) => schema.clone(),
            // The introduction of both schemas lists these for every operation; 403 is documented
            // for some and seen for others; 501 is what the sandbox says where it emulates nothing.
            (None, 400 | 401 | 403 | 404 | 405 | 429 | 500 | 501) => {
                json!({"$ref": "#/components/schemas/Error"})
            }
            // Asserted by the official client's suite: the body of a 503 may be anything.
            (None, 503) => return found.all,
            (None, _) => {
                found.add(&place, "", "the operation has no such answer", &shown(body));
                return found.all;
            }
        };
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => self.value(&mut found, &place, &schema, &value),
            Err(why) => found.add(&place, "", &format!("no JSON ({why})"), &shown(body)),
        }
        found.all
    }

    /// What is wrong with JSON that should be as a schema of the document says: the update of a
    /// webhook, what an upload answers.
    pub fn json(&self, schema: &str, value: &Value) -> Vec<Violation> {
        let mut found = Findings::of(None);
        schema.clone_into(&mut found.operation);
        let reference = json!({"$ref": format!("#/components/schemas/{schema}")});
        self.value(&mut found, "value", &reference, value);
        found.all
    }

    fn find(&self, method: &str, path: &str) -> Option<(&Operation, Vec<(String, String)>)> {
        let mut candidates = self.document.candidates(method, path);
        // `/chats/{chatLink}` and `/chats/{chatId}` are told apart by what stands there.
        let fits = |(operation, arguments): &(&Operation, Vec<(String, String)>)| {
            arguments.iter().all(|(name, text)| {
                let known = operation.parameters.iter().find(|it| it.name == *name);
                known.is_some_and(|it| {
                    let mut found = Findings::of(None);
                    self.parameter(&mut found, it, "path", text);
                    found.all.is_empty()
                })
            })
        };
        let place = candidates.iter().position(fits).unwrap_or_default();
        (place < candidates.len()).then(|| candidates.swap_remove(place))
    }

    fn query(&self, found: &mut Findings, operation: &Operation, asked: &Asked<'_>) {
        let mut given: Vec<String> = Vec::new();
        for (name, text) in asked.pairs() {
            if name.is_empty() && text.is_empty() {
                continue;
            }
            if given.contains(&name) {
                found.add("query", &name, "it is there twice", &text);
            }
            let wanted = operation.parameters.iter().find(|it| !it.is_in_path && it.name == name);
            let is_token = name == "access_token" && self.token == TokenPlace::Query;
            match wanted {
                Some(parameter) => self.parameter(found, parameter, "query", &text),
                None if is_token || self.everywhere.contains(&name.as_str()) => {}
                None => found.add("query", &name, "the operation has no such parameter", &text),
            }
            given.push(name);
        }
        let required = operation.parameters.iter().filter(|it| !it.is_in_path && it.is_required);
        for parameter in required.filter(|it| !given.contains(&it.name)) {
            found.add("query", &parameter.name, "it is required", "");
        }
    }

    fn authorization(&self, found: &mut Findings, asked: &Asked<'_>) {
        let in_query = asked.pairs().iter().any(|(name, _)| name == "access_token");
        match self.token {
            TokenPlace::Query if !in_query => found.add("query", "access_token", "no token", ""),
            TokenPlace::Header => match asked.authorization {
                None => found.add("header", "Authorization", "no token", ""),
                Some(header) if header.trim().contains(' ') => {
                    found.add("header", "Authorization", "more than the token is in it", "");
                }
                Some(_) => {}
            },
            TokenPlace::Query => {}
        }
    }

    fn body(&self, found: &mut Findings, operation: &Operation, asked: &Asked<'_>) {
        let place = "request body";
        let Some(schema) = &operation.body else {
            if !asked.body.is_empty() {
                found.add(place, "", "the operation has none", &shown(asked.body));
            }
            return;
        };
        let is_json = asked.content_type.is_some_and(|it| it.starts_with("application/json"));
        if !is_json {
            found.add(place, "", "no JSON by its Content-Type", asked.content_type.unwrap_or("-"));
        }
        match serde_json::from_slice::<Value>(asked.body) {
            Ok(value) => self.value(found, place, schema, &value),
            Err(why) => found.add(place, "", &format!("no JSON ({why})"), &shown(asked.body)),
        }
    }

    /// A parameter is text; what it says is what is judged.
    fn parameter(&self, found: &mut Findings, parameter: &Parameter, place: &str, text: &str) {
        let schema = self.resolved(&parameter.schema);
        let value = match read(schema, text) {
            Ok(value) => value,
            Err(problem) => return found.add(place, &parameter.name, &problem, text),
        };
        let mut schema = schema.clone();
        // A path's pattern is of the whole segment: the servers route by it.
        if let (true, Some(pattern)) = (parameter.is_in_path, schema["pattern"].as_str()) {
            schema["pattern"] = json!(format!("^(?:{pattern})$"));
        }
        let before = found.all.len();
        self.value(found, place, &schema, &value);
        for violation in &mut found.all[before..] {
            violation.pointer = format!("{}{}", parameter.name, violation.pointer);
        }
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str().and_then(|it| it.strip_prefix("#/components/schemas/"));
        name.and_then(|name| self.document.schemas.get(name)).unwrap_or(schema)
    }

    fn value(&self, found: &mut Findings, place: &str, schema: &Value, value: &Value) {
        let validator = match self.validator(schema) {
            Ok(validator) => validator,
            Err(why) => return found.add(place, "", &why, ""),
        };
        for error in validator.iter_errors(value) {
            let pointer = error.instance_path().to_string();
            let given = shown(error.instance().to_string().as_bytes());
            found.add(place, &pointer, &error.masked_with("it").to_string(), &given);
        }
    }

    fn validator(&self, schema: &Value) -> Result<Arc<Validator>, String> {
        let key = schema.to_string();
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = validators.get(&key) {
            return Ok(validator.clone());
        }
        let converter =
            Converter { schemas: &self.document.schemas, leaves_nulls_out: self.leaves_nulls_out };
        let mut whole = converter.convert(schema);
        whole["$defs"] = self.definitions.clone();
        let options = jsonschema::options().with_draft(Draft::Draft202012);
        let validator = options.build(&whole).map_err(|why| format!("a useless schema: {why}"))?;
        let validator = Arc::new(validator);
        validators.insert(key, validator.clone());
        Ok(validator)
    }
}

/// What the text of a parameter says, by the kind that the schema wants.
fn read(schema: &Value, text: &str) -> Result<Value, String> {
    let is_list = schema["type"] == "array" || schema.get("items").is_some();
    if is_list {
        let read_item = |item: &str| match schema.get("items") {
            Some(items) => read(items, item),
            None => Ok(json!(item)),
        };
        return text.split(',').map(read_item).collect::<Result<Vec<_>, _>>().map(Value::from);
    }
    match schema["type"].as_str() {
        Some("integer") => {
            text.parse::<i64>().map(Value::from).map_err(|why| format!("no integer ({why})"))
        }
        Some("boolean") => text.parse::<bool>().map(Value::from).map_err(|why| why.to_string()),
        _ => Ok(json!(text)),
    }
}

fn shown(given: &[u8]) -> String {
    let text = String::from_utf8_lossy(given);
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Violations on their way together.
struct Findings {
    operation: String,
    token: Option<String>,
    all: Vec<Violation>,
}

impl Findings {
    fn of(token: Option<String>) -> Self {
        Self { operation: String::new(), token, all: Vec::new() }
    }

    fn add(&mut self, place: &str, pointer: &str, problem: &str, given: &str) {
        let token = self.token.as_deref().filter(|it| !it.is_empty());
        let clean = |text: &str| match token {
            Some(token) => text.replace(token, "[token]"),
            None => text.to_owned(),
        };
        self.all.push(Violation {
            operation: clean(&self.operation),
            place: place.to_owned(),
            pointer: pointer.to_owned(),
            problem: clean(problem),
            given: clean(given),
        });
    }
}
