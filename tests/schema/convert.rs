//! An OpenAPI 3.0 schema as a JSON Schema.
//!
//! - Objects are flat and closed: the properties of all that `allOf` names are gathered, and what
//!   is not among them is a violation. That is what finds a misspelt field.
//! - A schema with a `discriminator` becomes a choice by that property; an unknown value is a
//!   violation. Its subtypes take its properties and not its choice.
//! - `nullable` becomes "when it is not null", so that a violation names what is wrong inside.

use serde_json::{Map, Value, json};

/// Turns the schemas of one document.
pub(crate) struct Converter<'a> {
    pub(crate) schemas: &'a Map<String, Value>,
    /// What may be null may be missing.
    pub(crate) leaves_nulls_out: bool,
}

/// A flattened object.
#[derive(Default)]
struct Flat {
    properties: Map<String, Value>,
    required: Vec<String>,
    others: Option<Value>,
}

/// What a schema may extend at most, one after the other.
const DEEPEST: usize = 16;

impl Converter<'_> {
    /// All schemas of the document, for `$defs`.
    pub(crate) fn definitions(&self) -> Value {
        let definition = |(name, schema): (&String, &Value)| {
            let body = match schema.get("discriminator") {
                Some(discriminator) => choice(schema, discriminator),
                None if self.is_bare_subtype(schema) => self.object(schema),
                None => self.convert(schema),
            };
            (name.clone(), body)
        };
        self.schemas.iter().map(definition).collect::<Map<_, _>>().into()
    }

    /// A schema that may refer to the definitions.
    pub(crate) fn convert(&self, schema: &Value) -> Value {
        let body = self.not_null(schema);
        if schema["nullable"] == true {
            return json!({"if": {"not": {"type": "null"}}, "then": body});
        }
        body
    }

    fn not_null(&self, schema: &Value) -> Value {
        if let Some(name) = referred(schema) {
            return json!({"$ref": format!("#/$defs/{name}")});
        }
        let parts = schema["allOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        if let ([part], None) = (parts, schema.get("properties")) {
            let part = self.convert(part);
            return match schema.get("type") {
                Some(kind) => json!({"allOf": [{"type": kind}, part]}),
                None => part,
            };
        }
        if !parts.is_empty() || schema.get("properties").is_some() {
            return self.object(schema);
        }
        if schema.get("items").is_some() || schema["type"] == "array" {
            return self.array(schema);
        }
        if let Some(values) = schema.get("additionalProperties").filter(|it| it.is_object()) {
            return json!({"type": "object", "additionalProperties": self.convert(values)});
        }
        value(schema)
    }

    /// A subtype without properties of its own names its base alone. Where a property does, it
    /// means any of the subtypes.
    fn is_bare_subtype(&self, schema: &Value) -> bool {
        let parts = schema["allOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        let [part] = parts else { return false };
        let target = referred(part).and_then(|name| self.schemas.get(name));
        target.is_some_and(|target| target.get("discriminator").is_some())
    }

    fn array(&self, schema: &Value) -> Value {
        let mut array = picked(schema, &["minItems", "maxItems", "uniqueItems"]);
        array.insert("type".to_owned(), json!("array"));
        if let Some(items) = schema.get("items") {
            array.insert("items".to_owned(), self.convert(items));
        }
        array.into()
    }

    fn object(&self, schema: &Value) -> Value {
        let mut flat = Flat::default();
        self.flatten(schema, &mut flat, 0);
        let may_be_missing = |name: &String| {
            let property = flat.properties.get(name);
            self.leaves_nulls_out && property.is_some_and(|it| it["nullable"] == true)
        };
        flat.required.retain(|name| !may_be_missing(name));
        let properties: Map<_, _> = flat
            .properties
            .iter()
            .map(|(name, property)| (name.clone(), self.convert(property)))
            .collect();
        json!({
            "type": "object",
            "properties": properties,
            "required": flat.required,
            "additionalProperties": flat.others.map_or(json!(false), |it| self.convert(&it)),
        })
    }

    fn flatten(&self, schema: &Value, flat: &mut Flat, depth: usize) {
        assert!(depth < DEEPEST, "schemas that extend each other without an end: {schema}");
        if let Some(target) = referred(schema).and_then(|name| self.schemas.get(name)) {
            return self.flatten(target, flat, depth + 1);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.flatten(part, flat, depth + 1);
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            flat.properties.insert(name.clone(), property.clone());
        }
        // Beside lists there is `required: false`, on a property: it says nothing.
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !flat.required.iter().any(|it| it == name) {
                flat.required.push(name.to_owned());
            }
        }
        if let Some(others) = schema.get("additionalProperties").filter(|it| it.is_object()) {
            flat.others = Some(others.clone());
        }
    }
}

/// One of the subtypes, by what the discriminating property says.
fn choice(schema: &Value, discriminator: &Value) -> Value {
    let property = discriminator["propertyName"].as_str().unwrap_or_default();
    let mapping = discriminator["mapping"].as_object();
    let subtypes: Vec<(&String, &str)> = mapping
        .into_iter()
        .flatten()
        // OpenAPI wants a string here; the schema of MAX has an object with a `$ref`, too.
        .filter_map(|(kind, target)| {
            Some((kind, name_of(target.as_str().or(target["$ref"].as_str())?)?))
        })
        .collect();
    let kinds: Vec<&String> = subtypes.iter().map(|(kind, _)| *kind).collect();
    let branches: Vec<Value> = subtypes
        .iter()
        .map(|(kind, name)| {
            json!({
                "if": {"properties": {property: {"const": kind}}, "required": [property]},
                "then": {"$ref": format!("#/$defs/{name}")},
            })
        })
        .collect();
    let kind = json!({
        "type": "object",
        "properties": {property: {"enum": kinds}},
        "required": [property],
    });
    let parts = [vec![kind], branches].concat();
    let choice = json!({"allOf": parts});
    if schema["nullable"] == true {
        return json!({"if": {"not": {"type": "null"}}, "then": choice});
    }
    choice
}

fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str().and_then(name_of)
}

fn name_of(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

fn picked(schema: &Value, keywords: &[&str]) -> Map<String, Value> {
    let of = |keyword: &&str| Some(((*keyword).to_owned(), schema.get(*keyword)?.clone()));
    keywords.iter().filter_map(of).collect()
}

/// A string, a number or a boolean.
fn value(schema: &Value) -> Value {
    let keywords = ["type", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum"];
    let mut converted = picked(schema, &keywords);
    let bounds = match schema["format"].as_str() {
        Some("int32") => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        Some("int64") => Some((i64::MIN, i64::MAX)),
        _ => None,
    };
    if let (Some((least, most)), "integer") = (bounds, schema["type"].as_str().unwrap_or_default())
    {
        converted.entry("minimum").or_insert(json!(least));
        converted.entry("maximum").or_insert(json!(most));
    }
    converted.into()
}
