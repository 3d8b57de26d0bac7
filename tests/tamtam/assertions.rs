//! What is known of TamTam and MAX, one fact a line, and the test that holds it.
//!
//! Where the facts come from: [`J`] was asserted by the official client's suite against TamTam in
//! production, [`S`] stands in the schemas 0.5.6 and 0.0.32, [`W`] was seen on MAX's wire or reported
//! of it, [`O`] is open, and a switch of the sandbox. A test is named by its file and its function.

use gateway_tests::facts::{Fact, assert_each_once, untested};

/// Asserted by the official client's suite.
const J: char = 'J';
/// In the schemas.
const S: char = 'S';
/// Seen on a wire.
const W: char = 'W';
/// Open: a switch has both.
const O: char = 'O';

/// Files of tests outside of this folder.
const ADAPTER: &str = "adapter-tamtam/tests/client/errors.rs";
const UPLOADS: &str = "adapter-tamtam/tests/client/uploads.rs";
const PARTS: &str = "sandbox/src/tamtam/uploads/parts.rs";
const IDS: &str = "sandbox/src/world/ids.rs";
const READ: &str = "sandbox/src/tamtam/read.rs";
const LINKS: &str = "sandbox/src/tamtam/links.rs";
const HTML: &str = "sandbox/src/tamtam/html.rs";
const MARKDOWN: &str = "sandbox/src/tamtam/markdown/tests.rs";
const MESSAGE: &str = "sandbox/src/tamtam/render/message.rs";
const CONTROL: &str = "sandbox/tests/control.rs";
const WIRE: &str = "tests/wire.rs";
const CARRIED: &str = "tests/carried.rs";
const SWITCHES: &str = "tests/switches.rs";
const RECORDED: &str = "adapter-tamtam/tests/inbound/recorded.rs";
const POLLING: &str = "adapter-tamtam/tests/messenger/polling.rs";
const PACE: &str = "sandbox/src/world/pace.rs";

#[rustfmt::skip]
const IDENTITY: &[Fact] = &[
    ("a dialog's id is the bot's id XOR the person's", J, IDS, "a_dialog_is_the_bot_xor_the_person"),
    ("a dialog's id is so on the wire", J, "sending", "who_opened_a_dialog_is_written_to_by_their_id"),
    ("a mid is 16 digits of the chat and 16 of the seq", W, "identifying", "a_mid_is_the_chat_and_a_seq_that_holds_the_time"),
    ("a recorded mid is read", W, READ, "a_recorded_mid_is_read"),
    ("a seq is the time in milliseconds and a 16-bit counter", W, IDS, "a_message_is_its_time_and_a_counter"),
    ("messages of one millisecond differ by the counter", W, "identifying", "messages_of_one_moment_have_numbers_of_their_own"),
    ("a seq beyond 2^53 is written out", W, "identifying", "a_mid_is_the_chat_and_a_seq_that_holds_the_time"),
    ("dialogs have positive ids, groups and channels negative ones", W, "identifying", "a_mid_is_the_chat_and_a_seq_that_holds_the_time"),
    ("a public link ends in the seq in base64url", W, MESSAGE, "a_number_is_spelled_in_eleven_letters"),
    ("message_created has the message's time, message_callback the press's", W, "identifying", "an_update_has_the_time_of_what_it_tells"),
    ("people are seen to the second, bots to the millisecond", W, "identifying", "people_are_seen_to_the_second_and_bots_to_the_millisecond"),
    ("MAX's bots have no last_name, its people an empty one", W, "identifying", "max_leaves_out_a_username_that_nobody_has_and_the_last_name_of_bots"),
    ("MAX leaves out a username that nobody has", W, "identifying", "max_leaves_out_a_username_that_nobody_has_and_the_last_name_of_bots"),
    ("callback ids and tokens are long and begin alike", W, "identifying", "a_callback_and_a_file_are_named_as_the_recorded_ones"),
];

