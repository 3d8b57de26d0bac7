use proptest::prelude::*;

use super::*;
use crate::tamtam::links;
use crate::world::Mark;

/// The plain text, and what is marked in it, and how.
fn read(markdown: &str) -> (String, Vec<(String, MarkKind)>) {
    let text = parse(markdown);
    assert_eq!(text.fault(), None, "{markdown}");
    let marks = text.marks.iter().map(|mark| (text.covered(mark), mark.kind.clone())).collect();
    (text.plain, marks)
}

fn one(plain: &str, covered: &str, kind: MarkKind) -> (String, Vec<(String, MarkKind)>) {
    (plain.to_owned(), vec![(covered.to_owned(), kind)])
}

fn link(url: &str) -> MarkKind {
    MarkKind::Link { url: url.to_owned() }
}

fn mention(id: i64) -> MarkKind {
    MarkKind::Mention { user_id: Some(id), username: None }
}

fn is_text(markdown: &str) {
    assert_eq!(parse(markdown), RichText::from(markdown));
}

#[test]
fn every_construct_of_the_schema_is_read() {
    assert_eq!(read("so *it* is"), one("so it is", "it", MarkKind::Italic));
    assert_eq!(read("so _it_ is"), one("so it is", "it", MarkKind::Italic));
    assert_eq!(read("so **it** is"), one("so it is", "it", MarkKind::Bold));
    assert_eq!(read("so __it__ is"), one("so it is", "it", MarkKind::Bold));
    assert_eq!(read("so ~~it~~ is"), one("so it is", "it", MarkKind::Strikethrough));
    assert_eq!(read("so ++it++ is"), one("so it is", "it", MarkKind::Underline));
    assert_eq!(read("so ^^it^^ is"), one("so it is", "it", MarkKind::Highlight));
    assert_eq!(read("so `it` is"), one("so it is", "it", MarkKind::Code));
    assert_eq!(read("so ```it``` is"), one("so it is", "it", MarkKind::Preformatted));
    assert_eq!(read("so [it](https://e.org/) is"), one("so it is", "it", link("https://e.org/")));
    assert_eq!(read("so [it](tamtam://user/5) is"), one("so it is", "it", mention(5)));
    assert_eq!(read("so [it](max://user/-5) is"), one("so it is", "it", mention(-5)));
    assert_eq!(read("so\n# it is\nso"), one("so\nit is\nso", "it is", MarkKind::Heading));
    assert_eq!(read("so\n> it\n> is\n\nso"), one("so\nit\nis\n\nso", "it\nis", MarkKind::Quote));
}

/// The constructs that the official client's suite asserts offsets for, in a document of our own.
#[test]
fn a_document_of_asserted_constructs_has_its_offsets() {
    let text = parse(
        "***all***\n\n***one** of two*\n\n***two* of one**\n\n`` a ` b``\n\n``\nc\n``\n\n\
         ```d\\```\n\n[e](/f \"g\")\n\n[h]()\n\n[i]((j)and(k))\n\n```\n@l m\n```\n\n[n](tamtam://user/5)",
    );
    let plain = "all\n\none of two\n\ntwo of one\n\n a ` b\n\nc\n\nd\\\n\ne\n\nh\n\ni\n\n@l m\n\nn";
    assert_eq!(text.plain, plain);
    let mark = |from, length, kind| Mark { from, length, kind };
    let expected = [
        mark(0, 3, MarkKind::Bold),
        mark(0, 3, MarkKind::Italic),
        mark(5, 3, MarkKind::Bold),
        mark(5, 10, MarkKind::Italic),
        mark(17, 3, MarkKind::Italic),
        mark(17, 10, MarkKind::Bold),
        mark(29, 6, MarkKind::Code),
        mark(37, 1, MarkKind::Code),
        mark(40, 2, MarkKind::Preformatted),
        mark(44, 1, link("/f")),
        mark(50, 1, link("(j)and(k)")),
        mark(53, 4, MarkKind::Preformatted),
        mark(59, 1, mention(5)),
    ];
    assert_eq!(text.marks, expected);
}

