//! What an OpenAPI 3.0 document says of its operations.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The operations of a document, and its schemas.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) operations: Vec<Operation>,
    pub(crate) schemas: Map<String, Value>,
}

/// One method of one path.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The method in capitals and the path as it is written: `GET /chats/{chatId}`.
    pub(crate) name: String,
    method: String,
    segments: Vec<Segment>,
    pub(crate) parameters: Vec<Parameter>,
    /// The schema of the JSON body.
    pub(crate) body: Option<Value>,
    /// The schemas of the answers by their status.
    pub(crate) answers: BTreeMap<String, Value>,
}

#[derive(Debug)]
enum Segment {
    Literal(String),
    Parameter(String),
}

/// A parameter in the path or in the query.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) is_in_path: bool,
    pub(crate) is_required: bool,
    pub(crate) schema: Value,
}

impl Document {
    /// Reads the operations.
    ///
    /// # Errors
    ///
    /// What is missing, with the path it is missing from.
    pub(crate) fn new(root: &Value) -> Result<Self, String> {
        let schemas = root.pointer("/components/schemas").and_then(Value::as_object);
        let schemas = schemas.ok_or("the document has no /components/schemas")?.clone();
        let paths = root["paths"].as_object().ok_or("the document has no /paths")?;
        let mut operations = Vec::new();
        for (path, item) in paths {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    operations.push(Operation::new(root, method, path, operation)?);
                }
            }
        }
        Ok(Self { operations, schemas })
    }

    /// The operations that a path may mean, those with more literal segments first.
    pub(crate) fn candidates(&self, method: &str, path: &str) -> Vec<(&Operation, Arguments)> {
        let given: Vec<&str> = path.trim_matches('/').split('/').collect();
        let mut found: Vec<_> = self
            .operations
            .iter()
            .filter(|it| it.method == method)
            .filter_map(|it| it.arguments(&given).map(|arguments| (it, arguments)))
            .collect();
        found.sort_by_key(|(_, arguments)| arguments.len());
        found
    }
}

/// What stands in a path in the place of its parameters, decoded.
pub(crate) type Arguments = Vec<(String, String)>;

impl Operation {
    fn new(root: &Value, method: &str, path: &str, operation: &Value) -> Result<Self, String> {
        let method = method.to_uppercase();
        let name = format!("{method} {path}");
        let segment = |part: &str| match part.strip_prefix('{').and_then(|it| it.strip_suffix('}'))
        {
            Some(name) => Segment::Parameter(name.to_owned()),
            None => Segment::Literal(part.to_owned()),
        };
        let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        let parameters =
            parameters.iter().map(|it| Parameter::new(root, it)).collect::<Option<Vec<_>>>();
        let parameters = parameters.ok_or_else(|| format!("{name}: a parameter has no name"))?;
        let json = "/content/application~1json/schema";
        let answers = operation["responses"].as_object();
        let answers = answers.into_iter().flatten().filter_map(|(status, answer)| {
            Some((status.clone(), resolved(root, answer).pointer(json)?.clone()))
        });
        Ok(Self {
            segments: path.trim_matches('/').split('/').map(segment).collect(),
            parameters,
            body: operation.get("requestBody").and_then(|it| it.pointer(json)).cloned(),
            answers: answers.collect(),
            method,
            name,
        })
    }

    fn arguments(&self, given: &[&str]) -> Option<Arguments> {
        if given.len() != self.segments.len() {
            return None;
        }
        let mut arguments = Vec::new();
        for (segment, part) in self.segments.iter().zip(given) {
            match segment {
                Segment::Literal(literal) if literal == part => {}
                Segment::Literal(_) => return None,
                Segment::Parameter(name) => arguments.push((name.clone(), decoded(part))),
            }
        }
        Some(arguments)
    }
}

impl Parameter {
    fn new(root: &Value, parameter: &Value) -> Option<Self> {
        let parameter = resolved(root, parameter);
        let is_in_path = parameter["in"] == "path";
        Some(Self {
            name: parameter["name"].as_str()?.to_owned(),
            is_in_path,
            is_required: is_in_path || parameter["required"] == true,
            schema: parameter["schema"].clone(),
        })
    }
}

fn resolved<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    target.and_then(|it| root.pointer(it)).unwrap_or(value)
}

/// A path's segment without its percent signs; `+` is itself there.
fn decoded(part: &str) -> String {
    let query = part.replace('+', "%2B");
    url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect()
}
