-- Staged imports, the journal of their upload, receipts. An older app may not open this file: it would
-- not know that an upload is half done.

create table staging (
    staging_id  blob primary key not null,
    client_id   blob not null,
    client_name text not null,
    format      text not null,
    file_name   text not null,
    -- Of the source file, lower-case hex: tells a person that the same file was imported before.
    sha256      text not null,
    items       integer not null,
    -- JSON: items by kind.
    counts      text not null,
    -- 0 staged, 1 uploading, 2 done.
    state       integer not null,
    -- Wrapped under the account's user key: the key of everything sealed below. Replaced when the import
    -- is done, so that what was staged stays closed even if a page of it survived on disk.
    wrapped_key text not null,
    -- Sealed: folder paths and placement. Names of folders and collections are content.
    header      blob not null,
    -- Sealed: the receipt. Null until done.
    receipt     blob,
    -- RFC 3339 UTC.
    created_at  text not null
) strict;

create index staging_by_file on staging (client_id, sha256);

create table staging_page (
    staging_id blob not null references staging on delete cascade,
    page       integer not null,
    -- Sealed: up to a hundred items.
    content    blob not null,
    primary key (staging_id, page)
) strict;

create table staging_finding (
    staging_id blob not null references staging on delete cascade,
    position   integer not null,
    -- 0 info, 1 warning, 2 error.
    severity   integer not null,
    code       text not null,
    source_row integer,
    item       integer,
    -- A path such as `fields[2].value`; never what the field holds.
    field      text,
    message    text not null,
    primary key (staging_id, position)
) strict, without rowid;

create index staging_finding_by_item on staging_finding (staging_id, item);

create table staging_skip (
    staging_id blob not null references staging on delete cascade,
    item       integer not null,
    primary key (staging_id, item)
) strict, without rowid;

-- One row per collection an upload needs, in the order the journal's entries name them.
create table upload_collection (
    staging_id    blob not null references staging on delete cascade,
    position      integer not null,
    -- Sealed: the path.
    path          blob not null,
    -- 0 wanted, 1 being created, 2 known, 3 travels with the first request that uses it.
    state         integer not null,
    -- The server's id, once known.
    collection_id blob,
    -- Sealed under the organization's key, byte for byte as sent: finds the collection after a lost answer.
    sealed_name   text,
    -- 1 when this import made it.
    created       integer not null,
    primary key (staging_id, position)
) strict, without rowid;

-- One row per request that carried items, written before it is sent.
create table upload_attempt (
    attempt_id integer primary key not null,
    staging_id blob not null references staging on delete cascade,
    -- 0 sent or about to be, 1 landed, 2 not there when looked.
    state      integer not null,
    -- How many items; saves opening the entries to count.
    items      integer not null,
    -- Per item: its index, 16 bytes of the SHA-256 of its name as sent, the positions of its collections.
    entries    blob not null
) strict;

create index upload_attempt_by_staging on upload_attempt (staging_id);

-- A staging with what its lists count. Severity 2 is an error; attempt state 1 is landed.
create view staging_listed as
    select s.*,
        (select count(*) from staging_skip k where k.staging_id = s.staging_id) as skipped,
        (select coalesce(sum(a.items), 0) from upload_attempt a
            where a.staging_id = s.staging_id and a.state = 1) as landed,
        (select count(*) from staging_finding f
            where f.staging_id = s.staging_id and f.severity = 2
            and not exists (select 1 from staging_skip k
                where k.staging_id = f.staging_id and k.item = f.item)) as blocking
    from staging s;
