//! `CommonMark` → text.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{Span, Style, Text};

/// What stands before an item of a list without numbers.
const BULLET: &str = "• ";

/// Beyond this lists within lists stand no further to the right.
const DEEPEST: usize = 8;

/// What a thematic break looks like.
const RULE: &str = "———";

impl Text {
    /// Reads `CommonMark`, and `~~struck through~~` beside it. For texts that the bot's author
    /// writes; what a person typed belongs into [`Text::plain`], which reads nothing into it.
    ///
    /// Lines stay lines, lists get bullets and numbers, a picture becomes a link to it, and HTML
    /// stays what it is: text.
    ///
    /// ```
    /// use gateway_core::model::Text;
    ///
    /// let text = Text::markdown("Tea is **ready**, see [the menu](https://example.org/).");
    /// let same = Text::new()
    ///     .plain("Tea is ")
    ///     .bold("ready")
    ///     .plain(", see ")
    ///     .link("the menu", "https://example.org/")
    ///     .plain(".");
    /// assert_eq!(text, same);
    /// ```
    pub fn markdown(source: &str) -> Self {
        let mut reader = Reader::default();
        for event in Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH) {
            reader.read(event);
        }
        Self::from_parts(reader.plain, reader.spans)
    }
}

#[derive(Default)]
struct Reader {
    plain: String,
    spans: Vec<Span>,
    /// Styles that have begun, with where.
    open: Vec<(usize, Style)>,
    /// Lists around what is read, with the number of the next item where it has numbers.
    lists: Vec<Option<u64>>,
    /// An item's bullet has just been written: what comes stands on the same line.
    after_bullet: bool,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.push(&text),
            Event::Code(code) => {
                self.begin(Style::Code);
                self.push(&code);
                self.finish();
            }
            Event::SoftBreak | Event::HardBreak => self.push("\n"),
            Event::Rule => {
                self.block(2);
                self.push(RULE);
            }
            // The rest needs options that are off.
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.block(2),
            Tag::Heading { .. } => {
                self.block(2);
                self.begin(Style::Heading);
            }
            Tag::BlockQuote(_) => {
                self.block(2);
                self.begin(Style::Quote);
            }
            Tag::CodeBlock(kind) => {
                self.block(2);
                let language = match kind {
                    CodeBlockKind::Fenced(language) => Some(language.to_string()),
                    CodeBlockKind::Indented => None,
                };
                let language = language.filter(|language| !language.is_empty());
                self.begin(Style::Preformatted { language });
            }
            Tag::List(first) => {
                self.block(if self.lists.is_empty() { 2 } else { 1 });
                self.lists.push(first);
            }
            Tag::Item => {
                let goes_on = self.after_bullet;
                self.block(1);
                if !goes_on {
                    self.push(&"  ".repeat(self.lists.len().saturating_sub(1).min(DEEPEST)));
                }
                let number = self.lists.last_mut().and_then(Option::as_mut).map(|next| {
                    *next += 1;
                    *next - 1
                });
                self.push(&number.map_or_else(|| BULLET.to_owned(), |it| format!("{it}. ")));
                self.after_bullet = true;
            }
            Tag::Emphasis => self.begin(Style::Italic),
            Tag::Strong => self.begin(Style::Bold),
            Tag::Strikethrough => self.begin(Style::Strikethrough),
            Tag::Link { link_type: LinkType::Email, .. } => self.begin(Style::Email),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.begin(Style::Link { url: dest_url.to_string() });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => {
                if self.plain.ends_with('\n') {
                    self.plain.pop();
                }
                self.finish();
            }
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::Item => self.after_bullet = false,
            TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image => self.finish(),
            _ => {}
        }
    }

    /// Begins a block: what comes before it ends with so many line breaks, unless it is a bullet.
    fn block(&mut self, breaks: usize) {
        if self.plain.is_empty() || std::mem::take(&mut self.after_bullet) {
            return;
        }
        let there = self.plain.len() - self.plain.trim_end_matches('\n').len();
        let gap = "\n".repeat(breaks.saturating_sub(there));
        self.plain.push_str(&gap);
        // A style that began with this block begins behind the gap.
        let end = self.plain.len();
        for (start, _) in &mut self.open {
            if *start + gap.len() == end {
                *start = end;
            }
        }
    }

    fn push(&mut self, text: &str) {
        self.after_bullet = false;
        self.plain.push_str(text);
    }

    fn begin(&mut self, style: Style) {
        self.open.push((self.plain.len(), style));
    }

    fn finish(&mut self) {
        let Some((start, style)) = self.open.pop() else { return };
        if let Style::Link { url } = &style {
            if url.is_empty() {
                return;
            }
            // A picture that is not described is its address.
            if start == self.plain.len() {
                self.plain.push_str(url);
            }
        }
        self.spans.push(Span { start, end: self.plain.len(), style });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_inline_mark_has_its_style() {
        let text = Text::markdown("*i* **b** ~~s~~ `c` ![alt](https://e.org/p.png)");
        let same = Text::new().italic("i").plain(" ").bold("b").plain(" ").strikethrough("s");
        let same = same.plain(" ").code("c").plain(" ").link("alt", "https://e.org/p.png");
        assert_eq!(text, same);
    }

    #[test]
    fn blocks_stand_apart() {
        let text =
            Text::markdown("# Menu\nTea\nCoffee\n\n> fresh\n\n```rust\nlet x;\n```\n***\nend");
        let same = Text::new().heading("Menu").plain("\n\nTea\nCoffee\n\n").quote("fresh");
        let same = same.plain("\n\n").preformatted("let x;", Some("rust"));
        assert_eq!(text, same.plain("\n\n———\n\nend"));
    }

    #[test]
    fn lists_have_bullets_and_numbers() {
        let text = Text::markdown("Now:\n\n- tea\n  1. green\n  2. **black**\n- coffee\n\n7. x");
        let plain = "Now:\n\n• tea\n  1. green\n  2. black\n• coffee\n\n7. x";
        assert_eq!(text.plain_text(), plain);
        assert_eq!(&plain[text.spans()[0].range()], "black");
    }

    #[test]
    fn addresses_lead_somewhere_or_are_none() {
        let url = "https://e.org/p.png";
        let text = Text::markdown("![](https://e.org/p.png) <a@b.org> [e]()");
        let same = Text::new().link(url, url).plain(" ").styled("a@b.org", Style::Email);
        assert_eq!(text, same.plain(" e"));
    }

    #[test]
    fn many_lists_within_lists_stay_small() {
        let text = Text::markdown(&"- ".repeat(8000));
        assert!(text.plain_text().len() < 200_000, "{}", text.plain_text().len());
    }

    #[test]
    fn html_stays_text() {
        assert_eq!(Text::markdown("a <b>c</b> &amp; d"), "a <b>c</b> & d".into());
    }

    proptest! {
        #[test]
        fn anything_can_be_read(source in "[-a-z0-9.*_`~#>\\[\\]()!<&; \n\tü😀]{0,40}") {
            let text = Text::markdown(&source);
            prop_assert_eq!(Text::from_parts(text.plain_text(), text.spans().to_vec()), text);
        }

        #[test]
        fn words_stay_words(words in prop::collection::vec("[a-zü😀]{1,6}", 1..6)) {
            let source = words.join(" ");
            prop_assert_eq!(Text::markdown(&source), source.into());
        }
    }
}
