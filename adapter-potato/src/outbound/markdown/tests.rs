//! What is written, and what is not.

use gateway_core::model::UserId;
use proptest::prelude::*;

use super::*;

/// What is written, and what of the formatting that carries.
fn of(text: &Text) -> (Option<String>, Text) {
    (written(text), Text::from_parts(text.plain_text(), writable(text)))
}

/// It is written so, with all its formatting.
fn assert_written(text: &Text, markdown: &str) {
    assert_eq!(of(text), (Some(markdown.to_owned()), text.clone()));
}

fn mention(user: Option<&str>, username: Option<&str>) -> Style {
    let (user, username) = (user.map(UserId::new), username.map(str::to_owned));
    Style::Mention { user, username }
}

#[test]
fn each_style_has_its_marks() {
    let text = Text::new().bold("b").plain(" ").italic("i").plain(" ").code("c").plain(" ");
    let text = text.link("here", "https://e.org/a_b");
    assert_written(&text, "**b** *i* `c` [here](https://e.org/a_b)");
    assert_written(&Text::new().link("https://e.org", "https://e.org"), "<https://e.org>");
    assert_written(&Text::new().styled("a@e.org", Style::Email), "<a@e.org>");
    assert_written(&Text::new().styled("/start", Style::Command), "[/start](cmd)");
    assert_written(&Text::new().styled("Li", mention(Some("100500"), None)), "[Li](@ 100500)");
    assert_written(&Text::new().styled("@li", mention(None, Some("li"))), "[@li](@)");
}

#[test]
fn bold_and_italic_together_are_three_marks() {
    let both = [Style::Bold, Style::Italic].map(|style| Span { start: 0, end: 2, style });
    assert_written(&Text::from_parts("hi", both), "***hi***");
}

#[test]
fn runs_that_touch_take_turns() {
    assert_written(&Text::new().bold("a").italic("b").bold("c").plain(" d"), "**a**_b_**c** d");
}

#[test]
fn blanks_stay_outside_of_the_marks_and_lines_have_their_own() {
    assert_written(&Text::new().bold(" a ").plain("b"), " **a** b");
    assert_written(&Text::new().bold("a\n\nb"), "**a**\n\n**b**");
}

#[test]
fn a_link_within_bold_stays_a_link_and_the_rest_stays_bold() {
    let link = Style::Link { url: "https://e.org".to_owned() };
    let spans =
        [Span { start: 0, end: 5, style: Style::Bold }, Span { start: 2, end: 3, style: link }];
    let (markdown, kept) = of(&Text::from_parts("a b c", spans));
    assert_eq!(markdown.as_deref(), Some("**a** [b](https://e.org) **c**"));
    assert_eq!(
        kept,
        Text::new().bold("a").plain(" ").link("b", "https://e.org").plain(" ").bold("c")
    );
}

#[test]
fn one_mark_of_the_text_itself_does_no_harm_and_two_do() {
    assert_written(&Text::new().bold("b").plain(" snake_case"), "**b** snake_case");
    assert_written(&Text::new().bold("b").plain(" 2*3"), "__b__ 2*3");
    for plain in [" a_snake_case", " 2*3*4", " 2*3 a_b", " [1](2)", " <i>", " `x`"] {
        let text = Text::new().bold("b").plain(plain);
        assert_eq!(of(&text), (None, text.plain_text().into()), "{plain}");
    }
}

#[test]
fn inside_of_a_word_an_underscore_marks_nothing() {
    let (markdown, kept) = of(&Text::new().bold("a").italic("b").plain("c"));
    assert_eq!(markdown.as_deref(), Some("**a**bc"));
    assert_eq!(kept, Text::new().bold("a").plain("bc"));
}

#[test]
fn what_cannot_stand_between_marks_does_not() {
    let odd = Text::new().link("tea", "https://e.org/Tea_(drink)").plain(" ");
    let odd = odd.link("x", "tg://resolve").plain(" ").code("a`b").plain(" ");
    let odd = odd.styled("write me", Style::Email).plain(" ").styled("Li", mention(None, None));
    assert_eq!(of(&odd), (None, odd.plain_text().into()));
}

