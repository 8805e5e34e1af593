//! The accounts of this machine: which there are, which one is meant, how a list shows them.

use std::fs;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::card::Card;
use super::folder::{self, AccountFolder};
use super::{Desk, Locked, Session};
use crate::model::{Account, AccountProblem, AccountState, ServerAddress, SessionState, UserId};
use crate::{Error, store};

/// How many colours the palette has.
pub const COLOURS: u8 = 8;

impl Desk {
    /// Every account that can be read, most recently used first.
    pub fn accounts(&self) -> Result<Vec<Account>, Error> {
        let all = self.desks()?.into_iter();
        Ok(all.filter(|desk| desk.problem.is_none()).map(|desk| desk.account).collect())
    }

    /// Every account on this machine, most recently used first, those that cannot be read among them; as they
    /// are without anybody's keys.
    pub fn desks(&self) -> Result<Vec<AccountState>, Error> {
        let users = self.0.folder.users()?;
        Ok(users.into_iter().filter_map(|user| self.desk_of(user)).collect())
    }

    /// The account of this id, whatever its state; `None` when there is none.
    pub fn account(&self, user: UserId) -> Result<Option<Locked>, Error> {
        let desk = self.desk_of(user);
        Ok(desk.map(|desk| Locked { desk: self.clone(), account: desk.account }))
    }

    /// The account a person names, or the most recently used one; `None` when there is none.
    ///
    /// A name is an e-mail address, the same with ` on SERVER` behind it, or a user id.
    ///
    /// # Errors
    /// [`Error::Refused`] when several accounts have the address: one person on two servers.
    pub fn locked(&self, name: Option<&str>) -> Result<Option<Locked>, Error> {
        let accounts = self.accounts()?;
        let account = match name {
            None => accounts.into_iter().next(),
            Some(name) => meant(accounts, name)?,
        };
        Ok(account.map(|account| Locked { desk: self.clone(), account }))
    }

    /// Puts the account in front of the others.
    pub(super) fn note_use(&self, user: UserId) -> Result<(), Error> {
        Ok(self.0.folder.note_use(user)?)
    }

    /// The same list, with one account as a session has it.
    pub(super) fn desks_with(&self, session: &Session) -> Result<Vec<AccountState>, Error> {
        let (user, state) = match session {
            Session::SignedOut => (None, SessionState::SignedOut),
            Session::Locked(locked) => (Some(locked.account.user_id), SessionState::Locked),
            Session::Unlocked(open) => (Some(open.account().user_id), SessionState::Unlocked),
        };
        let mut desks = self.desks()?;
        for desk in desks.iter_mut().filter(|desk| Some(desk.account.user_id) == user) {
            (desk.state, desk.visible) = (state, true);
        }
        Ok(desks)
    }

    /// Gives the account another colour; only its remainder by [`COLOURS`] counts.
    pub fn set_colour(&self, user: UserId, colour: u8) -> Result<(), Error> {
        let folder = self.0.folder.account(user);
        if !folder.card().exists() {
            return Err(Error::NotFound("account"));
        }
        Ok(write_look(&folder, colour % COLOURS)?)
    }

    fn desk_of(&self, user: UserId) -> Option<AccountState> {
        let folder = self.0.folder.account(user);
        let (account, state, problem) = match Card::read(&folder) {
            Ok(card) => {
                let card = card?;
                let state = if card.ended { SessionState::SignedOut } else { SessionState::Locked };
                (card.account, state, None)
            }
            // One unreadable card must neither hide itself nor the others.
            Err(error) => {
                tracing::warn!(%error, "an account's card could not be read");
                let problem = match error {
                    store::Error::Newer => AccountProblem::Newer,
                    _ => AccountProblem::Damaged,
                };
                (guessed(&folder, user), SessionState::SignedOut, Some(problem))
            }
        };
        let server = label(&account.server);
        let colour = self.colour(user);
        Some(AccountState { account, state, colour, server, visible: false, problem })
    }

    /// The account's colour; chosen when it has none, so that it differs from its neighbours'.
    fn colour(&self, user: UserId) -> u8 {
        let folder = self.0.folder.account(user);
        if let Some(colour) = read_look(&folder) {
            return colour;
        }
        let others = self.0.folder.users().unwrap_or_default();
        let taken: Vec<u8> = others
            .iter()
            .filter(|other| **other != user)
            .filter_map(|other| read_look(&self.0.folder.account(*other)))
            .collect();
        let times_taken =
            |free: &u8| taken.iter().map(|other| usize::from(other == free)).sum::<usize>();
        let colour = (0..COLOURS).min_by_key(times_taken).unwrap_or_default();
        // Another one next time is only untidy.
        let _ = write_look(&folder, colour);
        colour
    }
}

