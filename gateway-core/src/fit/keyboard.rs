//! The keyboard that a messenger carries, and the buttons that find no place on it.

use unicode_segmentation::UnicodeSegmentation as _;

use super::{Change, DOING, Report, Severity};
use crate::messenger::capabilities::check::check_kind;
use crate::messenger::{Capabilities, Error, KeyboardLimits, Result, TextLimit};
use crate::model::{Action, ActionKind, Button, Keyboard, KeyboardKind, KeyboardPlace, is_blank};

/// What stands at the end of a label that is cut short.
const CUT: &str = "…";

/// What became of a keyboard.
#[derive(Default)]
pub(super) struct Carried {
    /// What is sent.
    pub(super) native: Option<Keyboard>,
    /// Buttons that must become text, in their order.
    pub(super) demoted: Vec<Button>,
}

pub(super) fn carried(
    capabilities: &Capabilities,
    keyboard: &Keyboard,
    report: &mut Report,
) -> Result<Carried> {
    if let Some(button) = keyboard.buttons().find(|it| it.label.chars().all(is_blank)) {
        let why = format!("the label of a {:?} button is empty", button.action.kind());
        return Err(Error::invalid(DOING, "keyboard", why));
    }
    check_kind(DOING, keyboard)?;
    let mut best: Option<(usize, Carried, Report)> = None;
    for kind in kinds(capabilities, keyboard.kind) {
        let mut cost = Report::default();
        let carried = carried_as(capabilities, keyboard, kind, &mut cost);
        let fallbacks = cost.count(Severity::Fallback) + carried.demoted.len();
        if best.as_ref().is_none_or(|(least, ..)| fallbacks < *least) {
            best = Some((fallbacks, carried, cost));
        }
    }
    if let Some((_, carried, cost)) = best {
        report.extend(cost);
        return Ok(carried);
    }
    let place = keyboard.kind.place();
    let change = match place {
        KeyboardPlace::Inline | KeyboardPlace::Reply => Change::KeyboardReplaced { place },
        KeyboardPlace::Remove | KeyboardPlace::ForceReply => Change::KeyboardDropped { place },
    };
    report.add_unless_rejected(capabilities.keyboards.of(place), change)?;
    Ok(Carried { native: None, demoted: keyboard.buttons().cloned().collect() })
}

/// What becomes of a keyboard that is sent as this kind.
fn carried_as(
    capabilities: &Capabilities,
    keyboard: &Keyboard,
    kind: KeyboardKind,
    report: &mut Report,
) -> Carried {
    if kind != keyboard.kind {
        report.add(Change::KeyboardReplaced { place: keyboard.kind.place() });
    }
    let is_native = |button: &Button| {
        let takes = capabilities.check_action(kind.place(), &button.action).is_ok();
        takes && has_room(capabilities, button)
    };
    // By the place where its author put it, each button is found again.
    let mut number = 0;
    let mut rows: Rows<'_> = Vec::new();
    let mut demoted: Vec<(usize, &Button)> = Vec::new();
    for row in keyboard.rows.iter().filter(|row| !row.is_empty()) {
        let mut native = Vec::new();
        for button in row {
            if is_native(button) {
                native.push(Numbered { number, button });
            } else {
                demoted.push((number, button));
            }
            number += 1;
        }
        rows.push(native);
    }
    let (rows, overflow) = laid_out(&capabilities.keyboard, rows, report);
    demoted.extend(overflow.into_iter().map(|it| (it.number, it.button)));
    demoted.sort_by_key(|(number, _)| *number);

    let rows: Vec<Vec<Button>> = rows
        .into_iter()
        .map(|row| {
            let label = |it: Numbered<'_>| labelled(capabilities, kind.place(), it.button, report);
            row.into_iter().map(label).collect()
        })
        .collect();
    let has_buttons = kind.has_buttons();
    if has_buttons && (keyboard.rows.is_empty() || keyboard.rows.iter().any(Vec::is_empty)) {
        report.add(Change::EmptyRowsDropped);
    }
    let native = (!has_buttons || !rows.is_empty()).then_some(Keyboard { kind, rows });
    Carried { native, demoted: demoted.into_iter().map(|(_, it)| it.clone()).collect() }
}

