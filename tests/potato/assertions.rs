//! What is known of Potato, one fact a line, and the test that holds it.
//!
//! Where the facts come from: [`D`] stands in the document, [`C`] was seen by clients in production,
//! [`E`] stands in the document's examples against its tables or prose, [`O`] is open, and
//! a choice of the sandbox. A test is named by its file and its function.

use gateway_tests::facts::{Fact, assert_each_once, untested};

/// In the document.
const D: char = 'D';
/// Seen by clients in production.
const C: char = 'C';
/// In the document's examples, against what it says elsewhere.
const E: char = 'E';
/// Open: a choice.
const O: char = 'O';

/// Files of tests outside of this folder.
const MARKDOWN: &str = "sandbox/src/potato/markdown.rs";
const FORM: &str = "sandbox/src/potato/form.rs";
const PARAMETER: &str = "sandbox/src/potato/parameter.rs";
const IDS: &str = "sandbox/src/world/ids.rs";
const WIRE: &str = "tests/wire.rs";

#[rustfmt::skip]
const TRANSPORT: &[Fact] = &[
    ("GET and POST are supported for every method", D, "asking", "every_method_is_called_by_get_and_by_post"),
    ("methods are case-sensitive", D, "asking", "parameters_are_known_in_any_case_and_unknown_ones_passed_over"),
    ("names of fields are taken in any case", C, "asking", "parameters_are_known_in_any_case_and_unknown_ones_passed_over"),
    ("fields that nobody knows are sent and passed over", C, "files", "a_caption_is_no_markdown_and_the_flag_is_passed_over"),
    ("parameters come in the query", D, PARAMETER, "what_is_text_stays_text_and_all_else_reads_as_json"),
    ("parameters come in a form, JSON as text", C, "asking", "a_form_has_json_in_it_as_text"),
    ("urlencoded forms are not read", C, "asking", "an_urlencoded_form_is_a_wrong_format"),
    ("what sends no JSON gets 1005", D, "asking", "a_body_that_is_no_object_is_a_wrong_format"),
    ("bodies have a limit, 1014", D, "asking", "a_body_that_is_too_long_is_not_read"),
    ("a token that nobody has is 1002", D, "asking", "a_token_that_nobody_has_is_invalid"),
    ("an error is 400 with the text in result", C, "errors", "an_error_is_400_with_its_text_in_the_result"),
    ("what was read is forgotten, whatever the offset", C, WIRE, "potato_forgets_what_it_has_handed_out"),
    ("a method that only one client knows is not emulated", C, "asking", "what_is_not_emulated_says_so"),
];