#[test]
fn what_is_shown_in_brackets_holds_one_mark_at_most() {
    for covered in ["my_snake_case", "2*3*4", "_x_", "**"] {
        let link = Text::new().link(covered, "https://e.org/");
        assert_eq!(of(&link), (None, covered.into()), "{covered}");
        let user = Text::new().styled(covered, mention(Some("5"), None));
        assert_eq!(of(&user), (None, covered.into()), "{covered}");
    }
    for named in [
        Text::new().styled("/start_it_now", Style::Command),
        Text::new().styled("@li_chen_", mention(None, Some("li_chen_"))),
        // One here, and one there.
        Text::new().styled("/new_bot", Style::Command).plain(" or old_bot"),
        Text::new().styled("/a_b", Style::Command).plain(" ").styled("/c_d", Style::Command),
        Text::new().link("a_b", "https://e.org/a_b"),
    ] {
        assert_eq!(of(&named), (None, named.plain_text().into()));
    }
    // The document's own.
    assert_written(&Text::new().styled("/new_bot", Style::Command), "[/new_bot](cmd)");
    // What is bold elsewhere has the other mark.
    let text = Text::new().bold("b").plain(" ").link("2*3", "https://e.org/");
    assert_written(&text, "__b__ [2*3](https://e.org/)");
    // Code, and an address that is its own text, are taken as they are.
    assert_written(&Text::new().code("2*3*4_5_"), "`2*3*4_5_`");
    let own = "https://e.org/a_b_c";
    assert_written(&Text::new().link(own, own), "<https://e.org/a_b_c>");
}

#[test]
fn whoever_is_mentioned_has_a_number_that_the_platform_can_have_given() {
    let nines = "9".repeat(20);
    for user in ["", "0", "05", "+5", "-5", "5 ", "x", &nines] {
        let text = Text::new().styled("Li", mention(Some(user), None));
        assert_eq!(of(&text), (None, "Li".into()), "{user:?}");
    }
    let last = i64::MAX.to_string();
    let text = Text::new().styled("Li", mention(Some(&last), None));
    assert_written(&text, &format!("[Li](@ {last})"));
}

#[test]
fn what_opens_in_the_text_does_not_close_in_code_or_in_an_address() {
    for text in [
        Text::new().plain("[see ").code("](https://e.org)"),
        Text::new().plain("<https://e.org/").code("a>"),
        Text::new().plain("2*").code("3*4"),
        Text::new().plain("a_b ").link("x", "https://e.org/a_b"),
    ] {
        assert_eq!(of(&text), (None, text.plain_text().into()));
    }
}

#[test]
fn a_backslash_before_a_mark_is_not_risked() {
    let text = Text::new().plain("C:\\").bold("b");
    assert_eq!(of(&text), (None, "C:\\b".into()));
    assert_written(&Text::new().plain("C:\\x ").bold("b"), "C:\\x **b**");
}

fn styles() -> impl Strategy<Value = Style> {
    prop_oneof![
        4 => Just(Style::Bold),
        4 => Just(Style::Italic),
        1 => Just(Style::Code),
        1 => Just(Style::Command),
        1 => Just(Style::Email),
        1 => Just(mention(Some("5"), None)),
        1 => Just(mention(None, None)),
        1 => "[a-z_()]{0,5}".prop_map(|it| Style::Link { url: format!("https://e.org/{it}") }),
    ]
}

proptest! {
    #[test]
    fn what_can_be_written_can_be_written_again(
        plain in "[a-c*_`\\[\\]<>()@\\\\ \n😀]{0,24}",
        spans in prop::collection::vec((0..24_usize, 1..12_usize, styles()), 0..6),
    ) {
        let spans = spans.into_iter().map(|(start, length, style)| {
            Span { start, end: start + length, style }
        });
        let text = Text::from_parts(plain.clone(), spans);
        let kept = Text::from_parts(plain, writable(&text));
        prop_assert_eq!(&writable(&kept), kept.spans());
        prop_assert_eq!(written(&kept).is_some(), !kept.spans().is_empty());
    }
}
