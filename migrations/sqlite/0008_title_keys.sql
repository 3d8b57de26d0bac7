-- Titles are compared letter by letter, whatever they stand beside, and by the rules of Unicode: not
-- so those whose keys `lower` made. Of these chats the key is made anew when the database is opened.
create table registry_rekeying (
    chat_id blob primary key
) strict, without rowid;

insert into registry_rekeying (chat_id)
    select id from registry_chats where length(cast(title_key as blob)) <> length(title_key);