#[rustfmt::skip]
const METHODS: &[Fact] = &[
    ("getMe has an empty last name", E, "asking", "a_bot_has_a_first_name_and_an_empty_last_name"),
    ("getFile has a url alone", E, "files", "a_file_is_fetched_where_get_file_says"),
    ("the url has the host, the token and the id but for eight digits", E, "files", "a_file_is_fetched_where_get_file_says"),
    ("the eight digits are the fifth to the twelfth", E, IDS, "a_file_of_potato_is_named_as_in_the_documents_example"),
    ("the host is that of the request", O, "files", "an_address_has_the_host_by_which_the_client_came"),
    ("bots fetch files of 100 MB", D, "files", "a_file_of_more_than_100_mb_is_not_fetched"),
    ("sendTextMessage brings message_id", D, "sending", "a_text_goes_to_dialogs_groups_and_supergroups_and_brings_its_number"),
    ("a text has 4096 UTF-16 code units", O, "sending", "a_text_has_4096_units_and_says_something"),
    ("reply_to_message_id names a message", D, "sending", "an_answer_names_a_message_of_the_chat"),
    ("forwardMessage brings message_id", D, "sending", "what_is_passed_on_keeps_its_first_sender"),
    ("a message that is not there is not passed on", D, "sending", "only_what_is_there_is_passed_on"),
    ("answerCallbackQuery brings null", D, "pressing", "an_answer_is_a_notice_or_an_alert_or_opens_something"),
    ("its text is required, and may be empty", D, "pressing", "an_empty_answer_shows_nothing_and_one_without_a_text_is_wrong"),
    ("its key is inline_message_id of the press", C, "pressing", "a_press_is_answered_by_the_bot_that_was_told"),
    ("a latitude of 212.03 is taken", E, "sending", "a_place_is_taken_wherever_it_is"),
    ("a venue has a title and an address", D, "sending", "a_venue_has_a_title_and_an_address"),
    ("sendPhoto brings message_id and file_id", D, "files", "a_photo_comes_along_and_is_sent_again_by_its_id"),
    ("a photo is JPEG, PNG, BMP or WEBP", D, FORM, "a_picture_and_a_film_are_known_by_their_first_bytes"),
    ("a photo has 2 MB, 1009", D, "files", "a_photo_is_a_picture_and_has_2_mb"),
    ("a document has 50 MB", D, "files", "a_document_is_anything_of_50_mb"),
    ("a video is MP4, its thumb has 3 MB", D, "files", "a_film_is_an_mp4_with_its_measures_and_a_picture"),
    ("a file is sent by its id", D, "files", "a_film_on_the_messenger_is_sent_by_its_id"),
    ("a caption has 200 characters", D, "files", "a_caption_has_200_characters"),
    ("file ids are 32 digits", C, "files", "an_id_is_32_digits_that_begin_with_zeros"),
    ("editMessageText brings null, and takes a reply keyboard", E, "editing", "a_text_is_changed_with_its_keyboard"),
    ("editMessageCaption has a caption", E, "editing", "a_caption_is_changed_as_a_caption"),
    ("deleteMessage brings null; in a dialog its own alone", D, "editing", "in_a_dialog_a_bot_deletes_its_own_messages_alone"),
    ("who keeps order deletes everything, service messages too", D, "editing", "elsewhere_who_keeps_order_deletes_everything_notes_among_that"),
    ("where all are admins a bot deletes its own alone", D, "editing", "who_may_not_delete_is_told_what_they_lack"),
    ("leaveChat brings no result", D, "chats", "a_bot_leaves_and_is_in_the_chat_no_more"),
    ("getChat brings the chat itself", E, "chats", "a_chat_is_shown_as_its_kind_has_it"),
    ("getChatMembersCount brings count", E, "members", "members_are_counted"),
    ("getChatAdministrators brings the creator when nobody was appointed", D, "members", "administrators_are_shown_with_their_rights_and_the_creator_without"),
    ("setChatTitle has 255 characters and no result", D, "chats", "a_title_is_changed_by_who_may"),
    ("setChatTitle does not work where all are admins", D, "chats", "where_all_keep_order_no_bot_changes_the_title"),
    ("setChatDescription is for supergroups and channels", D, "chats", "a_description_is_for_supergroups_and_channels"),
    ("setJoinGroups brings no result", D, "members", "a_bot_lets_nobody_bring_it_in"),
    ("a bot that refuses is not brought in", D, "hands", "a_bot_that_lets_nobody_bring_it_in_is_not_brought_in"),
    ("pins need can_pin_messages, in channels can_edit_messages", D, "pinning", "supergroups_and_channels_have_a_right_of_their_own_for_pins"),
    ("pins are for supergroups and channels", D, "pinning", "dialogs_and_groups_have_no_pins_and_a_message_must_be_there"),
    ("kickChatMember bans in supergroups and channels", D, "members", "who_is_kicked_out_of_a_large_chat_does_not_come_back"),
    ("kickNotBan does not", D, "members", "who_is_kicked_out_of_a_large_chat_does_not_come_back"),
    ("where all are admins, who added somebody removes them", D, "members", "where_all_keep_order_a_bot_puts_out_whom_it_brought_in"),
    ("sendChatAction has thirteen actions, not those of the prose", D, "sending", "what_a_bot_is_busy_with_is_on_the_list"),
    ("sendContact brings no message_id", D, "sending", "a_contact_brings_no_number"),
    ("getGroups has three lists with capital keys", E, "chats", "get_groups_alone_tells_supergroups_and_channels_apart"),
    ("sendGame has a button by itself", D, "games", "a_game_has_a_button_that_starts_it_and_tells_its_name"),
    ("the first button of a game launches it", D, "games", "the_first_button_of_a_game_starts_it_and_no_other_one_does"),
    ("setGameScore brings message_id; a score grows unless forced", E, "games", "a_score_grows_unless_it_is_forced"),
    ("getGameHighScores brings an array", D, "games", "the_best_are_shown_with_three_neighbours_on_either_side"),
    ("scores are of a game, of somebody in the chat", O, "games", "scores_are_of_a_game_and_of_somebody_in_the_chat"),
    ("answerInlineQuery has 50 results and its limits", D, "inline", "an_answer_that_is_too_much_is_wrong"),
    ("answerInlineQuery brings true", D, "inline", "what_is_chosen_is_posted_by_the_person_and_its_buttons_are_the_bots"),
    ("there are seven kinds of results", E, "inline", "every_kind_of_result_posts_what_it_is"),
    ("a query is the bot's that was told", O, "inline", "a_query_is_answered_by_the_bot_that_was_told"),
    ("switch_pm leads to /start with a parameter", D, "inline", "a_button_leads_to_the_dialog_and_says_start"),
    ("required parameters are required, 1004", D, "errors", "what_is_required_is_missed"),
];

