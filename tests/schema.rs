//! The platforms' own schemas as judges: every request that an adapter sends and every answer that
//! the sandbox gives in the end-to-end tests is held against them.
//!
//! The schemas are not part of this repository. `GATEWAY_REFERENCE` names a folder that has them;
//! without it nothing is compared, and a test says so.
//!
//! | room | what is in it |
//! |---|---|
//! | `document` | what an OpenAPI document says of its operations |
//! | `traps` | where a schema is known to be wrong, each place with its reason |
//! | `newer` | what MAX has since its schema was written |
//! | `convert` | an OpenAPI schema as a JSON Schema, closed and with its subtypes told apart |
//! | `check` | one request or answer against one operation |
//! | `proxy` | what stands between an adapter and the sandbox, looks and remembers |

mod check;
mod convert;
mod document;
mod newer;
mod proxy;
#[cfg(test)]
mod tests;
mod traps;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use adapter_tamtam::Dialect;

pub use check::{Asked, Schemas, Violation};
pub use proxy::SchemaProxy;

/// The environment variable that names the folder with the schemas.
pub const REFERENCE: &str = "GATEWAY_REFERENCE";

/// The folder with the schemas, when there is one.
pub fn reference() -> Option<PathBuf> {
    std::env::var_os(REFERENCE).filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

impl Schemas {
    /// The schema of a platform, when there is a folder with the schemas.
    ///
    /// # Panics
    ///
    /// When the folder is there and the schema in it cannot be read: nothing would be compared,
    /// and nobody would know.
    pub fn of(dialect: Dialect) -> Option<Arc<Self>> {
        static TAMTAM: OnceLock<Arc<Schemas>> = OnceLock::new();
        static MAX: OnceLock<Arc<Schemas>> = OnceLock::new();
        let folder = reference()?;
        let (once, file) = match dialect {
            Dialect::TamTam => (&TAMTAM, "tamtam-schema-0.5.6.yaml"),
            Dialect::Max => (&MAX, "max-schema-0.0.32.yaml"),
        };
        Some(once.get_or_init(|| Arc::new(read(&folder.join(file), dialect))).clone())
    }
}

fn read(file: &Path, dialect: Dialect) -> Schemas {
    let yaml = std::fs::read_to_string(file).expect("the folder has the platform's schema");
    let rules = match dialect {
        Dialect::TamTam => check::Rules {
            token: check::TokenPlace::Query,
            // The introduction of the schema 0.5.6: any call takes the version of the API.
            everywhere: &["v"],
            traps: &[traps::TAMTAM],
            leaves_nulls_out: false,
        },
        Dialect::Max => check::Rules {
            // The schema still names the query; seen on MAX's wire since April 2026: the header.
            token: check::TokenPlace::Header,
            everywhere: &[],
            traps: &[traps::MAX, newer::MAX],
            // Seen on MAX's wire: what is null is not there.
            leaves_nulls_out: true,
        },
    };
    Schemas::parse(&yaml, &rules).expect("a schema whose traps are where they are known to be")
}