#[test]
fn places_count_utf16() {
    let text = parse("😀 **б😀** x");
    assert_eq!((text.marks[0].from, text.marks[0].length), (3, 3));
}

#[test]
fn what_has_no_partner_is_text() {
    for text in [
        "2 * 3 * 4",
        "**open",
        "close**",
        "a ** b **",
        "*a",
        "[x]",
        "[x] (y)",
        "[x](y",
        "[x](y z)",
        "(a) ] [",
        "C++ and C++",
        "a ~ b ~ c",
        "~a~",
        "+a+",
        "^a^",
        "``",
        "`a",
        "****",
        "a*\n\n*b",
        "```",
        "```\na",
        "``` a\nb",
        "\\a",
        "a\\",
        "<b>a</b>",
        "&amp;",
        "#a",
        "####### a",
        "a # b",
        "# ",
        ">",
        "> ",
        "a > b",
        "- a",
        "![",
        "<https://e.org>",
    ] {
        is_text(text);
    }
}

#[test]
fn underscores_within_words_are_text_and_other_markers_are_not() {
    is_text("snake_case_name and __init__py");
    assert_eq!(read("un*believ*able"), one("unbelievable", "believ", MarkKind::Italic));
    assert_eq!(read("при**вет**ствие"), one("приветствие", "вет", MarkKind::Bold));
    assert_eq!(read("😀**a**😀"), one("😀a😀", "a", MarkKind::Bold));
}

#[test]
fn a_backslash_takes_the_meaning_from_punctuation() {
    assert_eq!(parse(r"\*a\* \[b\](c) \`d\` \\ \# \> 1\.").plain, r"*a* [b](c) `d` \ # > 1.");
    assert_eq!(parse(r"\*a\* \[b\](c) \`d\`").marks, []);
    assert_eq!(parse(r"\# a"), RichText::from("# a"));
    assert_eq!(read(r"[a\]](b\)c)"), one("a]", "a]", link("b)c")));
}

#[test]
fn nothing_has_a_meaning_within_code() {
    assert_eq!(read("`**a** \\[b](c)`"), one("**a** \\[b](c)", "**a** \\[b](c)", MarkKind::Code));
    let fenced = "# a\n\n> *b*\n`c`";
    let markdown = format!("```rust\n{fenced}\n```");
    assert_eq!(read(&markdown), one(fenced, fenced, MarkKind::Preformatted));
    assert_eq!(read("*a `b*` c").1, [("b*".to_owned(), MarkKind::Code)]);
}

#[test]
fn line_endings_in_code_are_spaces_and_in_blocks_they_stay() {
    assert_eq!(read("`a\nb\r\nc`"), one("a b c", "a b c", MarkKind::Code));
    assert_eq!(read("x ```\na\nb\n``` y"), one("x a\nb y", "a\nb", MarkKind::Preformatted));
    assert_eq!(
        read("```\r\na\r\nb\r\n```\r\n"),
        one("a\r\nb\r\n", "a\r\nb", MarkKind::Preformatted)
    );
    assert_eq!(read("````\n```\na\n````"), one("```\na", "```\na", MarkKind::Preformatted));
}

