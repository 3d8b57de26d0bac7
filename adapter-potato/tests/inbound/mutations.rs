//! Whatever the platform says, updates come out and nothing is lost.

use std::sync::OnceLock;

use adapter_potato::decode_updates;
use gateway_core::model::{AccountId, Raw, Update};
use gateway_core::testing::mutation::{change, mutated};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{BOT, corpus, examples};

/// Our own updates, and the payloads of the document where it is at hand.
fn all() -> &'static [Value] {
    static ALL: OnceLock<Vec<Value>> = OnceLock::new();
    ALL.get_or_init(|| {
        let documented = examples::examples().into_iter().map(|it| it.json).map(|json| {
            // Whatever it is, it might come where an update is.
            match json["result"].as_array() {
                Some(updates) => updates[0].clone(),
                None => json!({"update_id": 1, "message": json}),
            }
        });
        corpus::updates().into_iter().chain(documented).collect()
    })
}

fn decoded(text: &str) -> Vec<Update> {
    let raw = Raw::from_text(text).expect("it is JSON");
    decode_updates(&AccountId::new("test"), BOT, raw)
}

proptest! {
    /// CI runs it with `PROPTEST_CASES=100000`.
    #[test]
    fn nothing_is_lost_of_whatever_comes(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<usize>(), change()), 1..5),
    ) {
        let text = mutated(which.get(all()), &changes);
        let (updates, again) = (decoded(&text), decoded(&text));
        prop_assert!(!updates.is_empty());
        for (update, again) in updates.iter().zip(&again) {
            prop_assert_eq!(update.raw.as_str(), &text);
            prop_assert_eq!(&update.id, &again.id);
            // What does not come back from the journal was never received.
            let stored = serde_json::to_string(update).expect("it can be written");
            let back: Update = serde_json::from_str(&stored).expect("and read");
            prop_assert_eq!(serde_json::to_string(&back).expect("and written again"), stored);
        }
        let mut ids: Vec<_> = updates.iter().map(|it| &it.id).collect();
        ids.dedup();
        prop_assert_eq!(ids.len(), updates.len());
    }

    /// What is no JSON of ours is an update as well.
    #[test]
    fn any_json_is_an_update(text in "\\PC{0,40}", number in any::<f64>()) {
        for value in [json!(text), json!({"update_id": text}), json!({"message": number})] {
            prop_assert_eq!(decoded(&value.to_string()).len(), 1);
        }
    }
}
