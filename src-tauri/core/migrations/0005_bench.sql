-- The import bench: several files per import, findings by origin, undo, fingerprints of what was uploaded,
-- recipes, history, expiry. An older app may not open this file: it would upload without the edits' findings
-- and forget the history.

-- 0 the reader, 1 the server's limits, 2 duplicates, 3 health: each origin replaces its own.
alter table staging_finding add column origin integer not null default 0;
update staging_finding set origin = 1 where item is not null and code in ('"fieldTooLong"', '"missingName"');
-- Which of several source files; null where there is one only.
alter table staging_finding add column file integer;

-- RFC 3339 UTC; null for never.
alter table staging add column expires_at text;
-- Counts the edits.
alter table staging add column revision integer not null default 0;

-- At which revision of its staging it was last written.
alter table staging_page add column revision integer not null default 0;

create table staging_file (
    staging_id blob not null references staging on delete cascade,
    position   integer not null,
    file_name  text not null,
    format     text not null,
    -- Lower-case hex.
    sha256     text not null,
    -- Sealed: the folder it was read from, so that it can be deleted afterwards.
    folder     blob not null,
    primary key (staging_id, position)
) strict, without rowid;

-- Steps a person took, for undo and redo.
create table staging_step (
    staging_id blob not null references staging on delete cascade,
    step       integer not null,
    -- A word of `BenchActionKind`.
    kind       text not null,
    items      integer not null,
    -- 1 when it was undone.
    undone     integer not null default 0,
    -- Sealed: the header on the other side of the step. Null when it did not change.
    header     blob,
    -- How many items there are on the other side of the step.
    item_count integer not null,
    primary key (staging_id, step)
) strict, without rowid;

-- Pages on the other side of a step; a page that is not there has no content.
create table staging_step_page (
    staging_id blob not null references staging on delete cascade,
    step       integer not null,
    page       integer not null,
    -- Sealed.
    content    blob,
    primary key (staging_id, step, page)
) strict, without rowid;

-- Items whose being left out changes with a step, and what it is on the other side.
create table staging_step_skip (
    staging_id blob not null references staging on delete cascade,
    step       integer not null,
    item       integer not null,
    skipped    integer not null,
    primary key (staging_id, step, item)
) strict, without rowid;

-- What was uploaded, as keyed hashes: without the account's key they say nothing.
create table import_fingerprint (
    client_id   blob not null,
    staging_id  blob not null,
    -- 16 bytes each: of the whole item, of what identifies it.
    exact       blob not null,
    near        blob not null,
    uploaded_at text not null
) strict;
create index import_fingerprint_by_exact on import_fingerprint (client_id, exact);
create index import_fingerprint_by_near on import_fingerprint (client_id, near);

create table import_recipe (
    recipe_id  text primary key not null,
    name       text not null,
    -- SHA-256 of the column names, lower case, trimmed: offers the recipe again.
    header     blob not null,
    -- JSON.
    content    text not null,
    -- RFC 3339 UTC.
    changed_at text not null
) strict;

-- Imports that ended; the receipt of a finished one stays with its staging.
create table import_history (
    staging_id  blob primary key not null,
    client_id   blob not null,
    client_name text not null,
    -- 0 done, 1 discarded, 2 expired.
    ended       integer not null,
    ended_at    text not null,
    ended_by    text not null,
    -- JSON lists.
    files       text not null,
    formats     text not null,
    items       integer not null,
    landed      integer not null,
    -- 1 until the person was told of an import that expired.
    unseen      integer not null default 0
) strict;
create index import_history_by_client on import_history (client_id, ended_at);
-- What was finished before there was a history: when and by whom is in the sealed receipt only.
insert into import_history
    select staging_id, client_id, client_name, 0, created_at, '', json_array(file_name), json_array(format),
        items, items - (select count(*) from staging_skip k where k.staging_id = staging.staging_id), 0
    from staging where state = 2;

-- Answers of the exposed-password range query; says nothing of which password was asked about.
create table exposed_range (
    -- Five hexadecimal digits.
    prefix     text primary key not null,
    fetched_at text not null,
    -- Per known password the next ten bytes of its hash and a count of four bytes, little-endian.
    content    blob not null
) strict;

-- As before, with the names of all source files.
drop view staging_listed;
create view staging_listed as
    select s.*,
        (select json_group_array(f.file_name order by f.position) from staging_file f
            where f.staging_id = s.staging_id) as files,
        (select count(*) from staging_skip k where k.staging_id = s.staging_id) as skipped,
        (select coalesce(sum(a.items), 0) from upload_attempt a
            where a.staging_id = s.staging_id and a.state = 1) as landed,
        (select count(*) from staging_finding f
            where f.staging_id = s.staging_id and f.severity = 2
            and not exists (select 1 from staging_skip k
                where k.staging_id = f.staging_id and k.item = f.item)) as blocking
    from staging s;

create table import_setting (
    name  text primary key not null,
    value text not null
) strict;