#[test]
fn links_may_be_formatted_and_within_formatting() {
    let url = || link("https://e.org/");
    let (plain, marks) = read("[a **b**](https://e.org/)");
    assert_eq!(plain, "a b");
    assert_eq!(marks, [("a b".to_owned(), url()), ("b".to_owned(), MarkKind::Bold)]);
    let (plain, marks) = read("**a [b](https://e.org/)**");
    assert_eq!(plain, "a b");
    assert_eq!(marks, [("a b".to_owned(), MarkKind::Bold), ("b".to_owned(), url())]);
    // A marker within a link has no partner outside of it.
    assert_eq!(read("*a [b* c](https://e.org/)"), one("*a b* c", "b* c", url()));
    let (plain, marks) = read("*a [b* c](https://e.org/) d*");
    assert_eq!(plain, "a b* c d");
    assert_eq!(marks, [(plain.clone(), MarkKind::Italic), ("b* c".to_owned(), url())]);
    assert_eq!(read("[a [b](https://e.org/) c](d)"), one("[a b c](d)", "b", url()));
    assert_eq!(read("![a](https://e.org/)"), one("!a", "a", url()));
}

#[test]
fn a_link_without_an_address_or_text_marks_nothing() {
    assert_eq!(parse("a [b]() c"), RichText::from("a b c"));
    assert_eq!(parse("a [](d) c"), RichText::from("a  c"));
    assert_eq!(read("[*b*]()"), one("b", "b", MarkKind::Italic));
}

#[test]
fn an_address_of_a_user_without_a_number_is_a_link() {
    assert_eq!(read("[a](max://user/anna)"), one("a", "a", link("max://user/anna")));
}

#[test]
fn headings_and_quotes_hold_formatting() {
    let (plain, marks) = read("## a *b*\n> # c\n> ```\n> d\n> ```\n> > e");
    assert_eq!(plain, "a b\nc\nd\n> e");
    let expected = [
        ("a b", MarkKind::Heading),
        ("b", MarkKind::Italic),
        ("c", MarkKind::Heading),
        ("c\nd\n> e", MarkKind::Quote),
        ("d", MarkKind::Preformatted),
    ];
    assert_eq!(marks, expected.map(|(covered, kind)| (covered.to_owned(), kind)));
}

/// Were the time not proportional to the length, this would not end.
#[test]
fn long_and_hostile_texts_are_read() {
    for piece in [
        "*[",
        "[",
        "](",
        "[](",
        "[a](b \"",
        "**a _",
        "*a_ ",
        "`",
        "` ``",
        "a**b",
        "_a*",
        "~~a ++",
        "[*a](",
        "***a** ",
        "> *",
        "# [",
        "```\n",
        "````a\n```",
        "\\",
        "[]()",
        "*a*",
        "](\\",
        "**",
        "* _a",
        "[a](<",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        assert_eq!(parse(&text).fault(), None);
    }
    // Runs of backticks and fences that are all of another length.
    let line = |length: usize| ["`".repeat(length), " a\n".to_owned()].concat();
    is_text(&(1..500).map(line).collect::<String>());
    let line = |length: usize| ["`".repeat(length), "\na\n".to_owned()].concat();
    assert_eq!(parse(&(3..500).rev().map(line).collect::<String>()).fault(), None);
}

/// Formatted text, and how it is written.
#[derive(Clone, Debug)]
enum Node {
    Word(String),
    Code(String),
    Marked(usize, Vec<Node>),
}

/// The markers, and a link. A marker's two spellings have one meaning.
fn markers(number: usize) -> (&'static str, &'static str, MarkKind) {
    match number {
        0 => ("**", "**", MarkKind::Bold),
        1 => ("__", "__", MarkKind::Bold),
        2 => ("*", "*", MarkKind::Italic),
        3 => ("_", "_", MarkKind::Italic),
        4 => ("~~", "~~", MarkKind::Strikethrough),
        5 => ("++", "++", MarkKind::Underline),
        6 => ("^^", "^^", MarkKind::Highlight),
        _ => ("[", "](https://e.org/?a_b*c)", link("https://e.org/?a_b*c")),
    }
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let leaf = prop_oneof![
        "[a-zа-я0-9😀é]{1,4}".prop_map(Node::Word),
        "[a-z*_\\[😀]{1,4}".prop_map(Node::Code),
    ];
    let node = leaf.prop_recursive(4, 24, 4, |inner| {
        (0..8_usize, prop::collection::vec(inner, 1..4))
            .prop_map(|(it, nodes)| Node::Marked(it, nodes))
    });
    prop::collection::vec(node, 1..4)
}

