//! `GET /openapi.json`: the contract for machines, as OpenAPI 3.1.
//!
//! It is written by this program from the limits, names and problems that the handlers use, not
//! beside them: a test holds it against the routes. What answers look like stands in `schemas`, what
//! may be asked in `contract` and `beyond`.

mod answers;
mod beyond;
mod contract;
mod operations;
mod schemas;

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::{Value, json};

static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", document()));

pub(super) async fn show() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], TEXT.as_str())
}

/// The document.
pub fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Chat registry",
            "version": "1",
            "description": "Every chat that the bots meet, with its titles and participants.",
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": [
            {"name": "contract", "description": "The chat operations."},
            {"name": "beyond", "description": "What the registry offers beyond the contract."},
            {"name": "documents", "description": "This document, and a page to try it."},
        ],
        "paths": operations::paths(),
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "gwr_…",
                    "description": "A token of `gateway token create`; reading needs the scope \
                        `read`, changing the scope `write`.",
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::super::routes::routes;
    use super::*;

    /// Where the document is kept, for those who do not run the program.
    const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

    #[test]
    fn the_document_that_is_kept_is_this_one() {
        if std::env::var_os("REWRITE_OPENAPI").is_some() {
            std::fs::write(Path::new(KEPT), TEXT.as_str()).expect("writing openapi.json");
        }
        let kept = std::fs::read_to_string(Path::new(KEPT)).expect("openapi.json");
        let kept: Value = serde_json::from_str(&kept).expect("JSON");
        assert!(
            kept == document(),
            "registry-api/openapi.json is another; REWRITE_OPENAPI=1 cargo test -p registry-api \
             writes it anew"
        );
    }

    #[test]
    fn it_has_the_routes_and_nothing_else() {
        let routes = routes();
        let known = [routes.read.known, routes.write.known, routes.open.known].concat();
        let routed: BTreeSet<(String, String)> = known
            .iter()
            .map(|(method, path)| (format!("{}{path}", super::super::BASE), (*method).to_owned()))
            .collect();
        assert_eq!(routed.len(), known.len(), "a route is there twice");
        let document = document();
        let paths = document["paths"].as_object().expect("paths").iter();
        let documented: BTreeSet<(String, String)> = paths
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().expect("methods").keys();
                methods.map(|method| (path.clone(), method.clone())).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(routed, documented);
    }

    #[test]
    fn whatever_it_refers_to_is_there() {
        fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
            match value {
                Value::Object(fields) => {
                    found.extend(fields.get("$ref").and_then(Value::as_str));
                    fields.values().for_each(|it| references(it, found));
                }
                Value::Array(items) => items.iter().for_each(|it| references(it, found)),
                _ => {}
            }
        }
        let document = document();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 20, "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("of this document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn what_needs_a_token_says_so() {
        let document = document();
        for (_, path) in routes().open.known {
            let operation = &document["paths"][format!("{}{path}", super::super::BASE)]["get"];
            assert_eq!(operation["security"], json!([]), "{path}");
        }
    }
}