#[rustfmt::skip]
const OBJECTS: &[Fact] = &[
    ("chat type 3 is a channel, too", C, "chats", "a_chat_is_shown_as_its_kind_has_it"),
    ("numbers of kinds overlap", C, "chats", "kinds_have_numbers_of_their_own_and_a_chat_is_named_by_both"),
    ("chat_type and chat_id are required together", D, "errors", "a_chat_is_named_by_both_halves_and_its_kind_is_one_of_three"),
    ("an inline keyboard is type 4, rows are objects", E, "keyboards", "rows_are_objects"),
    ("of a button the first filled field takes effect", D, "keyboards", "of_a_button_the_first_that_is_filled_takes_effect"),
    ("callback_data may be empty", E, "keyboards", "of_a_button_the_first_that_is_filled_takes_effect"),
    ("a reply keyboard is type 2 with single_use", D, "keyboards", "a_reply_keyboard_says_its_labels_or_sends_a_card_or_a_place"),
    ("its buttons are pressed by people", D, "hands", "a_reply_keyboard_is_pressed_by_its_labels"),
    ("force reply is type 1, remove type 3", D, "keyboards", "a_reply_is_forced_and_a_keyboard_taken_away"),
    ("entities are numbers from 1 to 9", D, "formatting", "formatting_arrives_by_number"),
    ("an emoji counts two", D, "formatting", "an_emoji_counts_two"),
    ("inline_query is null where there is none", E, "being_told", "a_text_in_a_group_is_told_as_in_the_documents_example"),
    ("lang is that of who did it", D, "being_told", "lang_is_the_language_of_who_did_it"),
    ("an inline_message_id is longer than 64 bits", E, "pressing", "a_press_names_the_presser_and_the_message_and_its_id_is_longer_than_64_bits"),
    ("from of a press is who pressed", C, "pressing", "a_press_names_the_presser_and_the_message_and_its_id_is_longer_than_64_bits"),
    ("a press of a game has game_short_name", D, "games", "a_game_has_a_button_that_starts_it_and_tells_its_name"),
    ("media have a field each", D, "being_told", "files_are_told_by_their_kind"),
    ("a picture has sides", D, "hands", "what_is_said_of_a_picture_is_told"),
    ("words beside a file are a caption", D, "being_told", "words_beside_a_file_are_a_caption"),
    ("places, venues and contacts", D, "being_told", "places_venues_and_cards_are_told"),
    ("forward_from and forward_date", D, "being_told", "what_is_passed_on_names_its_first_sender_and_time"),
    ("reply_to_message has one level", O, "being_told", "an_answer_brings_what_it_answers_but_not_what_that_answers"),
    ("edited_message has an edit_date", D, "being_told", "an_edit_is_an_edited_message_and_a_deletion_is_not_told"),
    ("service messages are in action", D, "being_told", "who_comes_and_goes_is_told_in_an_action_the_bot_itself_among_them"),
    ("new_group_title", D, "being_told", "a_new_title_is_told_in_an_action_but_not_to_who_gave_it"),
    ("migrate_to_chat_id and migrate_from_chat_id", D, "upgrading", "the_last_of_a_group_names_the_supergroup_and_the_first_of_that_the_group"),
    ("everything goes along to the supergroup", O, "upgrading", "everybody_and_everything_said_goes_along"),
    ("rights are named, the creator's are not", E, "members", "administrators_are_shown_with_their_rights_and_the_creator_without"),
    ("an inline query has from, query, offset and location", D, "inline", "what_somebody_types_is_told_with_its_offset_but_not_where"),
    ("buttons type for the person", D, "inline", "a_button_types_for_the_person"),
];