#[rustfmt::skip]
const SENDING: &[Fact] = &[
    ("neither text nor attachments is an error", J, "sending", "a_message_says_or_shows_something"),
    ("a keyboard alone is an error", J, "sending", "a_message_says_or_shows_something"),
    ("4001 characters are refused in the known words, 3999 and markup are not", J, "sending", "a_text_has_at_most_4000_characters_as_it_was_sent"),
    ("a photo alone is a message", J, "carrying", "a_picture_alone_is_a_message"),
    ("two keyboards are an error", J, "buttons", "there_is_one_keyboard_at_most"),
    ("two files are an error, with a keyboard or without", J, "carrying", "a_file_is_the_only_one_of_its_message_but_for_a_keyboard"),
    ("a file and a keyboard are a message", J, "carrying", "a_file_has_its_name_and_its_size"),
    ("a contact with id and phone, a location and a sticker are messages", J, "carrying", "a_contact_is_a_card_and_who_it_is"),
    ("a location and a sticker by its code are messages", J, "carrying", "a_place_and_a_sticker_are_messages"),
    ("what is sent is what is read by its mid", J, "sending", "a_message_that_was_sent_is_the_one_that_is_read"),
    ("a message has a url if and only if its chat is public", J, "identifying", "a_message_has_an_address_where_the_chat_is_public"),
    ("recipient.user_id is set in dialogs", J, "sending", "who_opened_a_dialog_is_written_to_by_their_id"),
    ("recipient.user_id is null in chats", J, "sending", "a_message_in_a_group_names_its_sender_and_no_recipient"),
    ("a post has no sender unless the channel signs", J, "sending", "a_post_names_its_writer_only_in_a_channel_that_signs"),
    ("a page in a text is a share", J, "texts", "a_page_in_a_text_comes_back_as_a_share"),
    ("without a preview attachments are null", J, "texts", "a_preview_is_left_out_for_who_asks"),
    ("a page is shared by its url and by the token that comes back", J, "carrying", "a_page_is_shared_by_its_address_and_then_by_its_token"),
    ("a reply shows the body of what it answers", J, "linking", "an_answer_shows_the_body_of_what_it_answers"),
    ("a forward needs no text; a reply to it shows the forwarded body", J, "linking", "what_is_passed_on_needs_no_text"),
    ("the intent of a button is default unless it is said", J, "buttons", "an_intent_is_told_on_tamtam_and_is_default_when_nobody_said_it"),
    ("a chat button keeps what it was sent with", J, "buttons", "a_chat_button_comes_back_as_it_was_sent_on_tamtam_and_is_refused_on_max"),
    ("a button for a place says whether it is quick", J, "buttons", "a_button_for_a_place_says_whether_it_is_quick"),
];

#[rustfmt::skip]
const EDITING: &[Fact] = &[
    ("null keeps text and attachments", J, "editing", "what_is_null_stays"),
    ("an empty list takes the attachments, which are null then", J, "editing", "an_empty_list_takes_what_was_there"),
    ("an empty text beside an attachment is a text of no length", J, "editing", "a_text_may_go_when_an_attachment_stays"),
    ("what would leave nothing is 200 and no success", J, "editing", "what_would_leave_nothing_is_not_done"),
    ("without a format an edit reads no markup and leaves none", J, "editing", "an_edit_without_a_format_reads_no_markup_and_leaves_none"),
    ("a document of 27 elements of markdown has its places", J, "formatting", "a_document_of_every_construct_of_markdown_has_its_places"),
    ("a document of 27 elements of HTML has its places", J, "formatting", "a_document_of_every_tag_has_its_places"),
    ("the constructs of the official document have their places", J, MARKDOWN, "a_document_of_asserted_constructs_has_its_offsets"),
    ("a name is a link in dialogs and an id in chats", J, "texts", "who_is_named_is_a_link_in_a_dialog_and_an_id_in_a_chat"),
    ("nobody is named within code or a mailbox", J, LINKS, "code_links_pages_and_mailboxes_name_nobody"),
    ("a link without an address is text", J, "texts", "a_link_without_an_address_is_text"),
    ("a link to a user is a mention by id", J, "formatting", "a_document_of_every_tag_has_its_places"),
    ("a bot deletes its own message", J, "deleting", "a_bot_deletes_its_own"),
    ("others' messages need the right to it, or access.denied", J, "deleting", "others_messages_go_only_with_the_right_to_it"),
    ("a mid that is none is an error", J, "deleting", "what_is_no_id_is_an_error"),
    ("the newest message comes first", J, "reading", "the_newest_comes_first"),
    ("pages over 30 messages have all of them once", J, "reading", "pages_from_a_time_back_have_all_messages_once"),
    ("a mid that does not exist is an error and no empty list", J, "reading", "one_id_that_is_not_there_is_an_error"),
    ("views are told of posts that are read, and null in dialogs", J, "reading", "views_are_told_of_posts_that_are_read"),
];

