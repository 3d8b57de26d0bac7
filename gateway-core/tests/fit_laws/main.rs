//! The seven laws of [`gateway_core::fit`], each over generated messages and capabilities.
//!
//! A thousand cases each, the same each time. For more, and for others:
//!
//! ```text
//! PROPTEST_CASES=100000 PROPTEST_RNG_SEED=$RANDOM \
//!     cargo test --release -p gateway-core --test fit_laws
//! ```

mod given;

use gateway_core::fit::{Change, Choice, Fitted, Severity, fit};
use gateway_core::messenger::Capabilities;
use gateway_core::model::{Action, Button, Keyboard, NewMessage, Style, Text};
use given::{better, capabilities, generous, message};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: asked.cases.max(1000),
        max_global_rejects: 1 << 20,
        failure_persistence: None,
        ..asked
    }
}

/// What can be seen of a text.
fn visible(text: &str) -> String {
    text.chars().filter(|it| !Text::from(it.to_string()).is_blank()).collect()
}

fn visible_parts(fitted: &Fitted<'_>) -> String {
    fitted.parts.iter().map(|part| visible(part.text.plain_text())).collect()
}

fn buttons(message: &NewMessage) -> impl Iterator<Item = &Button> {
    message.keyboard.iter().flat_map(Keyboard::buttons)
}

fn is_subsequence(short: &str, long: &str) -> bool {
    let mut long = long.chars();
    short.chars().all(|wanted| long.any(|it| it == wanted))
}