/// What a list needs besides the card; nobody is harmed when it is lost.
#[derive(Serialize, Deserialize)]
struct Look {
    colour: u8,
}

fn read_look(folder: &AccountFolder) -> Option<u8> {
    let look: Look = serde_json::from_slice(&fs::read(folder.look()).ok()?).ok()?;
    (look.colour < COLOURS).then_some(look.colour)
}

fn write_look(folder: &AccountFolder, colour: u8) -> Result<(), store::Error> {
    let json = serde_json::to_vec(&Look { colour }).map_err(|_| store::Error::Damaged)?;
    folder::write(&folder.look(), &json).map_err(store::Error::Folder)
}

/// What can still be made out of a card that is not understood; for people only.
fn guessed(folder: &AccountFolder, user: UserId) -> Account {
    let card = raw_card(folder);
    let text = |name: &str| {
        let text = card.as_ref().and_then(|card| card.get(name)).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    Account { email: text("email"), server: text("server"), user_id: user }
}

/// The card as plain JSON, when it is at least that.
pub(super) fn raw_card(folder: &AccountFolder) -> Option<Value> {
    serde_json::from_slice(&fs::read(folder.card()).ok()?).ok()
}

/// The account a name stands for.
fn meant(accounts: Vec<Account>, name: &str) -> Result<Option<Account>, Error> {
    let name = name.trim();
    if let Ok(user) = name.parse::<UserId>() {
        return Ok(accounts.into_iter().find(|account| account.user_id == user));
    }
    let (email, server) = match name.split_once(" on ") {
        Some((email, server)) => (email.trim(), Some(server.trim())),
        None => (name, None),
    };
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let there = |account: &Account| {
        server.is_none_or(|server| {
            same(server, &account.server) || same(server, &label(&account.server))
        })
    };
    let fits = |account: &Account| same(&account.email, email) && there(account);
    let mut found: Vec<Account> = accounts.into_iter().filter(fits).collect();
    if found.len() > 1 {
        let servers: Vec<String> = found
            .iter()
            .map(|account| format!("\"EMAIL on {}\"", label(&account.server)))
            .collect();
        let names = if server.is_some() { "the user id".to_owned() } else { servers.join(" or ") };
        return Err(Error::Refused(format!(
            "several accounts here have this e-mail address; name one as {names}"
        )));
    }
    Ok(found.pop())
}

/// A server's short name.
pub(super) fn label(server: &str) -> String {
    ServerAddress::parse(server).map_or_else(|_| server.to_owned(), |address| address.label())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn account(number: u128, email: &str, server: &str) -> Account {
        let user_id = UserId(Uuid::from_u128(number));
        Account { email: email.to_owned(), server: server.to_owned(), user_id }
    }

    fn known() -> Vec<Account> {
        vec![
            account(1, "ann@msp.example", "us"),
            account(2, "ann@msp.example", "eu"),
            account(3, "bob@msp.example", "https://vault.msp.example"),
        ]
    }

    fn found(name: &str) -> Option<u128> {
        meant(known(), name).unwrap().map(|account| account.user_id.0.as_u128())
    }

    #[test]
    fn an_account_is_meant_by_address_address_and_server_or_id() {
        assert_eq!(found(" Bob@MSP.example"), Some(3));
        assert_eq!(found("bob@msp.example on vault.msp.example"), Some(3));
        assert_eq!(found("bob@msp.example on https://vault.msp.example"), Some(3));
        assert_eq!(found(&format!("ann@msp.example on {}", label("eu"))), Some(2));
        assert_eq!(found("ann@msp.example on us"), Some(1));
        assert_eq!(found(&Uuid::from_u128(2).to_string()), Some(2));
        assert_eq!(found("carla@msp.example"), None);
        assert_eq!(found("ann@msp.example on vault.msp.example"), None);
    }

    #[test]
    fn one_address_on_two_servers_is_asked_back_with_the_names_that_work() {
        let error = meant(known(), "ann@msp.example").unwrap_err().to_string();
        for server in ["us", "eu"] {
            let name = label(server);
            assert!(error.contains(&format!("\"EMAIL on {name}\"")), "{error}");
        }
    }
}