/// Whether a label is short enough, or can be made so: not when it is what the button says, and not
/// when there is no room for anything.
fn has_room(capabilities: &Capabilities, button: &Button) -> bool {
    capabilities.keyboard.label.is_none_or(|limit| {
        let may_be_cut = button.action != Action::Message && limit.allows(CUT);
        limit.allows(&button.label) || may_be_cut
    })
}

/// As which kinds a keyboard can be sent, the best first: a reply keyboard may become an inline one
/// whose buttons say their label.
fn kinds(capabilities: &Capabilities, kind: KeyboardKind) -> impl Iterator<Item = KeyboardKind> {
    let has_room = !kind.has_buttons() || capabilities.keyboard.allows_any();
    let as_it_is = capabilities.keyboards.carries(kind.place());
    let as_inline = matches!(kind, KeyboardKind::Reply(_))
        && capabilities.keyboards.carries(KeyboardPlace::Inline)
        && capabilities.buttons.carries(ActionKind::Message);
    let ways = [(as_it_is, kind), (as_inline, KeyboardKind::Inline)];
    ways.into_iter().filter(move |(can, _)| has_room && *can).map(|(_, kind)| kind)
}

#[derive(Clone, Copy)]
struct Numbered<'a> {
    number: usize,
    button: &'a Button,
}

impl Numbered<'_> {
    fn is_callback(self) -> bool {
        matches!(self.button.action, Action::Callback { .. })
    }
}

type Rows<'a> = Vec<Vec<Numbered<'a>>>;

/// Rows within the limits, and the buttons that find no place in them. As many as possible do.
fn laid_out<'a>(
    limits: &KeyboardLimits,
    rows: Rows<'a>,
    report: &mut Report,
) -> (Rows<'a>, Vec<Numbered<'a>>) {
    let most = limits.buttons.unwrap_or(usize::MAX);
    let most_rows = limits.rows.unwrap_or(usize::MAX);
    let mut wrapped = Vec::new();
    let mut laid: Rows<'a> = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let width = limits.width(row.iter().any(|it| !it.is_callback()));
        if row.len() > width {
            wrapped.push(Change::RowWrapped { row: number });
        }
        laid.extend(row.chunks(width).map(<[_]>::to_vec));
    }
    let count = laid.iter().map(Vec::len).sum::<usize>();
    if laid.len() <= most_rows && count <= most {
        for change in wrapped {
            report.add(change);
        }
        return (laid, Vec::new());
    }
    report.add(Change::KeyboardRepacked);
    repacked(limits, most_rows.min(count), most, rows.into_iter().flatten().collect())
}

/// The buttons put together so that as many as possible find a place: rows of nothing but
/// callbacks may be wider, so some rows are made of those, and the others of what is left, in
/// order.
fn repacked<'a>(
    limits: &KeyboardLimits,
    rows: usize,
    most: usize,
    buttons: Vec<Numbered<'a>>,
) -> (Rows<'a>, Vec<Numbered<'a>>) {
    let (wide, narrow) = (limits.width(false), limits.width(true));
    let callbacks = buttons.iter().filter(|it| it.is_callback()).count();
    let in_wide_rows = |wide_rows: usize| callbacks.min(wide_rows.saturating_mul(wide));
    let places = |wide_rows: usize| {
        let rest = buttons.len() - in_wide_rows(wide_rows);
        in_wide_rows(wide_rows) + rest.min((rows - wide_rows).saturating_mul(narrow))
    };
    // Where all find a place, as few of them as possible move. Where not, callbacks go first: what
    // leads somewhere can do so from the text as well.
    let most_places = (0..=rows).map(places).max().unwrap_or(0);
    let mut best = (0..=rows).filter(|wide_rows| places(*wide_rows) == most_places);
    let wide_rows = if most_places == buttons.len() { best.next() } else { best.next_back() };
    let wide_rows = wide_rows.unwrap_or(0);

    let mut callbacks_left = in_wide_rows(wide_rows).min(most);
    let (first, rest): (Vec<_>, Vec<_>) = buttons.into_iter().partition(|it| {
        let chosen = it.is_callback() && callbacks_left > 0;
        callbacks_left -= usize::from(chosen);
        chosen
    });
    let room = (rows - wide_rows).saturating_mul(narrow).min(most - first.len());
    let (kept, overflow) = rest.split_at(rest.len().min(room));
    let laid = first.chunks(wide).chain(kept.chunks(narrow)).map(<[_]>::to_vec).collect();
    (laid, overflow.to_vec())
}