#[rustfmt::skip]
const FORMATTING: &[Fact] = &[
    ("one marker is italic, two bold, three both", D, "formatting", "one_marker_is_italic_two_are_bold_and_three_are_both"),
    ("the documents' other examples", D, MARKDOWN, "the_documents_own_examples"),
    ("@ and mention_name name a user", E, MARKDOWN, "a_user_is_named_as_the_prose_and_as_the_example_say"),
    ("code stays within its line", D, MARKDOWN, "code_stays_within_its_line"),
    ("nothing nests but the triple marker", O, MARKDOWN, "nothing_nests"),
    ("what is no markup is text", O, MARKDOWN, "what_is_no_markup_is_text"),
    ("without the flag text is text", O, "formatting", "without_the_flag_text_is_text"),
    ("there is no HTML", C, "formatting", "html_shows_literally"),
];

#[rustfmt::skip]
const ERRORS: &[Fact] = &[
    ("1003 unknown command", D, "errors", "an_error_is_400_with_its_text_in_the_result"),
    ("1004 wrong parameters", D, WIRE, "potato_refuses_by_number"),
    ("1006 and 1007 are planned, on every method", D, "faulting", "every_method_meets_what_is_planned_for_it"),
    ("1006 for what is somebody else's", O, "editing", "only_what_the_bot_wrote_is_changed"),
    ("1006 for who keeps no order, 3004 for who lacks a right", O, "members", "who_may_not_kick_is_told_why"),
    ("1006 and 3004 in channels", O, "chats", "in_a_channel_writes_who_may"),
    ("1008 for who never met the bot or stopped it, 3002 for a blacklist", O, "errors", "who_never_met_the_bot_or_stopped_it_is_1008_and_a_blacklist_3002"),
    ("1013 for a file that nobody has", D, "files", "a_file_that_nobody_has_is_not_fetched"),
    ("3007 for a file of another kind", O, "files", "an_id_of_another_kind_or_of_nothing_sends_nothing"),
    ("1015 for a group where the bot is not, 1016 for none", D, "errors", "a_group_is_not_the_bots_or_is_not_at_all"),
    ("1017 for a chat of another type", D, "errors", "members_and_titles_of_dialogs_are_not_for_this_type_of_chat"),
    ("3005 for a group that was upgraded", D, "upgrading", "the_group_is_gone_from_then_on"),
    ("3016 when nothing is pinned", D, "pinning", "what_is_pinned_is_shown_by_get_chat_and_taken_down"),
    ("a fault of an upload is met by what brings a file", O, "faulting", "a_file_that_comes_along_is_an_upload_beside_its_message"),
    ("what is garbled is done", O, "faulting", "what_is_garbled_is_done"),
    ("a cut form sends nothing", O, "files", "a_cut_form_sends_nothing"),
];

/// All of them, by what they are about.
const TABLE: [&[Fact]; 5] = [TRANSPORT, METHODS, OBJECTS, FORMATTING, ERRORS];

#[test]
fn every_fact_has_its_test() {
    assert_eq!(untested(&TABLE, "tests/potato"), Vec::<String>::new());
}

#[test]
fn no_fact_is_there_twice() {
    assert_each_once(&TABLE, &[D, C, E, O]);
}
