//! How healthy passwords are. Plain functions over items: no network, no disk, no keys.
//!
//! [`Survey`] takes items page by page and keeps what it needs of them: which have the same password (by its
//! SHA-1, which is what breach lists have), a score for each password, and what is wrong with the addresses.
//! zxcvbn is slow on purpose, so each distinct password is scored once, on all cores.

mod site;
mod two_step;

pub use two_step::TwoStepList;

use std::collections::HashMap;

use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

use crate::model::{HealthReport, Item, ItemKind, Login, Text};

/// A score below this is weak: 3 is what zxcvbn calls safely unguessable.
const STRONG: u8 = 3;

/// A password's SHA-1.
pub type PasswordHash = [u8; 20];

/// What is known of a password that one item or several have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Password {
    /// Finds it in a list of known ones.
    pub hash: PasswordHash,
    /// zxcvbn's, 0 to 4.
    pub score: u8,
    /// Items with it.
    pub used: u32,
    /// Times it was seen in breaches; `None` when not asked.
    pub exposed: Option<u64>,
}

/// What is known of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// Index of the item.
    pub item: u32,
    /// Which of several files it is from.
    pub file: u32,
    /// Line or position in its file.
    pub row: u32,
    /// Place of its password in [`Survey::passwords`].
    pub password: Option<u32>,
    /// An address without encryption.
    pub plain_http: bool,
    /// The site offers two-step login, and the item has no TOTP.
    pub missing_two_step: bool,
}

/// A login's facts with those of its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // independent findings, not a state
pub struct Verdict {
    /// What is known of the login itself.
    pub fact: Fact,
    /// And of its password.
    pub password: Option<Password>,
    /// The password is known to criminals.
    pub exposed: bool,
    /// It is easy to guess.
    pub weak: bool,
    /// Another item has it too.
    pub reused: bool,
}

impl Verdict {
    /// Whether there is anything to mend.
    #[must_use]
    pub fn to_mend(&self) -> bool {
        self.badness() > (0, 0, 0)
    }

    /// For the order of a list, the worst greatest: what is known, then what is guessed, then what is shared; of
    /// those that are as bad, the one that more items depend on.
    fn badness(&self) -> (u32, u64, u32) {
        let points = [
            (self.exposed, 16),
            (self.weak, 8),
            (self.reused, 4),
            (self.fact.plain_http, 2),
            (self.fact.missing_two_step, 1),
        ];
        let points = points.iter().filter(|(is, _)| *is).map(|(_, points)| points).sum();
        let seen = self.password.and_then(|password| password.exposed).unwrap_or(0);
        let shared = self.password.filter(|_| self.reused).map_or(0, |password| password.used);
        (points, seen, shared)
    }
}

/// What was seen of a staging so far.
#[derive(Debug, Default)]
pub struct Survey {
    /// Items looked at.
    pub items: u64,
    /// Logins among them, in file order.
    pub facts: Vec<Fact>,
    /// Distinct passwords.
    pub passwords: Vec<Password>,
    by_hash: HashMap<PasswordHash, u32>,
}

impl Survey {
    /// Looks at some items, with their indexes.
    pub fn add(&mut self, items: &[(u32, Item)], list: &TwoStepList) {
        self.items += items.len() as u64;
        let mut new = Vec::new();
        for (index, item) in items {
            let ItemKind::Login(login) = &item.kind else { continue };
            let password = login.password.as_ref().filter(|password| !password.is_empty());
            let password = password.map(|password| self.count(password, &mut new));
            self.facts.push(Fact {
                item: *index,
                file: item.file,
                row: item.row,
                password,
                plain_http: login.uris.iter().any(|uri| site::is_plain(uri.uri.expose())),
                missing_two_step: is_missing_two_step(login, list),
            });
        }
        let scores = scores(&new.iter().map(|(_, text)| *text).collect::<Vec<_>>());
        for ((at, _), score) in new.iter().zip(scores) {
            if let Some(password) = place(&mut self.passwords, *at) {
                password.score = score;
            }
        }
    }

    fn count<'a>(&mut self, text: &'a Text, new: &mut Vec<(u32, &'a str)>) -> u32 {
        let hash: PasswordHash = Sha1::digest(text.expose().as_bytes()).into();
        let next = u32::try_from(self.passwords.len()).unwrap_or(u32::MAX);
        let at = *self.by_hash.entry(hash).or_insert(next);
        if at == next {
            self.passwords.push(Password { hash, score: 0, used: 0, exposed: None });
            new.push((at, text.expose()));
        }
        if let Some(password) = place(&mut self.passwords, at) {
            password.used += 1;
        }
        at
    }

    /// Every login with what is known of it.
    pub fn verdicts(&self) -> impl Iterator<Item = Verdict> + '_ {
        self.facts.iter().map(|fact| {
            let at = fact.password.and_then(|at| usize::try_from(at).ok());
            let password = at.and_then(|at| self.passwords.get(at)).copied();
            Verdict {
                fact: *fact,
                password,
                exposed: password.is_some_and(|p| p.exposed.is_some_and(|times| times > 0)),
                weak: password.is_some_and(|p| p.score < STRONG),
                reused: password.is_some_and(|p| p.used > 1),
            }
        })
    }

    /// The worst ones, worst first; in file order where they are as bad.
    #[must_use]
    pub fn worst(&self, most: usize) -> Vec<Verdict> {
        let mut bad: Vec<_> = self.verdicts().filter(Verdict::to_mend).collect();
        bad.sort_by_key(|verdict| std::cmp::Reverse(verdict.badness()));
        bad.truncate(most);
        bad
    }

    /// The counts; rows are left empty. `asked` tells whether anybody asked about exposed passwords.
    #[must_use]
    pub fn summary(&self, asked: bool) -> HealthReport {
        let count = |is: fn(&Verdict) -> bool| self.verdicts().filter(is).count() as u64;
        let mut scores = [0; 5];
        for verdict in self.verdicts() {
            let score = verdict.password.map(|password| usize::from(password.score));
            if let Some(count) = score.and_then(|score| scores.get_mut(score)) {
                *count += 1;
            }
        }
        HealthReport {
            checked_at: String::new(),
            revision: 0,
            items: self.items,
            logins: self.facts.len() as u64,
            passwords: count(|verdict| verdict.password.is_some()),
            reused: count(|verdict| verdict.reused),
            weak: count(|verdict| verdict.weak),
            exposed: asked.then(|| count(|verdict| verdict.exposed)),
            exposed_incomplete: false,
            plain_http: count(|verdict| verdict.fact.plain_http),
            missing_two_step: Some(count(|verdict| verdict.fact.missing_two_step)),
            scores,
            to_mend: count(Verdict::to_mend),
            rows: Vec::new(),
        }
    }
}