/// The button with a label that is short enough.
fn labelled(
    capabilities: &Capabilities,
    place: KeyboardPlace,
    button: &Button,
    report: &mut Report,
) -> Button {
    let action = button.action.kind();
    report.weaken(capabilities.buttons_on(place).of(action), || Change::ButtonWeakened {
        label: button.label.clone(),
        action,
    });
    match capabilities.keyboard.label {
        Some(limit) if !limit.allows(&button.label) => {
            report.add(Change::LabelShortened { label: button.label.clone() });
            Button { label: shortened(&button.label, limit), action: button.action.clone() }
        }
        _ => button.clone(),
    }
}

fn shortened(label: &str, limit: TextLimit) -> String {
    let mut short = String::new();
    for grapheme in label.graphemes(true) {
        if !limit.allows(&format!("{short}{grapheme}{CUT}")) {
            break;
        }
        short.push_str(grapheme);
    }
    short.truncate(short.trim_end().len());
    short.push_str(CUT);
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messenger::{Level, Levels};

    fn capabilities(keyboard: KeyboardLimits) -> Capabilities {
        Capabilities {
            keyboards: Levels::all(Level::Full, [KeyboardPlace::Inline]),
            buttons: Levels::all(
                Level::Full,
                [ActionKind::Callback, ActionKind::Link, ActionKind::Message],
            ),
            keyboard,
            ..Capabilities::of_text(TextLimit::characters(1000))
        }
    }

    fn callbacks(count: usize) -> Vec<Button> {
        (1..=count).map(|number| Button::callback(number.to_string(), "x")).collect()
    }

    fn shape(rows: &Keyboard) -> Vec<usize> {
        rows.rows.iter().map(Vec::len).collect()
    }

    fn laid(limits: KeyboardLimits, keyboard: &Keyboard) -> (Vec<usize>, usize, Report) {
        let mut report = Report::default();
        let carried = carried(&capabilities(limits), keyboard, &mut report).expect("it has labels");
        (carried.native.as_ref().map(shape).unwrap_or_default(), carried.demoted.len(), report)
    }

    #[test]
    fn a_row_that_is_too_wide_becomes_several() {
        let limits = KeyboardLimits { row: Some(3), ..KeyboardLimits::default() };
        let (shape, demoted, report) = laid(limits, &Keyboard::inline([callbacks(7)]));
        assert_eq!((shape, demoted), (vec![3, 3, 1], 0));
        assert_eq!(report.changes(), [Change::RowWrapped { row: 0 }]);
    }

    #[test]
    fn too_many_rows_are_put_together() {
        let limits = KeyboardLimits {
            rows: Some(2),
            row: Some(4),
            mixed_row: Some(2),
            ..KeyboardLimits::default()
        };
        let mut buttons = callbacks(5);
        buttons.push(Button::link("link", "https://e.org/"));
        let (shape, demoted, _) =
            laid(limits, &Keyboard::inline(buttons.into_iter().map(|it| [it])));
        assert_eq!((shape, demoted), (vec![4, 2], 0));
    }

    #[test]
    fn what_finds_no_place_is_demoted_from_the_end() {
        let limits = KeyboardLimits { buttons: Some(3), ..KeyboardLimits::default() };
        let (shape, demoted, _) = laid(limits, &Keyboard::inline([callbacks(2), callbacks(2)]));
        assert_eq!((shape.iter().sum::<usize>(), demoted), (3, 1));
    }

    #[test]
    fn a_reply_keyboard_may_become_an_inline_one() {
        let keyboard =
            Keyboard::reply(crate::model::ReplyOptions::default(), [[Button::message("Yes")]]);
        let (shape, demoted, report) = laid(KeyboardLimits::default(), &keyboard);
        assert_eq!((shape, demoted), (vec![1], 0));
        assert_eq!(report.changes(), [Change::KeyboardReplaced { place: KeyboardPlace::Reply }]);
    }

    #[test]
    fn a_label_is_cut_between_characters_as_people_see_them() {
        assert_eq!(shortened("a👩‍👩‍👦bc", TextLimit::characters(7)), "a👩‍👩‍👦…");
        assert_eq!(shortened("a👩‍👩‍👦bc", TextLimit::characters(6)), "a…");
        assert_eq!(shortened("tea with milk", TextLimit::characters(5)), "tea…");
    }
}
