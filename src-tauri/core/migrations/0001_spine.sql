-- The account's cache: what a refresh brings. An app older than this has no file to open.

-- One row for each migration this file went through.
create table schema_version (
    version integer primary key not null,
    -- An app that knows at least this schema may work with the file; older ones must leave it alone.
    readable_from integer not null
) strict;

-- What keeps the person signed in. One row, or none once the session has ended.
create table token (
    only integer primary key not null check (only = 1),
    access text not null,
    refresh text
) strict;

-- The providers the person works for.
create table provider (
    provider_id blob primary key not null,
    name text not null,
    -- ProviderUserType; numbers this version does not know are kept.
    role integer not null,
    enabled integer not null,
    -- Sealed: the provider's key for the person's RSA key (EncString type 4). Null: the server sent none.
    wrapped_key text
) strict, without rowid;

-- Client organizations: the portal's Clients table, or the person's own memberships.
create table client (
    organization_id blob primary key not null,
    provider_organization_id blob,
    -- Null: the row comes from a membership.
    provider_id blob,
    name text not null,
    -- Seats; null is unknown or unlimited.
    assigned integer,
    used integer,
    remaining integer,
    plan text not null,
    product_tier integer,
    enabled integer not null,
    use_groups integer not null,
    -- 0 when no key below opens.
    has_key integer not null,
    -- Sealed: the organization's key under the provider's key (EncString type 2).
    provider_wrapped_key text,
    -- Sealed: the organization's key for the person's RSA key (EncString type 4).
    member_wrapped_key text
) strict, without rowid;

-- Complete refreshes. The rows of `client` are as read by the newest one.
create table refresh (
    refresh_id integer primary key not null,
    -- RFC 3339, UTC.
    taken_at text not null
) strict;

-- Seats over time: a row where a client's seats became different from the refresh before, so that ten
-- thousand unchanged clients cost nothing. Its snapshot at any refresh is its newest row up to there.
create table seat_change (
    organization_id blob not null,
    refresh_id integer not null references refresh (refresh_id),
    -- 0: the client left the list with this refresh.
    listed integer not null,
    assigned integer,
    used integer,
    plan text not null,
    primary key (organization_id, refresh_id)
) strict, without rowid;