#[rustfmt::skip]
const CHATS: &[Fact] = &[
    ("pages of one member go down the ids", J, "members", "pages_of_one_go_down_the_user_ids"),
    ("members that are asked for by id have no marker", J, "members", "named_members_come_without_a_marker"),
    ("a channel's members are for its admins, a group's for who is in it", J, "members", "who_is_no_admin_lists_the_members_of_a_group_and_not_of_a_channel"),
    ("permissions are null unless somebody is an admin", J, "members", "permissions_are_null_unless_somebody_is_an_admin"),
    ("a deleted user has the known name, no username and no last time", J, "members", "a_deleted_user_is_a_number_only"),
    ("the bot's membership of a dialog is an error", J, "members", "a_dialog_has_no_members"),
    ("to add nobody, or who is in, is 200 and no success", J, "members", "nobody_or_somebody_who_is_in_cannot_be_added"),
    ("who is removed and blocked does not come back by the link", J, "members", "who_was_removed_and_blocked_does_not_come_back_by_the_link"),
    ("owner and participants are for admins", J, "chats", "who_is_in_a_chat_and_whose_it_is_only_admins_learn"),
    ("admins are 403 for who is none, and 400 for a made-up chat", J, "members", "the_admins_are_told_to_admins_only"),
    ("a pin of 123 is 400; of -123 it is denied, but 400 to set", J, "chats", "a_pin_of_a_dialog_is_a_bad_request_and_of_a_strangers_chat_is_denied"),
    ("who is no admin pins nothing", J, "chats", "who_is_no_admin_pins_nothing"),
    ("to unpin twice is no success", J, "chats", "a_message_is_pinned_told_and_taken_down_once"),
    ("a title beyond 200, empty or blank is 400, so is a blank icon", J, "chats", "a_blank_or_too_long_title_is_refused"),
    ("a change that pins returns the pinned message", J, "chats", "an_admin_changes_title_icon_and_pin_at_once"),
    ("no commands are null", J, "introducing", "an_empty_list_takes_the_commands_away_and_they_are_null"),
    ("a username leads to the dialog with it", J, "chats", "a_dialog_is_found_by_a_username_on_tamtam_only"),
    ("a link is found with and without @, and names its host; unknown is 404", J, "chats", "a_public_chat_is_found_by_its_link_with_and_without_the_at"),
];

