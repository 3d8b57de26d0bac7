//! What of the two schemas is here, as data: every operation, and every kind of update,
//! attachment, button and markup.
//!
//! A test compares these tables with the schemas where they are at hand, so that neither can have
//! something that the other has not. [`markdown`] writes them down for people.
//!
//! ```
//! use adapter_tamtam::{Dialect, coverage};
//!
//! let send = coverage::OPERATIONS.iter().find(|it| it.name == "sendMessage").unwrap();
//! assert!(send.is_in(Dialect::Max));
//! assert!(coverage::markdown(Dialect::Max).contains("`sendMessage`"));
//! ```

mod tables;

use std::fmt::Write as _;

use crate::Dialect;

pub use tables::{
    ACTIONS, ATTACHMENT_REQUESTS, ATTACHMENTS, BUTTONS, CONSTRUCTOR_INPUTS, MARKUP, OPERATIONS,
    REPLY_BUTTONS, UPDATES,
};

/// Something that a platform has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Covered {
    /// What the schema calls it: an `operationId`, or the value that tells kinds apart.
    pub name: &'static str,
    /// Whether TamTam has it, and who says so.
    pub tamtam: Source,
    /// Whether MAX has it, and who says so.
    pub max: Source,
    /// How it is reached here.
    pub here: Here,
}

/// Who says that a dialect has something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// Nobody: it has not got it.
    Absent,
    /// Its schema: 0.5.6 of TamTam, 0.0.32 of MAX.
    Schema,
    /// Its schema, and there is something to know about it.
    SchemaAnd(&'static str),
    /// Not its schema, but this.
    Other(&'static str),
}

/// How something is reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Here {
    /// By this method or type of this crate.
    By(&'static str),
    /// Not at all, for this reason.
    Not(&'static str),
}

/// A table with its title.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// What is in it.
    pub title: &'static str,
    /// Its rows.
    pub rows: &'static [Covered],
}

/// All tables.
pub const TABLES: [Table; 9] = [
    Table { title: "Operations", rows: OPERATIONS },
    Table { title: "Updates", rows: UPDATES },
    Table { title: "Attachments that are read", rows: ATTACHMENTS },
    Table { title: "Attachments that are sent", rows: ATTACHMENT_REQUESTS },
    Table { title: "Buttons", rows: BUTTONS },
    Table { title: "Buttons of reply keyboards", rows: REPLY_BUTTONS },
    Table { title: "Markup", rows: MARKUP },
    Table { title: "Activities", rows: ACTIONS },
    Table { title: "What is done in a constructor", rows: CONSTRUCTOR_INPUTS },
];

impl Covered {
    /// Who says that this dialect has it.
    pub fn source(&self, dialect: Dialect) -> Source {
        match dialect {
            Dialect::TamTam => self.tamtam,
            Dialect::Max => self.max,
        }
    }

    /// Whether this dialect has it.
    pub fn is_in(&self, dialect: Dialect) -> bool {
        self.source(dialect) != Source::Absent
    }

    /// Whether this dialect's schema has it.
    pub fn is_in_schema(&self, dialect: Dialect) -> bool {
        matches!(self.source(dialect), Source::Schema | Source::SchemaAnd(_))
    }
}

/// The tables of one dialect, as Markdown.
pub fn markdown(dialect: Dialect) -> String {
    let version = match dialect {
        Dialect::TamTam => "schema 0.5.6",
        Dialect::Max => "schema 0.0.32",
    };
    let mut page = String::new();
    for table in TABLES {
        let rows: Vec<&Covered> = table.rows.iter().filter(|row| row.is_in(dialect)).collect();
        if rows.is_empty() {
            continue;
        }
        // Writing to a string cannot fail.
        let _ =
            write!(page, "### {}\n\n| name | here | known from |\n|---|---|---|\n", table.title);
        for row in rows {
            let here = match row.here {
                Here::By(name) => format!("`{name}`"),
                Here::Not(why) => format!("not: {why}"),
            };
            let source = match row.source(dialect) {
                Source::Absent => String::new(),
                Source::Schema => version.to_owned(),
                Source::SchemaAnd(note) => format!("{version}; {note}"),
                Source::Other(source) => source.to_owned(),
            };
            let _ = writeln!(page, "| `{}` | {here} | {source} |", row.name);
        }
        page.push('\n');
    }
    page.trim_end().to_owned()
}