/// Writes nodes with spaces between them, as markdown and as what it should become. Nothing is
/// within its like.
fn write(nodes: &[Node], within: &mut Vec<MarkKind>, markdown: &mut String, written: &mut Written) {
    for (number, node) in nodes.iter().enumerate() {
        if number > 0 {
            markdown.push(' ');
            written.plain.push(' ');
        }
        let from = written.plain.len();
        match node {
            Node::Word(word) => {
                markdown.push_str(word);
                written.plain.push_str(word);
            }
            Node::Code(code) => {
                markdown.extend(["`", code, "`"]);
                written.plain.push_str(code);
                written.mark(from, MarkKind::Code);
            }
            Node::Marked(number, nodes) => {
                let (open, close, kind) = markers(*number);
                if within.contains(&kind) {
                    write(nodes, within, markdown, written);
                    continue;
                }
                markdown.push_str(open);
                within.push(kind.clone());
                write(nodes, within, markdown, written);
                within.pop();
                markdown.push_str(close);
                written.mark(from, kind);
            }
        }
    }
}

proptest! {
    #[test]
    fn text_without_signs_is_itself(text in "[^\\\\`\\[\\]*_~+^#>]{0,60}") {
        prop_assert_eq!(parse(&text), RichText::from(text.as_str()));
    }

    #[test]
    fn marks_are_within_any_text(text in "\\PC{0,60}") {
        prop_assert_eq!(parse(&text).fault(), None);
    }

    #[test]
    fn marks_are_within_any_markup(
        text in "([*_~+^`\\[\\]()\\\\#> \n]|\r\n|```|\\*\\*|\\]\\(|😀|\u{200b}|\u{202e}|ש|a){0,80}",
    ) {
        prop_assert_eq!(parse(&text).fault(), None);
    }

    #[test]
    fn what_is_written_is_read(nodes in nodes()) {
        let (mut markdown, mut written) = (String::new(), Written::default());
        write(&nodes, &mut Vec::new(), &mut markdown, &mut written);
        let expected = RichText::spanned(written.plain, written.spans);
        prop_assert_eq!(parse(&markdown), expected, "{}", markdown);
    }
}

/// A paragraph as another reader of `CommonMark` has it.
fn as_commonmark(markdown: &str) -> RichText {
    use pulldown_cmark::{Event, Parser, Tag};
    let mut written = Written::default();
    let mut begun = Vec::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) => written.plain.push_str(&text),
            Event::Code(text) => {
                let from = written.plain.len();
                written.plain.push_str(&text);
                written.mark(from, MarkKind::Code);
            }
            Event::Start(tag) => {
                let kind = match tag {
                    Tag::Strong => Some(MarkKind::Bold),
                    Tag::Emphasis => Some(MarkKind::Italic),
                    Tag::Link { dest_url, .. } => links::target(&dest_url),
                    _ => None,
                };
                begun.push((written.plain.len(), kind));
            }
            Event::End(_) => {
                if let Some((from, Some(kind))) = begun.pop() {
                    written.mark(from, kind);
                }
            }
            _ => {}
        }
    }
    RichText::spanned(written.plain, written.spans)
}

proptest! {
    #[test]
    fn emphasis_code_and_links_are_those_of_commonmark(
        inner in "([*_`ab., ]|\\*\\*|``|\\[|\\]\\(b\\)|\\(|\\)|\\\\[*_`\\[]){0,24}",
    ) {
        // Three backticks are a block here.
        prop_assume!(!inner.contains("```"));
        // Between words, so that nothing is a list, a line or a fence.
        let markdown = format!("x {inner} x");
        prop_assert_eq!(parse(&markdown), as_commonmark(&markdown), "{}", markdown);
    }
}
