-- Titles are compared letter by letter, whatever they stand beside, and by the rules of Unicode: not
-- so those whose keys `lower` made. Of these chats the key is made anew when the database is opened.
create table registry_rekeying (
    chat_id uuid primary key
);

insert into registry_rekeying (chat_id)
    select id from registry_chats where octet_length(title_key) <> char_length(title_key);
