//! What a bot says of itself.

use sandbox::Platform;
use sandbox::world::RemovedOperations;
use serde_json::{Value, json};

use crate::harness::{BOTH, Bench, refusal};

#[tokio::test]
async fn a_bot_changes_what_it_is_called_and_offers() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (field, other) = match platform {
            Platform::Max => ("first_name", "name"),
            _ => ("name", "username"),
        };
        let commands = json!([{"name": "tea", "description": "A cup"}]);
        let patch = json!({field: "Teapot", "description": "Brews", "commands": commands});
        let (status, told) = bot.patch("/me", patch).await;
        assert_eq!((status, &told[field]), (200, &json!("Teapot")));
        assert!(told.get(other).is_some());
        let (_, me) = bot.get("/me").await;
        assert_eq!((&me["description"], &me["commands"]), (&json!("Brews"), &commands));
    }
}

#[tokio::test]
async fn an_empty_list_takes_the_commands_away_and_they_are_null() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        bot.patch("/me", json!({"commands": [{"name": "tea"}]})).await;
        let (_, told) = bot.patch("/me", json!({"commands": []})).await;
        assert_eq!(told["commands"], Value::Null);
    }
}

#[tokio::test]
async fn what_is_too_long_is_refused_by_its_name() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let many: Vec<Value> = (0..33).map(|it| json!({"name": format!("c{it}")})).collect();
        for (patch, field) in [
            (json!({"name": ""}), "name"),
            (json!({"name": "n".repeat(65)}), "name"),
            (json!({"description": "d".repeat(16_001)}), "description"),
            (json!({"commands": many}), "commands"),
            (json!({"commands": [{"name": ""}]}), "commands.name"),
            (json!({"photo": {"url": "   "}}), "url"),
        ] {
            let (status, code, message) = refusal(bot.patch("/me", patch.clone()).await);
            assert_eq!((status, code.as_str()), (400, "proto.payload"), "{patch}");
            assert!(message.starts_with(field), "{message}");
        }
    }
}

#[tokio::test]
async fn max_has_an_operation_for_the_commands_alone() {
    let bench = Bench::open().await;
    bench.world.act(|state| state.switches.removed_operations = RemovedOperations::Gone);
    let bot = bench.max();
    let given = json!({"commands": [{"name": "tea", "description": "A cup"}]});
    assert_eq!(bot.patch("/me/commands", given.clone()).await, (200, given));
    assert_eq!(bot.patch("/me", json!({"description": "Brews"})).await.0, 404);
    assert_eq!(bench.tamtam().patch("/me", json!({"description": "Brews"})).await.0, 200);
}
