//! Whatever a platform says, an update comes out and nothing is lost.

use std::sync::OnceLock;

use adapter_tamtam::decode_update;
use gateway_core::model::{AccountId, Raw, Update};
use gateway_core::testing::mutation::{change, mutated};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{corpus, recorded};

fn all() -> &'static [Value] {
    static ALL: OnceLock<Vec<Value>> = OnceLock::new();
    ALL.get_or_init(|| {
        let recorded = recorded::updates().into_iter();
        let recorded = recorded.map(|(_, text)| serde_json::from_str(&text).expect("JSON"));
        corpus::updates().into_iter().map(|(_, update)| update).chain(recorded).collect()
    })
}

fn decoded(text: &str) -> Update {
    let raw = Raw::from_text(text).expect("it is JSON");
    decode_update(&AccountId::new("test"), raw)
}

proptest! {
    /// CI runs it with `PROPTEST_CASES=100000`.
    #[test]
    fn nothing_is_lost_of_whatever_comes(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<usize>(), change()), 1..5),
    ) {
        let text = mutated(which.get(all()), &changes);
        let update = decoded(&text);
        prop_assert_eq!(update.raw.as_str(), &text);
        prop_assert_eq!(&update.id, &decoded(&text).id);
        prop_assert!((1..=600).contains(&update.id.as_str().len()));
        // What does not come back from the journal was never received.
        let stored = serde_json::to_string(&update).expect("it can be written");
        let back: Update = serde_json::from_str(&stored).expect("and read");
        prop_assert_eq!(&back.id, &update.id);
        prop_assert_eq!(serde_json::to_string(&back).expect("and written again"), stored);
    }

    /// What is no JSON of ours is an update as well.
    #[test]
    fn any_json_is_an_update(text in "\\PC{0,40}", number in any::<f64>()) {
        for value in [json!(text), json!({"update_type": text}), json!({"timestamp": number})] {
            let text = value.to_string();
            let update = decoded(&text);
            prop_assert_eq!(update.raw.as_str(), text);
        }
    }
}
