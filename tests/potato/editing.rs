//! Messages that change and go.

use sandbox::world::{ChatKey, ChatKind, FileKind, Permission, Seen};
use serde_json::{Value, json};

use crate::harness::{Bench, Bot};

async fn said(bench: &Bench, bot: &Bot, chat: ChatKey) -> i64 {
    let sent = bot.does("sendTextMessage", bench.at(chat, json!({"text": "Tea"}))).await;
    sent["message_id"].as_i64().expect("a number")
}

#[tokio::test]
async fn a_text_is_changed_with_its_keyboard() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let number = said(&bench, &bot, chat).await;
    let edit = |more| {
        let text = json!({"message_id": number, "text": "*Milk*", "markdown": true});
        bench.at(chat, crate::harness::with(text, more))
    };
    let rows = json!([{"buttons": [{"text": "new Button1"}]}]);
    let got = bot
        .asks("editMessageText", edit(json!({"reply_markup": {"type": 2, "keyboard": rows}})))
        .await;
    assert_eq!(got.body, json!({"ok": true, "result": null}));
    let changed = bench.last(chat);
    assert_eq!((&*changed.content.text.plain, changed.content.text.marks.len()), ("Milk", 1));
    assert!(changed.edited.is_some() && changed.content.reply_keyboard.is_some());
    bot.does("editMessageText", edit(json!({}))).await;
    assert_eq!(bench.last(chat).content.reply_keyboard, None, "what is not given again is gone");
}

#[tokio::test]
async fn only_what_the_bot_wrote_is_changed() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let annas = bench.says(bench.anna(), chat, "Tea").number;
    let edit = |number| bench.at(chat, json!({"message_id": number, "text": "Milk"}));
    assert_eq!(bot.is_refused("editMessageText", edit(annas)).await, 1006);
    assert_eq!(bot.is_refused("editMessageText", edit(annas + 9)).await, 3012);
}

#[tokio::test]
async fn a_caption_is_changed_as_a_caption() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let photo = bench.uploads(FileKind::Image, "a.png").await;
    let sent =
        bot.does("sendPhoto", bench.at(chat, json!({"photo": photo, "caption": "Tea"}))).await;
    let edit = |more: Value| {
        bench.at(chat, crate::harness::with(json!({"message_id": sent["message_id"]}), more))
    };
    let got = bot.asks("editMessageCaption", edit(json!({"caption": "Milk", "text": "x"}))).await;
    assert_eq!(got.body, json!({"ok": true, "result": null}));
    assert_eq!(bench.last(chat).content.text.plain, "Milk");
    bot.does("editMessageCaption", edit(json!({}))).await;
    assert_eq!(bench.last(chat).content.text.plain, "Milk", "without a caption it stays");
    let long = edit(json!({"caption": "x".repeat(201)}));
    assert_eq!(bot.is_refused("editMessageCaption", long).await, 1004);
    assert_eq!(bot.is_refused("editMessageText", edit(json!({"text": "x"}))).await, 3007);
    let number = said(&bench, &bot, chat).await;
    let text = bench.at(chat, json!({"message_id": number, "caption": "x"}));
    assert_eq!(bot.is_refused("editMessageCaption", text).await, 3007);
}

#[tokio::test]
async fn in_a_dialog_a_bot_deletes_its_own_messages_alone() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let chat = bench.dialog(&bot);
    let annas = bench.says(bench.anna(), chat, "Tea?").number;
    let own = said(&bench, &bot, chat).await;
    let delete = |number| bench.at(chat, json!({"message_id": number}));
    assert_eq!(bot.is_refused("deleteMessage", delete(annas)).await, 1006);
    let got = bot.asks("deleteMessage", delete(own)).await;
    assert_eq!(got.body, json!({"ok": true, "result": null}));
    assert_eq!(bot.is_refused("deleteMessage", delete(own)).await, 3012);
    let seen = bench.world.look(|state| state.chat(chat).seen.last().cloned());
    assert_eq!(seen, Some(Seen::Deleted(own)));
}

#[tokio::test]
async fn elsewhere_who_keeps_order_deletes_everything_notes_among_that() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    for kind in [ChatKind::Group, ChatKind::Supergroup, ChatKind::Channel] {
        let chat = bench.kept(kind, &bot, &[Permission::CanDeleteMessages]);
        let note = bench.last(chat).number;
        let annas = bench.says(bench.anna(), chat, "Tea?").number;
        for number in [note, annas] {
            bot.does("deleteMessage", bench.at(chat, json!({"message_id": number}))).await;
        }
        assert!(bench.world.look(|state| state.chat(chat).messages.is_empty()));
    }
}

#[tokio::test]
async fn who_may_not_delete_is_told_what_they_lack() {
    let bench = Bench::open().await;
    let bot = bench.bot();
    let plain = bench.chat(ChatKind::Supergroup, &bot);
    let other = bench.kept(ChatKind::Supergroup, &bot, &[Permission::CanPinMessages]);
    let everybodys = bench.kept(ChatKind::Group, &bot, &[Permission::CanDeleteMessages]);
    bench.world.act(|state| state.keep_order_all(everybodys, true));
    for (chat, code) in [(plain, 1006), (other, 3004), (everybodys, 1006)] {
        let annas = bench.says(bench.anna(), chat, "Tea?").number;
        let delete = bench.at(chat, json!({"message_id": annas}));
        assert_eq!(bot.is_refused("deleteMessage", delete).await, code);
    }
}
