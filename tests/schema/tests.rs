//! The judge itself, held against a tiny document, so that it is proven where the platforms'
//! schemas are not; and the platforms' schemas against what was recorded.

use std::io::Write as _;

use adapter_tamtam::Dialect;
use serde_json::{Value, json};

use super::check::{Asked, Rules, Schemas, TokenPlace, Violation};
use super::traps::{Mend, Trap};
use super::{REFERENCE, reference};

const ZOO: &str = r##"
openapi: 3.0.0
paths:
  /animals/{animalId}:
    get:
      parameters:
        - {in: path, name: animalId, required: true, schema: {type: integer, format: int64}}
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Animal"}}}}
        "404": {$ref: "#/components/responses/NotFound"}
  /animals/{name}:
    get:
      parameters:
        - {in: path, name: name, required: true, schema: {type: string, pattern: "[a-z]+"}}
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Keeper"}}}}
  /animals:
    post:
      parameters:
        - {in: query, name: cage, required: true, schema: {$ref: "#/components/schemas/number"}}
        - {in: query, name: quiet, schema: {type: boolean}}
        - {in: query, name: foods, schema: {items: {type: integer}}}
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Animal"}}}}
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Keeper"}}}}
components:
  responses:
    NotFound: {content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
  schemas:
    number: {type: integer, format: int64}
    Error:
      properties: {code: {type: string}, message: {type: string}}
      required: [code, message]
    Animal:
      discriminator:
        propertyName: kind
        mapping:
          cat: "#/components/schemas/Cat"
          dog: {$ref: "#/components/schemas/Dog"}
      properties:
        kind: {type: string}
        name: {type: string, minLength: 1, maxLength: 5}
      required: [kind, name]
    Cat:
      allOf: [{$ref: "#/components/schemas/Animal"}]
    Dog:
      allOf:
        - $ref: "#/components/schemas/Animal"
        - properties:
            weight: {type: integer, format: int32}
            keeper: {nullable: true, allOf: [{$ref: "#/components/schemas/Keeper"}]}
            friends: {type: array, items: {$ref: "#/components/schemas/Animal"}}
            toys: {type: object, additionalProperties: {type: string}}
          required: [weight, keeper]
    Keeper:
      properties:
        size: {enum: [big, small]}
        pet: {allOf: [{$ref: "#/components/schemas/Animal"}]}
        ghost: {type: string, required: false}
      required: [size, ghosts]
"##;

const TRAPS: &[Trap] = &[Trap {
    at: "/components/schemas/Keeper",
    mend: Mend::Optional("ghosts"),
    because: "there is no such property",
}];

fn rules() -> Rules {
    Rules { token: TokenPlace::Query, everywhere: &["v"], traps: &[TRAPS], leaves_nulls_out: false }
}

fn zoo() -> Schemas {
    Schemas::parse(ZOO, &rules()).expect("a document")
}

/// Where, and what the schema says to it.
fn told(violations: &[Violation]) -> Vec<String> {
    violations.iter().map(|it| format!("{} {}", it.pointer, it.problem)).collect()
}

fn animal(value: &Value) -> Vec<String> {
    told(&zoo().json("Animal", value))
}

fn dog() -> Value {
    json!({"kind": "dog", "name": "Rex", "weight": 5, "keeper": null})
}

fn dog_with(name: &str, value: Value) -> Value {
    let mut dog = dog();
    dog[name] = value;
    dog
}

fn asked<'a>(query: &'a str, body: &'a [u8]) -> Asked<'a> {
    let content_type = Some("application/json");
    Asked { method: "POST", path: "/animals", query, content_type, body, ..Asked::default() }
}

fn request(query: &str) -> Vec<String> {
    let dog = dog().to_string();
    told(&zoo().request(&asked(query, dog.as_bytes())))
}

#[test]
fn what_is_as_it_should_be_passes() {
    assert_eq!(animal(&dog()), [""; 0]);
    assert_eq!(animal(&json!({"kind": "cat", "name": "Tom"})), [""; 0]);
    let keeper = json!({"size": "big", "pet": {"kind": "cat", "name": "Tom"}, "ghost": "boo"});
    assert_eq!(animal(&dog_with("keeper", keeper)), [""; 0]);
    assert_eq!(request("cage=7&quiet=true&foods=1,2&access_token=secret&v=1"), [""; 0]);
}

#[test]
fn a_wrong_type_is_found() {
    let found = animal(&dog_with("weight", json!("5")));
    assert_eq!(found, [r#"/weight it is not of type "integer""#]);
}

#[test]
fn a_number_that_is_too_large_is_found() {
    let found = animal(&dog_with("weight", json!(i64::from(i32::MAX) + 1)));
    assert_eq!(found, ["/weight it is greater than the maximum of 2147483647"]);
    let found = told(&zoo().json("number", &json!(u64::MAX)));
    assert_eq!(found, [" it is greater than the maximum of 9223372036854775807"]);
}

#[test]
fn an_unknown_field_is_found_also_where_a_base_is_extended() {
    let found = animal(&dog_with("wieght", json!(5)));
    assert_eq!(found, [" Additional properties are not allowed ('wieght' was unexpected)"],);
    let found = animal(&json!({"kind": "cat", "name": "Tom", "weight": 5}));
    assert_eq!(found.len(), 1, "a cat has no weight: {found:?}");
}

#[test]
fn a_missing_field_is_found() {
    let found = animal(&json!({"kind": "dog", "name": "Rex", "keeper": null}));
    assert_eq!(found, [r#" "weight" is a required property"#]);
}

#[test]
fn an_unknown_subtype_is_found_also_deep_inside() {
    let found = animal(&dog_with("friends", json!([{"kind": "cow", "name": "Bo"}])));
    assert_eq!(found, [r#"/friends/0/kind it is not one of "cat" or "dog""#]);
    let keeper = json!({"size": "big", "pet": {"kind": "cow", "name": "Bo"}});
    assert_eq!(animal(&dog_with("keeper", keeper)).len(), 1);
}

#[test]
fn null_is_for_what_may_be_null() {
    assert_eq!(animal(&dog_with("keeper", Value::Null)), [""; 0]);
    assert_eq!(animal(&dog_with("weight", Value::Null)).len(), 1);
    let found = animal(&dog_with("keeper", json!({"size": "huge"})));
    assert_eq!(found, [r#"/keeper/size it is not one of "big" or "small""#]);
}

#[test]
fn nulls_may_be_left_out_where_the_platform_does() {
    let dog = json!({"kind": "dog", "name": "Rex", "weight": 5});
    assert_eq!(animal(&dog), [r#" "keeper" is a required property"#]);
    let rules = Rules { leaves_nulls_out: true, ..rules() };
    let schemas = Schemas::parse(ZOO, &rules).expect("a document");
    assert_eq!(told(&schemas.json("Animal", &dog)), [""; 0]);
}

#[test]
fn a_map_takes_any_name_and_one_kind_of_value() {
    assert_eq!(animal(&dog_with("toys", json!({"ball": "red"}))), [""; 0]);
    let found = animal(&dog_with("toys", json!({"ball": 1})));
    assert_eq!(found, [r#"/toys/ball it is not of type "string""#]);
}

#[test]
fn lengths_count_characters() {
    assert_eq!(animal(&json!({"kind": "cat", "name": "Мурка"})), [""; 0]);
    assert_eq!(animal(&json!({"kind": "cat", "name": "Barsik"})).len(), 1);
}

#[test]
fn the_query_is_held_against_the_parameters() {
    assert_eq!(request("access_token=sesame"), ["cage it is required"]);
    assert_eq!(
        request("cage=big&access_token=sesame"),
        ["cage no integer (invalid digit found in string)"]
    );
    assert_eq!(
        request("cage=1&cagge=2&access_token=sesame"),
        ["cagge the operation has no such parameter"]
    );
    assert_eq!(request("cage=1&cage=2&access_token=sesame"), ["cage it is there twice"]);
    assert_eq!(request("cage=1"), ["access_token no token"]);
    let found = request("cage=1&foods=1,x&access_token=sesame");
    assert_eq!(found, ["foods no integer (invalid digit found in string)"]);
}

#[test]
fn a_token_in_a_header_is_nothing_but_the_token() {
    let rules = Rules { token: TokenPlace::Header, ..rules() };
    let schemas = Schemas::parse(ZOO, &rules).expect("a document");
    let dog = dog().to_string();
    let mut asked = asked("cage=1", dog.as_bytes());
    assert_eq!(told(&schemas.request(&asked)), ["Authorization no token"]);
    asked.authorization = Some("Bearer sesame");
    assert_eq!(told(&schemas.request(&asked)), ["Authorization more than the token is in it"]);
    asked.authorization = Some("sesame");
    assert_eq!(told(&schemas.request(&asked)), [""; 0]);
    asked.query = "cage=1&access_token=sesame";
    let found = told(&schemas.request(&asked));
    assert_eq!(found, ["access_token the operation has no such parameter"]);
}

#[test]
fn a_path_is_told_apart_by_what_stands_in_it() {
    let zoo = zoo();
    let by = |path| zoo.operation("GET", path).unwrap_or_default();
    assert_eq!(by("/animals/-5"), "GET /animals/{animalId}");
    assert_eq!(by("/animals/rex"), "GET /animals/{name}");
    assert_eq!(zoo.operation("GET", "/plants"), None);
    let plants = Asked { method: "GET", path: "/plants", ..Asked::default() };
    assert_eq!(told(&zoo.request(&plants)), [" there is no such operation"]);
}

#[test]
fn a_body_is_json_and_only_where_there_is_one() {
    let query = "cage=1&access_token=sesame";
    assert_eq!(told(&zoo().request(&asked(query, b"[object Object]"))).len(), 1);
    let mut plain = asked(query, b"{}");
    plain.content_type = None;
    assert_eq!(zoo().request(&plain)[0].problem, "no JSON by its Content-Type");
    let query = "access_token=sesame";
    let body: &[u8] = b"{}";
    let get = Asked { method: "GET", path: "/animals/5", query, body, ..Asked::default() };
    assert_eq!(told(&zoo().request(&get)), [" the operation has none"]);
}

#[test]
fn an_answer_is_held_against_its_status() {
    let zoo = zoo();
    let answer = |status, body: &Value| {
        let body = body.to_string();
        told(&zoo.answer("GET /animals/{animalId}", status, body.as_bytes()))
    };
    assert_eq!(answer(200, &dog()), [""; 0]);
    assert_eq!(answer(404, &json!({"code": "not.found", "message": "no"})), [""; 0]);
    assert_eq!(answer(429, &json!({"code": "many"})), [r#" "message" is a required property"#]);
    assert_eq!(answer(418, &json!({})), [" the operation has no such answer"]);
    assert_eq!(told(&zoo.answer("GET /animals/{animalId}", 503, b"<html>")), [""; 0]);
}

#[test]
fn a_violation_says_all_but_the_token() {
    let dog = dog_with("name", json!("secret-token")).to_string();
    let found = zoo().request(&asked("cage=1&access_token=secret-token", dog.as_bytes()));
    assert_eq!(
        found[0].to_string(),
        "POST /animals, request body, at \"/name\": it is longer than 5 characters: \"[token]\""
    );
}

#[test]
fn a_trap_that_is_gone_is_an_error() {
    for (at, mend) in [
        ("/components/schemas/Keeper", Mend::Optional("size2")),
        ("/components/schemas/Nobody", Mend::Nullable),
    ] {
        let mut root = json!({"components": {"schemas": {"Keeper": {"required": ["size"]}}}});
        let trap = Trap { at, mend, because: "a test" };
        assert!(super::traps::mend(&mut root, &[trap]).is_err(), "{at}");
    }
}

/// Told past the test harness, which keeps what a test that passes prints.
#[test]
fn it_is_said_whether_schemas_are_compared() {
    let told = match reference() {
        Some(_) => {
            let both = [Dialect::TamTam, Dialect::Max].map(Schemas::of);
            assert!(both.iter().all(Option::is_some));
            "the platforms' schemas: COMPARED in every end-to-end test".to_owned()
        }
        None => format!("the platforms' schemas: NOTHING WAS COMPARED, {REFERENCE} is not set"),
    };
    writeln!(std::io::stderr(), "{told}").expect("somebody to tell");
}

/// The traps are no excuse: what was seen on MAX's wire passes with them.
#[test]
fn what_was_recorded_on_maxs_wire_passes() {
    let (Some(folder), Some(schemas)) = (reference(), Schemas::of(Dialect::Max)) else { return };
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder.join("max-updates")).expect("recorded updates") {
        let file = entry.expect("an entry").path();
        let recorded = std::fs::read_to_string(&file).expect("a file");
        let recorded: Value = serde_json::from_str(&recorded).expect("JSON");
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let found = schemas.json("UpdateList", &recorded);
        wrong.extend(found.iter().map(|it| format!("{name}: {it}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
