//! Several accounts side by side, each in its own state; one is visible.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::watch::is_over;
use super::{Desk, Due, Locked, Moment, Presence, Session, Unlocked, Watch};
use crate::Error;
use crate::model::{
    AccountState, LockAfter, SecuritySettings, SecurityState, SessionState, Status, TimeoutAction,
    UserId,
};

/// Every account of this machine. Cheap to clone.
///
/// Opening, switching and locking one account leaves the others as they are. Nothing of one is reachable from
/// another: each has its own [`Unlocked`], with its own keys, cache and tokens.
#[derive(Debug, Clone)]
pub struct Sessions(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    desk: Desk,
    state: Mutex<State>,
    /// Held while an account is opened or closed, so that two such changes do not cross.
    changing: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    visible: Option<UserId>,
    open: HashMap<UserId, Unlocked>,
    watch: Watch,
    /// When each open account's `seen` was last written down.
    noted: HashMap<UserId, Duration>,
}

/// How exactly it is known, after the program was killed, when an account was last open.
const NOTE_EVERY: Duration = Duration::from_mins(1);

impl Sessions {
    /// Nothing is open yet; the account used last is visible.
    pub fn open(desk: Desk, now: Moment) -> Result<Self, Error> {
        let visible = desk.desks()?.first().map(|first| first.account.user_id);
        let (open, noted) = (HashMap::new(), HashMap::new());
        let state = Mutex::new(State { visible, open, watch: Watch::new(now), noted });
        Ok(Self(Arc::new(Inner { desk, state, changing: tokio::sync::Mutex::default() })))
    }

    /// What became due while no window ran: accounts to be signed out at a restart, or whose time ran out
    /// meanwhile. For the window, once, at its start; a program that lives for one command leaves it be.
    pub async fn begin(&self, now: Moment) -> Result<Vec<Due>, Error> {
        let mut done = Vec::new();
        for desk in self.0.desk.desks()? {
            let user = desk.account.user_id;
            let Ok(locked) = self.of(user) else { continue };
            if desk.state == SessionState::Locked && locked.is_over_after_restart(now) {
                self.end_session(user).await?;
                done.push(Due { user, action: TimeoutAction::SignOut });
            }
        }
        Ok(done)
    }

