//! Holds answers against the OpenAPI document.

use axum::http::Method;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::Got;
use crate::http::openapi;

/// It knows the document.
pub(super) struct Judge {
    document: Value,
}

impl Judge {
    pub(super) fn new() -> Self {
        Self { document: openapi::document() }
    }

    /// Fails when an answer is not one of those that the document has for the request.
    pub(super) fn judge(&self, method: &Method, path: &str, got: &Got) {
        let path = path.split('?').next().unwrap_or_default();
        let Some(methods) = self.methods(path) else {
            assert_eq!(got.status, 404, "{path} is not in the document");
            return;
        };
        let name = match method.as_str() {
            "HEAD" => "get".to_owned(),
            other => other.to_lowercase(),
        };
        let Some(operation) = methods.get(&name) else {
            assert_eq!(got.status, 405, "{method} {path} is not in the document");
            return;
        };
        let answer = &operation["responses"][got.status.to_string()];
        assert!(answer.is_object(), "{method} {path}: the document has no {}", got.status);
        for (header, it) in answer["headers"].as_object().into_iter().flatten() {
            let is_there = got.headers.contains_key(header.as_str());
            assert!(is_there || it["required"] != true, "{method} {path}: {header} is missing");
        }
        let Some((kind, content)) = answer["content"].as_object().and_then(|it| it.iter().next())
        else {
            assert!(got.text.is_empty(), "{method} {path}: {}", got.text);
            return;
        };
        assert_eq!(got.header("content-type"), Some(kind.as_str()), "{method} {path}");
        if kind.ends_with("json") && method != Method::HEAD {
            let errors: Vec<String> = self
                .validator(&content["schema"])
                .iter_errors(&got.body)
                .map(|it| format!("{}: {it}", it.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{method} {path}: {errors:#?} in {}", got.text);
        }
    }

    /// The methods of a path; those with names before those with parameters.
    fn methods(&self, path: &str) -> Option<&Value> {
        let paths = self.document["paths"].as_object().expect("paths");
        paths.get(path).or_else(|| {
            let found = paths.iter().find(|(pattern, _)| {
                pattern.split('/').count() == path.split('/').count()
                    && pattern
                        .split('/')
                        .zip(path.split('/'))
                        .all(|(a, b)| a == b || (a.starts_with('{') && !b.is_empty()))
            });
            found.map(|(_, methods)| methods)
        })
    }

    fn validator(&self, schema: &Value) -> Validator {
        let whole = json!({"components": self.document["components"], "allOf": [schema]});
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        options.build(&whole).expect("a schema")
    }
}

#[test]
fn the_examples_are_what_they_say() {
    fn contents<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
        match value {
            Value::Object(fields) => {
                if fields.contains_key("example") && fields.contains_key("schema") {
                    found.push(value);
                }
                fields.values().for_each(|it| contents(it, found));
            }
            Value::Array(items) => items.iter().for_each(|it| contents(it, found)),
            _ => {}
        }
    }
    let judge = Judge::new();
    let mut found = Vec::new();
    contents(&judge.document, &mut found);
    assert!(found.len() > 15, "{}", found.len());
    for it in found {
        let validator = judge.validator(&it["schema"]);
        let errors: Vec<String> =
            validator.iter_errors(&it["example"]).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?} in {}", it["example"]);
    }
}