#[rustfmt::skip]
const UPDATES: &[Fact] = &[
    ("a bad version, kind or address is refused", J, "being_called", "a_bad_address_kind_version_or_secret_is_refused"),
    ("kinds and version are echoed", J, "being_called", "kinds_and_version_are_echoed_and_the_secret_is_not"),
    ("a bot takes an address from another", J, "being_called", "a_bot_that_subscribes_another_ones_address_unsubscribes_it"),
    ("to unsubscribe an unknown address is no success", J, "being_called", "an_unknown_address_is_not_unsubscribed"),
    ("bot_added and bot_removed carry who did it", J, "being_told", "bot_added_and_bot_removed_carry_who_did_it"),
    ("no inviter by a link, no admin for who left", J, "being_told", "who_came_by_a_link_has_no_inviter_and_who_left_no_admin"),
    ("message_removed says which, where and by whom", J, "being_told", "a_deleted_message_is_told_with_who_deleted_it"),
    ("a bot hears not itself, others hear it in order and once", J, "being_told", "a_bot_does_not_hear_itself_and_another_does_once_and_in_order"),
    ("a bot hears not of its own edits", W, "being_told", "an_edit_of_a_person_is_told_and_those_of_the_bot_itself_are_not"),
    ("a message in a webhook's answer is sent", J, "being_called", "a_message_in_the_answer_is_sent_on_tamtam"),
    ("anything but 200 is tried again", S, "being_called", "anything_but_200_is_tried_again_when_its_time_comes"),
    ("after eight hours the subscription goes", S, "being_called", "after_eight_hours_without_success_the_bot_is_unsubscribed"),
    ("MAX shows the secret in a header", S, "being_called", "max_proves_itself_by_the_secret_and_tells_only_what_was_asked_for"),
    ("a second address hears everything, too", W, "being_called", "two_addresses_both_hear"),
    ("a second address may replace the first", O, "switching", "a_second_webhook_comes_beside_the_first_or_in_its_place"),
    ("certificates must be trusted, or may be any", O, "being_called", "a_certificate_that_nobody_signed_is_taken_or_not"),
    ("a marker commits what came before it", S, "being_told", "a_marker_commits_what_came_before_it"),
    ("without a marker everything comes again", W, WIRE, "a_marker_commits_and_without_one_everything_comes_again"),
    ("without a marker only the latest comes", O, "being_told", "without_a_marker_max_may_tell_the_latest_only"),
    ("an empty poll has a marker, or null", O, "switching", "a_poll_that_brings_nothing_has_a_marker_or_none"),
    ("types leave out what is committed or kept", O, "being_told", "what_types_leave_out_is_committed_or_kept_as_the_switch_has_it"),
    ("beside a webhook a poll is 405, or empty", O, "being_told", "beside_a_webhook_a_poll_is_refused_or_empty"),
    ("the client looks for webhooks before it polls", J, POLLING, "webhooks_are_looked_for_once"),
    ("two who poll share one commitment", O, "being_told", "two_who_poll_get_the_same_until_one_commits"),
    ("MAX keeps an update for a day", W, "being_told", "max_forgets_after_a_day_and_tamtam_does_not"),
    ("MAX answers two polls a second", O, "switching", "by_the_notice_max_answers_two_polls_a_second"),
    ("MAX hands out 100 updates", O, "switching", "by_the_notice_max_hands_out_a_hundred_updates_at_once"),
    ("calls beyond the rate are 429", O, "switching", "calls_beyond_the_limit_of_a_second_are_too_many"),
    ("a rate is by the second", O, PACE, "no_second_has_more_than_the_most"),
    ("recorded updates are understood", W, RECORDED, "recorded_updates_are_understood"),
];

#[rustfmt::skip]
const FILES: &[Fact] = &[
    ("parts are in order, and the last answer is the result", J, "files", "parts_in_order_make_a_file_and_the_last_answer_is_the_result"),
    ("the headers of the official client's parts are read", J, PARTS, "parts_of_the_official_java_client_are_read"),
    ("a form calls its file v1, data or otherwise", J, "files", "a_form_may_call_its_file_as_it_likes"),
    ("an upload's address may lack its scheme", O, "switching", "an_address_for_an_upload_may_lack_its_scheme"),
    ("tokens of one file agree in 21 characters", J, "carrying", "tokens_of_one_file_begin_alike_and_all_of_them_send_it"),
    ("MAX gives films and sounds their token first", W, "files", "only_max_gives_films_and_sounds_their_token_before_the_upload"),
    ("a film of MAX brings XML, an image photos", W, "files", "an_image_brings_photos_and_a_film_of_max_brings_retval"),
    ("uploads have a largest size", S, "files", "what_is_too_large_is_refused_by_its_total"),
    ("one address takes one file", S, "files", "one_url_takes_one_file"),
    ("photo was a type before 0.1.10", S, "files", "photo_is_an_image_on_tamtam_only"),
    ("photos may be sent as they came, or not", O, "carrying", "max_refuses_photos_when_the_switch_says_so"),
    ("a client sends a film of MAX by the first token", W, UPLOADS, "a_film_of_max_is_known_before_it_arrives"),
    ("files arrive whatever address they are uploaded to", O, CARRIED, "a_file_is_uploaded_where_the_address_lacks_its_scheme"),
];

