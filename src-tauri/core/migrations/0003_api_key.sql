-- A session of a personal API key has no refresh token: the key itself gets the next access token.
-- An older app may open this file: it finds a session that cannot be renewed, asks the person to sign in
-- again when the hour is over, and clears both columns by replacing the row.

alter table token add column client_id text;
alter table token add column client_secret text;
