//! What is said under a post of a channel is read over pages, as a bot of MAX reads it.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use adapter_tamtam::client::CommentsQuery;
use adapter_tamtam::wire;
use chrono::TimeDelta;
use gateway_tests::Street;
use sandbox::world::{ChatKind, Content, Permission, mid};
use sandbox::{Platform, World};

/// A post in a channel of Anna's that the bot keeps, and what Anna says under it, a second apart.
fn discussed(world: &World, comments: &[String]) -> String {
    let anna = world.add_person(Platform::Max, "Anna");
    let bot = world.bot(Platform::Max).expect("a furnished bot");
    let channel = world.act(|state| {
        let channel = state.open_chat(ChatKind::Channel, anna, "News");
        state.add_member(channel, bot, Some(anna));
        state.promote(channel, bot, anna, Permission::MAX.to_vec(), None);
        channel
    });
    let post = world.say(channel, anna, "News".into());
    for text in comments {
        world.advance(TimeDelta::seconds(1));
        let said = Content::of_text(text.as_str());
        world.act(|state| state.comment(channel, post.number, anna, said, None)).expect("a post");
    }
    mid(world.look(|state| state.chat(channel).id), post.number)
}

fn text(comment: &wire::Message) -> String {
    let body = comment.body.as_ref().expect("a body");
    body.text.clone().unwrap_or_default()
}

#[tokio::test]
async fn all_comments_are_read_over_pages_none_twice() {
    let street = Street::open().await;
    let said: Vec<String> = (0..25).map(|number| format!("number {number}")).collect();
    let post = discussed(&street.world, &said);
    let max = street.tamtam(Platform::Max);
    let (mut read, mut before) = (Vec::new(), None);
    loop {
        let query = CommentsQuery { before, count: Some(10), ..CommentsQuery::default() };
        let page = max.client().comments(&post, &query).await.expect("a page").messages;
        let Some(oldest) = page.last() else { break };
        before = Some(oldest.timestamp - 1);
        read.extend(page);
    }
    let texts: Vec<String> = read.iter().rev().map(text).collect();
    assert_eq!(texts, said);
}

#[tokio::test]
async fn a_comment_is_read_alone_and_among_those_that_are_named() {
    let street = Street::open().await;
    let said = ["one", "two", "three"].map(str::to_owned);
    let post = discussed(&street.world, &said);
    let max = street.tamtam(Platform::Max);
    let all = max.client().comments(&post, &CommentsQuery::default()).await.expect("a page");
    let [three, two, one] = &all.messages[..] else { panic!("three comments: {all:?}") };
    let id = |it: &wire::Message| it.body.as_ref().expect("a body").mid.clone();
    assert_eq!(&max.client().comment(&post, &id(two)).await.expect("a comment"), two);

    let (one_id, three_id) = (id(one), id(three));
    let comment_ids: &[&str] = &[&one_id, &three_id];
    let query = CommentsQuery { comment_ids, ..CommentsQuery::default() };
    let named = max.client().comments(&post, &query).await.expect("those");
    assert_eq!(named.messages, [one.clone(), three.clone()]);

    let after = Some(two.timestamp);
    let query = CommentsQuery { after, ..CommentsQuery::default() };
    let late = max.client().comments(&post, &query).await.expect("the later ones");
    assert_eq!(late.messages, [three.clone(), two.clone()]);
}