    /// The data folder.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.0.desk
    }

    /// The visible account as it is.
    #[must_use]
    pub fn visible(&self) -> Session {
        self.visible_user().map_or(Session::SignedOut, |user| self.session(user))
    }

    /// Which account is visible, also when it is signed out or damaged.
    #[must_use]
    pub fn visible_user(&self) -> Option<UserId> {
        self.state().visible
    }

    /// One account as it is; signed out when it is unknown, damaged, or its session has ended.
    #[must_use]
    pub fn session(&self, user: UserId) -> Session {
        // Somebody may have locked it behind our back.
        if let Some(open) = self.opened(user).filter(|open| !open.keys().is_wiped()) {
            return Session::Unlocked(open);
        }
        match self.0.desk.account(user) {
            Ok(Some(locked)) if locked.usable_card().is_ok() => Session::Locked(locked),
            _ => Session::SignedOut,
        }
    }

    /// The visible account's pass for everything that needs keys.
    pub fn unlocked(&self) -> Result<Unlocked, Error> {
        match self.visible() {
            Session::SignedOut => Err(Error::SignedOut),
            Session::Locked(_) => Err(Error::Locked),
            Session::Unlocked(unlocked) => Ok(unlocked),
        }
    }

    /// The visible account without its keys, whatever its state.
    pub fn locked(&self) -> Result<Locked, Error> {
        self.of(self.visible_user().ok_or(Error::SignedOut)?)
    }

    /// Any account without its keys, whatever its state.
    pub fn of(&self, user: UserId) -> Result<Locked, Error> {
        self.0.desk.account(user)?.ok_or(Error::NotFound("account"))
    }

    /// Takes in an account that was just opened, and shows it. Keys it had before are wiped; other accounts stay
    /// as they are.
    pub async fn enter(&self, unlocked: Unlocked, now: Moment) -> Result<(), Error> {
        let _changing = self.0.changing.lock().await;
        let user = unlocked.account().user_id;
        let rule = unlocked.locked().settings_in_force();
        unlocked.locked().note_seen(now);
        let before = {
            let mut state = self.state();
            state.watch.guard(user, rule, now);
            state.noted.insert(user, now.wall);
            state.visible = Some(user);
            state.open.insert(user, unlocked)
        };
        if let Some(before) = before {
            before.lock().await?;
        }
        Ok(())
    }

    /// Shows another account. Locks nothing.
    pub fn switch(&self, user: UserId) -> Result<(), Error> {
        self.of(user)?;
        self.state().visible = Some(user);
        self.0.desk.note_use(user)
    }

    /// Locks the visible account.
    pub async fn lock(&self) -> Result<(), Error> {
        match self.visible_user() {
            Some(user) => self.lock_account(user).await,
            None => Ok(()),
        }
    }

    /// Locks every account.
    pub async fn lock_all(&self) -> Result<(), Error> {
        let mut result = Ok(());
        for user in self.open_users() {
            // One that fails must not keep the others open.
            result = self.lock_account(user).await.and(result);
        }
        result
    }

    /// Locks one account. One that nothing would open again is signed out instead.
    pub async fn lock_account(&self, user: UserId) -> Result<(), Error> {
        let _changing = self.0.changing.lock().await;
        let Some(locked) = self.close_account(user).await? else { return Ok(()) };
        if locked.can_be_unlocked() { Ok(()) } else { locked.end_session().await }
    }

    /// Ends an account's session and keeps its cache sealed for the next sign-in: see [`Locked::end_session`].
    pub async fn end_session(&self, user: UserId) -> Result<(), Error> {
        let _changing = self.0.changing.lock().await;
        self.close_account(user).await?;
        self.of(user)?.end_session().await
    }

    /// Forgets an account, staged imports and all; also a damaged one. Another one comes forward.
    pub async fn sign_out(&self, user: UserId) -> Result<(), Error> {
        let _changing = self.0.changing.lock().await;
        self.close_account(user).await?;
        self.of(user)?.sign_out().await?;
        let next = self.0.desk.desks()?.first().map(|first| first.account.user_id);
        let mut state = self.state();
        if state.visible == Some(user) {
            state.visible = next;
        }
        Ok(())
    }

    /// Gives an account another colour of the palette.
    pub fn set_colour(&self, user: UserId, colour: u8) -> Result<(), Error> {
        self.0.desk.set_colour(user, colour)
    }

    /// What the frame shows.
    pub async fn status(&self) -> Result<Status, Error> {
        let mut status = self.0.desk.status(&self.visible()).await?;
        status.desks = self.desks()?;
        Ok(status)
    }

    /// Every account with its state here.
    pub fn desks(&self) -> Result<Vec<AccountState>, Error> {
        let mut desks = self.0.desk.desks()?;
        let visible = self.visible_user();
        for desk in &mut desks {
            let user = desk.account.user_id;
            desk.visible = Some(user) == visible;
            if matches!(self.session(user), Session::Unlocked(_)) {
                desk.state = SessionState::Unlocked;
            }
        }
        Ok(desks)
    }

    /// The visible account's security settings, locked or not.
    pub async fn security(&self, presence: &dyn Presence) -> Result<SecurityState, Error> {
        self.locked()?.security(presence).await
    }

    /// Chooses for the visible account, which must be open, and goes by it from now on.
    pub async fn set_security(
        &self,
        settings: SecuritySettings,
        presence: &dyn Presence,
    ) -> Result<SecurityState, Error> {
        let unlocked = self.unlocked()?;
        unlocked.set_security(settings)?;
        self.rules_changed(unlocked.account().user_id);
        unlocked.security(presence).await
    }

    /// Goes by what is in force now: after a PIN, the system's word or a policy came or went.
    pub fn rules_changed(&self, user: UserId) {
        if let Some(open) = self.opened(user) {
            let rule = open.locked().settings_in_force();
            self.state().watch.change(user, rule);
        }
    }

    /// The person did something; it counts for the visible account.
    pub fn touched(&self, now: Moment) {
        let mut state = self.state();
        if let Some(user) = state.visible {
            state.watch.touched(user, now);
        }
    }

    /// Time has passed: to be called every [`Watch::TICK`]. Like the other signals it does what is due and tells
    /// what it did.
    pub async fn tick(&self, now: Moment) -> Vec<Due> {
        for user in self.open_users() {
            // Policies may have come with a refresh.
            self.rules_changed(user);
        }
        let due = self.state().watch.tick(now);
        let done = self.carry_out(due).await;
        self.note_all_seen(now);
        done
    }

    /// The system's screen was locked.
    pub async fn system_locked(&self, now: Moment) -> Vec<Due> {
        let due = self.state().watch.system_locked(now);
        self.carry_out(due).await
    }

    /// The machine is about to sleep.
    pub async fn going_to_sleep(&self, now: Moment) -> Vec<Due> {
        let due = self.state().watch.sleeps(now);
        self.carry_out(due).await
    }

    /// The machine has woken: for systems that only say so afterwards.
    pub async fn woke(&self, now: Moment) -> Vec<Due> {
        self.going_to_sleep(now).await
    }

    /// The program ends: nothing stays open.
    pub async fn close(&self) -> Vec<Due> {
        let due = self.state().watch.ends();
        let done = self.carry_out(due).await;
        if let Err(error) = self.lock_all().await {
            tracing::warn!(%error, "an account could not be closed in order");
        }
        done
    }

    async fn carry_out(&self, due: Vec<Due>) -> Vec<Due> {
        let mut done = Vec::new();
        for Due { user, action } in due {
            let outcome = match action {
                TimeoutAction::Lock => self.lock_account(user).await,
                TimeoutAction::SignOut => self.end_session(user).await,
            };
            if let Err(error) = outcome {
                // The keys are gone in any case: wiping them cannot fail.
                tracing::warn!(%error, "an account whose time ran out was not closed in order");
            }
            done.push(Due { user, action });
        }
        done
    }

    /// Wipes an account's keys and closes its cache; `None` when it was not open.
    async fn close_account(&self, user: UserId) -> Result<Option<Locked>, Error> {
        let open = {
            let mut state = self.state();
            state.watch.release(user);
            state.noted.remove(&user);
            state.open.remove(&user)
        };
        match open {
            Some(open) => Ok(Some(open.lock().await?)),
            None => Ok(None),
        }
    }

    fn note_all_seen(&self, now: Moment) {
        for user in self.open_users() {
            let is_old = {
                let mut state = self.state();
                let last = state.noted.entry(user).or_default();
                let is_old = now.wall.saturating_sub(*last) >= NOTE_EVERY || *last > now.wall;
                if is_old {
                    *last = now.wall;
                }
                is_old
            };
            if is_old && let Some(open) = self.opened(user) {
                open.locked().note_seen(now);
            }
        }
    }

    fn opened(&self, user: UserId) -> Option<Unlocked> {
        self.state().open.get(&user).cloned()
    }

    fn open_users(&self) -> Vec<UserId> {
        self.state().open.keys().copied().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Locked {
    /// The window had it open now; only for [`Sessions::begin`], so nothing breaks when it is not written.
    fn note_seen(&self, now: Moment) {
        let seconds = now.wall.as_secs().to_string();
        if let Err(error) = super::folder::write(&self.folder().seen(), seconds.as_bytes()) {
            tracing::warn!(%error, "when an account was last open could not be noted");
        }
    }

    /// Whether a time-out that signs out became due while nothing ran. An account that no window ever opened has
    /// no time to run out.
    fn is_over_after_restart(&self, now: Moment) -> bool {
        let rule = self.settings_in_force();
        if !self.can_be_unlocked() {
            return true;
        }
        let Ok(seen) = std::fs::read_to_string(self.folder().seen()) else { return false };
        if rule.then != TimeoutAction::SignOut {
            return false;
        }
        let seen = Duration::from_secs(seen.trim().parse().unwrap_or_default());
        match rule.lock_after {
            LockAfter::Restart => true,
            LockAfter::Minutes(_) => {
                now.wall.checked_sub(seen).is_none_or(|idle| is_over(&rule, idle))
            }
            LockAfter::Never => false,
        }
    }
}
