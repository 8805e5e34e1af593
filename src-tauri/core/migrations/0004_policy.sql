-- What the person's organizations demand of this program (policies 9 and 14), as it was read last. Also beside
-- the cache, for while it is closed; this copy cannot be changed by hand. An older app may do without.
create table policy (
    only integer primary key not null check (only = 1),
    -- JSON.
    rules text not null
) strict;