fn place(passwords: &mut [Password], at: u32) -> Option<&mut Password> {
    passwords.get_mut(usize::try_from(at).ok()?)
}

fn is_missing_two_step(login: &Login, list: &TwoStepList) -> bool {
    let has_totp = login.totp.as_ref().is_some_and(|totp| !totp.is_empty());
    !has_totp && login.uris.iter().any(|uri| list.offers(uri.uri.expose()))
}

/// zxcvbn's score of each, on all cores.
fn scores(passwords: &[&str]) -> Vec<u8> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = passwords.len().div_ceil(cores).max(1);
    // Few are scored faster than a thread starts.
    if passwords.len() < 8 || cores == 1 {
        return passwords.iter().map(|password| score(password)).collect();
    }
    std::thread::scope(|scope| {
        let work = |share: &'_ [&str]| share.iter().map(|password| score(password)).collect();
        let shares: Vec<std::thread::ScopedJoinHandle<'_, Vec<u8>>> =
            passwords.chunks(share).map(|share| scope.spawn(move || work(share))).collect();
        let joined = shares.into_iter().map(|share| match share.join() {
            Ok(scores) => scores,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.flatten().collect()
    })
}

/// What is long is not guessed; zxcvbn takes quadratic time to say so.
fn score(password: &str) -> u8 {
    let start: Zeroizing<String> = Zeroizing::new(password.chars().take(100).collect());
    u8::from(zxcvbn::zxcvbn(&start, &[]).score())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Uri;

    fn login(password: &str, totp: bool, uri: &str) -> Item {
        let kind = ItemKind::Login(Login {
            password: (!password.is_empty()).then(|| password.into()),
            totp: totp.then(|| "JBSWY3DPEHPK3PXP".into()),
            uris: vec![Uri { uri: uri.into(), matching: None }],
            ..Login::default()
        });
        Item { kind, name: "x".into(), row: 2, ..Item::default() }
    }

    fn survey(items: Vec<Item>) -> Survey {
        let list = TwoStepList::built_in();
        let items: Vec<_> = (0..).zip(items).collect();
        let mut survey = Survey::default();
        // In two parts: what belongs together may be on two pages.
        let (first, second) = items.split_at(items.len() / 2);
        survey.add(first, &list);
        survey.add(second, &list);
        survey
    }

    const GOOD: &str = "kite-ladder-94-quarry-velvet";

    #[test]
    fn a_password_is_counted_over_all_pages_and_scored_once() {
        let items = vec![
            login("password", false, "https://a.example"),
            login(GOOD, false, "https://b.example"),
            Item { kind: ItemKind::Note, ..Item::default() },
            login("", false, "https://c.example"),
            login("password", false, "https://d.example"),
        ];
        let survey = survey(items);
        assert_eq!(survey.passwords.len(), 2);
        let told = survey.summary(false);
        assert_eq!((told.items, told.logins, told.passwords), (5, 4, 3));
        assert_eq!((told.reused, told.weak, told.to_mend), (2, 2, 2));
        assert_eq!((told.scores[0], told.scores[4]), (2, 1));
        assert_eq!(told.exposed, None, "nobody asked");
    }

    #[test]
    fn the_worst_come_first() {
        let mut survey = survey(vec![
            login(GOOD, false, "http://a.example"),
            login("letmein1", false, "https://b.example"),
            login("a-fine-one-kite-ladder-94", false, "https://c.example"),
            login("other-fine-kite-ladder-95", false, "https://c.example"),
        ]);
        for password in &mut survey.passwords {
            password.exposed = Some(0);
        }
        survey.passwords[2].exposed = Some(7);
        let worst = survey.worst(10);
        let order: Vec<_> = worst.iter().map(|verdict| verdict.fact.item).collect();
        assert_eq!(order, [2, 1, 0], "known, guessable, overheard; the fourth has nothing");
        assert_eq!(survey.worst(1).len(), 1);
        assert_eq!(survey.summary(true).exposed, Some(1));
    }

    #[test]
    fn two_step_is_missing_where_the_site_offers_it_and_the_item_has_none() {
        let survey = survey(vec![
            login(GOOD, false, "https://login.github.com/session"),
            login(GOOD, true, "https://github.com"),
            login(GOOD, false, "https://unknown.example"),
        ]);
        let missing: Vec<_> = survey.facts.iter().map(|fact| fact.missing_two_step).collect();
        assert_eq!(missing, [true, false, false]);
    }

    #[test]
    fn many_passwords_are_scored_as_one_by_one() {
        let all: Vec<String> = (0..50).map(|n| format!("{}{n}", "ab".repeat(n % 7))).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let one_by_one: Vec<u8> = all.iter().map(|password| score(password)).collect();
        assert_eq!(scores(&all), one_by_one);
    }
}