#[rustfmt::skip]
const MAX: &[Fact] = &[
    ("the token is in a header, raw and trimmed, which wins over the query", W, WIRE, "a_wrong_token_gets_each_platforms_own_error"),
    ("a token in the query is 401 or 403", O, "switching", "a_token_in_the_query_is_refused_by_max_in_one_of_two_ways"),
    ("webhooks are https on 443", S, "being_called", "a_bad_address_kind_version_or_secret_is_refused"),
    ("null is left out", W, "sending", "max_leaves_out_what_tamtam_says_is_null"),
    ("a contact has max_info and a vCard with CRLF", W, "carrying", "a_contact_is_a_card_and_who_it_is"),
    ("a card that a person shared has a hash", W, "carrying", "max_vouches_for_a_card_that_a_person_shared"),
    ("a film's thumbnail is an address only", S, "carrying", "a_film_has_a_thumbnail_and_measures"),
    ("a film is told by its token", S, "carrying", "max_tells_of_a_film_by_its_token"),
    ("open_app, message and clipboard come back as sent", S, "buttons", "the_buttons_of_max_come_back_as_they_were_sent_and_are_refused_on_tamtam"),
    ("a chat button is refused", W, "buttons", "a_chat_button_comes_back_as_it_was_sent_on_tamtam_and_is_refused_on_max"),
    ("keyboards have limits and their errors", W, "buttons", "max_limits_rows_and_what_is_in_them"),
    ("a reply keyboard is taken or refused", O, "buttons", "a_reply_keyboard_is_for_max"),
    ("dialogs are muted, cleared, stopped and removed", S, "being_told", "what_a_person_does_with_the_dialog_is_told_on_max_only"),
    ("comments are told", W, "being_told", "comments_are_told_on_max_with_the_post_they_are_under"),
    ("rights are told", W, "being_told", "max_tells_a_bot_of_its_rights"),
    ("quotes are markup", S, "formatting", "a_quote_is_markup_on_max_only"),
    ("there are no constructors", S, "constructing", "max_has_no_constructors"),
    ("admins are made and unmade", S, "members", "max_grants_and_takes_rights"),
    ("who could not be added is named with a reason", S, "members", "max_says_who_could_not_be_added_and_why"),
    ("commands have an operation of their own", W, "introducing", "max_has_an_operation_for_the_commands_alone"),
    ("comments are written, changed and deleted", W, "commenting", "a_bot_changes_and_deletes_its_own_comments"),
    ("removed operations are answered or gone", O, "switching", "what_max_removed_is_answered_or_gone"),
    ("an edit in a dialog has seven days unless there are buttons", S, "editing", "max_closes_messages_of_dialogs_after_7_days_unless_they_have_buttons"),
    ("mark_seen is no action", W, "chats", "only_actions_that_there_are_are_shown"),
    ("a start payload has 512 characters, on TamTam 128", S, CONTROL, "the_payload_of_a_start_has_the_length_of_its_platform"),
    ("a message without text has an empty one", W, "carrying", "a_picture_alone_is_a_message"),
    ("which bots hear a group", O, "switching", "a_bot_hears_a_group_when_it_keeps_order_there_or_when_it_is_in_it"),
    ("places count UTF-16 or code points", O, "texts", "places_are_counted_as_the_switch_says"),
    ("a format is html or markdown in any case", W, "texts", "a_format_is_html_or_markdown_in_any_case"),
    ("unknown tags are stripped", W, HTML, "other_tags_and_empty_links_are_stripped"),
    ("a body is checked before its recipient is looked for", W, "sending", "a_body_is_checked_before_the_recipient_is_looked_for"),
    ("an adapter survives every switch, polling", O, SWITCHES, "a_bot_that_polls_survives_every_position"),
    ("an adapter survives every switch, called", O, SWITCHES, "a_bot_that_is_called_survives_every_position"),
];