/// Removes one that is equal; whether there was one.
fn take<T: PartialEq>(from: &mut Vec<T>, wanted: &T) -> bool {
    let place = from.iter().position(|it| it == wanted);
    place.map(|place| from.swap_remove(place)).is_some()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn law_1_every_part_is_within_every_limit(can in capabilities(), message in message()) {
        let Ok(fitted) = fit(&can, &message) else { return Err(TestCaseError::reject("rejected")) };
        prop_assert!(!fitted.parts.is_empty());
        for part in fitted.parts.iter() {
            can.check("checking a part", part).map_err(|error| TestCaseError::fail(error.to_string()))?;
            for span in part.text.spans() {
                prop_assert!(can.styles.carries(span.style.kind()), "{:?}", span);
            }
            prop_assert!(can.writable.is_none_or(|it| it.is_all(&part.text)), "{:?}", part.text);
        }
    }

    #[test]
    fn law_2_no_text_is_lost(can in capabilities(), message in message()) {
        let Ok(fitted) = fit(&can, &message) else { return Err(TestCaseError::reject("rejected")) };
        let (original, arrived) = (visible(message.text.plain_text()), visible_parts(&fitted));
        let spelled = fitted.report.changes().iter().any(|it| matches!(it, Change::LinkSpelled { .. }));
        if spelled {
            prop_assert!(is_subsequence(&original, &arrived), "{original:?} in {arrived:?}");
            return Ok(());
        }
        prop_assert!(arrived.starts_with(&original), "{original:?} in {arrived:?}");
        // Blanks between two parts may go, those inside of a part stay.
        let mut rest = message.text.plain_text();
        for part in fitted.parts.iter().map(|part| part.text.plain_text()) {
            let Some(place) = rest.find(part) else { break };
            prop_assert!(Text::from(&rest[..place]).is_blank());
            rest = &rest[place + part.len()..];
        }
    }

    #[test]
    fn law_3_every_button_stays_reachable(can in capabilities(), message in message()) {
        let Ok(fitted) = fit(&can, &message) else { return Err(TestCaseError::reject("rejected")) };
        let mut native: Vec<Button> = fitted.parts.iter().flat_map(buttons).cloned().collect();
        let mut choices = fitted.choices.clone();
        let text = visible_parts(&fitted);
        let changed: Vec<&Button> = buttons(&message).filter(|it| !take(&mut native, it)).collect();
        for button in changed {
            let same = |it: &Choice| it.action == button.action && it.label == button.label;
            if let Some(choice) = choices.iter().position(same).map(|place| choices.remove(place)) {
                let line = visible(&format!("{}. {}", choice.number, choice.label));
                prop_assert!(text.contains(&line), "{line:?} in {text:?}");
                let answer = fitted.choice(&choice.number.to_string());
                prop_assert_eq!(answer.map(|it| &it.action), Some(&choice.action));
                continue;
            }
            // With its label cut short it is a button all the same, unless the label is what it says.
            let short = native.iter().position(|it| it.action == button.action);
            if let Some(place) = short.filter(|_| button.action != Action::Message) {
                native.remove(place);
                continue;
            }
            let Action::Link { url } = &button.action else {
                return Err(TestCaseError::fail(format!("{button:?} is nowhere")));
            };
            let leads_there = |style: &Style| matches!(style, Style::Link { url: to } if to == url);
            let mut spans = fitted.parts.iter().flat_map(|part| part.text.spans());
            let spelled = fitted.parts.iter().any(|part| part.text.plain_text().contains(url));
            prop_assert!(spelled || spans.any(|span| leads_there(&span.style)), "{button:?}");
        }
        prop_assert!(native.is_empty() && choices.is_empty(), "there are more than there were");
    }

    #[test]
    fn law_4_what_fits_comes_out_unchanged(can in generous(), message in message()) {
        let fits = can.check("checking", &message).is_ok()
            && message.text.spans().iter().all(|span| can.styles.carries(span.style.kind()))
            && can.writable.is_none_or(|it| it.is_all(&message.text))
            && (message.text.spans().is_empty() || message.attachments.iter().all(|it| {
                can.attachments.kinds[&it.kind()].caption.is_some_and(|caption| caption.formatted)
            }));
        if !fits {
            return Err(TestCaseError::reject("it does not fit"));
        }
        let fitted = fit(&can, &message).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&*fitted.parts, std::slice::from_ref(&message));
        prop_assert!(fitted.choices.is_empty());
    }

    #[test]
    fn law_5_fitting_twice_changes_nothing(can in capabilities(), message in message()) {
        let Ok(fitted) = fit(&can, &message) else { return Err(TestCaseError::reject("rejected")) };
        let same = fit(&can, &message);
        prop_assert_eq!(same.as_ref().ok(), Some(&fitted));
        for part in fitted.parts.iter() {
            let again = fit(&can, part).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(&*again.parts, std::slice::from_ref(part));
        }
    }

    #[test]
    fn law_6_more_capability_is_never_worse(
        (can, can_more) in capabilities()
            // What can be written is for each text to say: it is not more or less.
            .prop_map(|can| Capabilities { writable: None, ..can })
            .prop_flat_map(|can| (Just(can.clone()), better(can))),
        message in message(),
    ) {
        let Ok(before) = fit(&can, &message) else { return Err(TestCaseError::reject("rejected")) };
        let after = fit(&can_more, &message).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let cost = |fitted: &Fitted<'_>| {
            (fitted.report.count(Severity::Lost), fitted.report.count(Severity::Fallback))
        };
        prop_assert!(cost(&after) <= cost(&before), "{:?}\n{:?}", before.report, after.report);
        let named = |fitted: &Fitted<'_>| {
            let changes = fitted.report.changes().iter();
            changes.filter(|it| !matches!(it, Change::Split { .. })).cloned().collect::<Vec<_>>()
        };
        if named(&before) == named(&after) {
            prop_assert!(after.parts.len() <= before.parts.len());
        }
    }

    #[test]
    fn law_7_the_report_names_each_change(can in capabilities(), message in message()) {
        let Ok(fitted) = fit(&can, &message) else { return Err(TestCaseError::reject("rejected")) };
        let changes = fitted.report.changes();
        let weakened = |change: &&Change| matches!(
            change,
            Change::StyleWeakened { .. } | Change::ButtonWeakened { .. } | Change::AttachmentWeakened { .. }
        );
        let unchanged = *fitted.parts == [message.clone()];
        prop_assert_eq!(unchanged, changes.iter().all(|change| weakened(&change)), "{:?}", changes);

        let count = |is: &dyn Fn(&Change) -> bool| changes.iter().filter(|change| is(change)).count();
        let parts = count(&|it| matches!(it, Change::Split { parts } if *parts == fitted.parts.len()));
        prop_assert_eq!(parts, usize::from(fitted.parts.len() > 1));

        // Formatting: each span that is not carried is named, by its place.
        for span in message.text.spans() {
            let (kind, at) = (span.style.kind(), span.range());
            let named = count(&|it| match it {
                Change::StyleReplaced { style, range, .. } | Change::StyleDropped { style, range } => {
                    (*style, range) == (kind, &at)
                }
                Change::LinkSpelled { url, range } => {
                    matches!(&span.style, Style::Link { url: to } if to == url) && *range == at
                }
                _ => false,
            });
            prop_assert!(named <= 1);
            prop_assert!(named == 1 || can.styles.carries(kind), "{span:?} is not named");
        }

        // What is carried covers what it covered.
        let unformatted = count(&|it| matches!(it, Change::FormattingDropped)) > 0;
        let mut wanted: Vec<(Style, String)> = Vec::new();
        for span in message.text.spans() {
            let changed = changes.iter().any(|it| match it {
                Change::StyleReplaced { style, range, .. } | Change::StyleDropped { style, range } => {
                    (*style, range) == (span.style.kind(), &span.range())
                }
                Change::LinkSpelled { range, .. } => *range == span.range(),
                _ => false,
            });
            let text = visible(&message.text.plain_text()[span.range()]);
            match wanted.iter_mut().find(|(style, _)| *style == span.style) {
                _ if changed || unformatted => {}
                Some((_, all)) => all.push_str(&text),
                None => wanted.push((span.style.clone(), text)),
            }
        }
        for (style, wanted) in wanted {
            let parts = fitted.parts.iter().map(|part| &part.text);
            let spans = parts.flat_map(|text| text.spans().iter().map(move |span| (text, span)));
            let there: String = spans
                .filter(|(_, span)| span.style == style)
                .map(|(text, span)| visible(&text.plain_text()[span.range()]))
                .collect();
            prop_assert!(is_subsequence(&wanted, &there), "{style:?}: {wanted:?} in {there:?}");
        }

        // What stays stays in order, and the keyboard is where the message ends.
        let mut order = message.attachments.iter();
        let sent = fitted.parts.iter().flat_map(|part| &part.attachments);
        prop_assert!(sent.into_iter().all(|it| order.any(|original| original == it)));
        let early = fitted.parts.iter().rev().skip(1).any(|part| part.keyboard.is_some());
        prop_assert!(!early, "the keyboard is not at the end");

        let native: Vec<&Button> = fitted.parts.iter().flat_map(buttons).collect();
        let as_text = count(&|it| matches!(it, Change::ButtonAsLink { .. } | Change::ButtonAsChoice { .. }));
        prop_assert_eq!(native.len() + as_text, buttons(&message).count());
        let mut whole: Vec<Button> = buttons(&message).cloned().collect();
        let shortened = native.iter().filter(|button| !take(&mut whole, button)).count();
        prop_assert_eq!(shortened, count(&|it| matches!(it, Change::LabelShortened { .. })));

        let attached: usize = fitted.parts.iter().map(|part| part.attachments.len()).sum();
        let gone = count(&|it| {
            matches!(it, Change::AttachmentDescribed { .. } | Change::AttachmentDropped { .. })
        });
        prop_assert_eq!(attached + gone, message.attachments.len());

        let kept = [
            (message.reply_to.is_some(), fitted.parts.iter().any(|part| part.reply_to.is_some())),
            (message.forward.is_some(), fitted.parts[0].forward.is_some()),
            (message.silent, fitted.parts.iter().all(|part| part.silent)),
            (message.no_preview, fitted.parts.iter().all(|part| part.no_preview)),
        ];
        let lost = kept.into_iter().filter(|(asked, there)| *asked && !there).count();
        prop_assert_eq!(lost, count(&|it| matches!(it, Change::FeatureDropped { .. })));

        let place = message.keyboard.as_ref().map(|keyboard| keyboard.kind.place());
        let kept = fitted.parts.iter().filter_map(|part| part.keyboard.as_ref()).any(|keyboard| {
            Some(keyboard.kind.place()) == place
        });
        let another = count(&|it| {
            matches!(it, Change::KeyboardReplaced { .. } | Change::KeyboardDropped { .. })
        });
        prop_assert!(another == 0 || !kept);
    }
}