#[rustfmt::skip]
const ERRORS: &[Fact] = &[
    ("401 verify.token", W, WIRE, "a_wrong_token_gets_each_platforms_own_error"),
    ("403 deprecated.token", O, "switching", "a_token_in_the_query_is_refused_by_max_in_one_of_two_ways"),
    ("400 text: size must be between 0 and 4000", J, "sending", "a_text_has_at_most_4000_characters_as_it_was_sent"),
    ("400 Must be only one file attachment in message", W, "carrying", "a_file_is_the_only_one_of_its_message_but_for_a_keyboard"),
    ("400 No `photos`, `url` or `token` provided", W, "carrying", "a_picture_is_named_by_the_answer_of_its_upload_or_by_its_address"),
    ("400 Can't deserialize body", W, "sending", "a_body_is_an_object_of_the_schema"),
    ("400 Unknown recipient", W, "sending", "a_body_is_checked_before_the_recipient_is_looked_for"),
    ("400 errors.maxRowSize and errors.maxRows", W, "buttons", "max_limits_rows_and_what_is_in_them"),
    ("400 errors.process.attachment.movie.not.owner", W, "carrying", "a_file_of_another_bot_is_not_sent"),
    ("400 Missing `token` in video attachment", W, "carrying", "a_token_that_nobody_was_given_sends_nothing"),
    ("400 attachment.not.ready", W, "carrying", "a_file_is_sent_once_it_is_there_and_ready"),
    ("403 access.denied", J, "deleting", "others_messages_go_only_with_the_right_to_it"),
    ("403 chat.denied for who may not write", J, "sending", "a_post_names_its_writer_only_in_a_channel_that_signs"),
    ("403 chat.denied for who was stopped", W, "sending", "who_stopped_the_bot_is_not_written_to"),
    ("404 chat.not.found", W, "chats", "a_chat_is_told_as_unknown_or_as_not_the_bots"),
    ("404 dialog.not.found", W, "sending", "a_body_is_checked_before_the_recipient_is_looked_for"),
    ("404 not.found", W, "editing", "a_message_that_is_not_there_is_not_changed"),
    ("405 for a poll beside a webhook", S, "being_told", "beside_a_webhook_a_poll_is_refused_or_empty"),
    ("405 for an answer to no constructor", S, "constructing", "only_an_open_constructor_of_the_bot_is_answered"),
    ("429 too.many.requests", W, "switching", "calls_beyond_the_limit_of_a_second_are_too_many"),
    ("500 internal.error ends in its number, 503 is no JSON", W, "switching", "what_fails_says_internal_error_and_what_is_down_speaks_no_json"),
    ("200 and no success", J, "answering", "an_answer_that_fails_does_nothing"),
    ("every code is an error to act on", J, ADAPTER, "every_code_that_was_seen_is_an_error_to_act_on"),
    ("a status without JSON is understood", J, ADAPTER, "a_status_without_json_is_understood_too"),
];

/// All of them, by what they are about.
const TABLE: [&[Fact]; 8] = [IDENTITY, SENDING, EDITING, CHATS, UPDATES, FILES, MAX, ERRORS];

#[test]
fn every_fact_has_its_test() {
    assert_eq!(untested(&TABLE, "tests/tamtam"), Vec::<String>::new());
}

#[test]
fn no_fact_is_there_twice() {
    assert_each_once(&TABLE, &[J, S, W, O]);
}
