//! When an account locks itself, and what opens it: what was chosen, cut to what is demanded.

use std::fs;

use serde::{Deserialize, Serialize};

use super::blocking::blocking;
use super::folder::{self, AccountFolder};
use super::{Locked, Presence, Unlocked};
use crate::keys::Keyring;
use crate::model::{
    LockAfter, PresenceState, SecuritySettings, SecurityState, TimeoutAction, TimeoutPolicy,
    UnlockWays,
};
use crate::{Error, store};

const VERSION: u32 = 1;

/// `settings.json`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    version: u32,
    security: SecuritySettings,
}

/// A file that is not there or not understood gives the defaults, which lock after a quarter of an hour: never
/// less safe than what was chosen by whoever left them alone.
fn read(folder: &AccountFolder) -> SecuritySettings {
    let file = fs::read(folder.settings()).ok();
    let file: Option<File> = file.and_then(|json| serde_json::from_slice(&json).ok());
    file.filter(|file| file.version == VERSION).map(|file| file.security).unwrap_or_default()
}

/// The chosen settings, as strict as they must be.
fn in_force(
    chosen: SecuritySettings,
    policy: Option<&TimeoutPolicy>,
    can_lock: bool,
) -> SecuritySettings {
    let mut settings = chosen;
    if let LockAfter::Minutes(minutes) = &mut settings.lock_after {
        *minutes = (*minutes).max(1);
    }
    if let Some(policy) = policy {
        settings.lock_after = shorter(settings.lock_after, policy);
        settings.on_system_lock |= policy.on_system_lock;
        settings.on_sleep |= policy.on_system_lock;
        settings.then = policy.then.unwrap_or(settings.then);
    }
    if !can_lock {
        settings.then = TimeoutAction::SignOut;
    }
    settings
}

fn shorter(chosen: LockAfter, policy: &TimeoutPolicy) -> LockAfter {
    match (chosen, policy.longest_minutes) {
        (LockAfter::Minutes(minutes), Some(longest)) => LockAfter::Minutes(minutes.min(longest)),
        (LockAfter::Restart | LockAfter::Never, Some(longest)) => LockAfter::Minutes(longest),
        (LockAfter::Never, None) if policy.on_restart => LockAfter::Restart,
        (chosen, None) => chosen,
    }
}

impl Locked {
    /// What is in force for this account, and what opens it.
    pub async fn security(&self, presence: &dyn Presence) -> Result<SecurityState, Error> {
        let presence = self.presence_state(presence.available()).await;
        let rules = self.rules();
        let pin = if rules.pin_forbidden { None } else { self.pin_state() };
        let password = self.card()?.has_password();
        let ways = UnlockWays { password, pin, pin_allowed: !rules.pin_forbidden, presence };
        Ok(SecurityState { settings: self.settings_in_force(), policy: rules.timeout, ways })
    }

    /// What the clock goes by.
    pub(super) fn settings_in_force(&self) -> SecuritySettings {
        let timeout = self.rules().timeout;
        in_force(read(&self.folder()), timeout.as_ref(), self.can_be_unlocked())
    }

    /// Whether anything but signing in opens it again once it is locked.
    pub(super) fn can_be_unlocked(&self) -> bool {
        let has_password = self.card().is_ok_and(|card| card.has_password());
        has_password || self.pin_state().is_some() || self.has_presence()
    }

    async fn presence_state(&self, available: bool) -> PresenceState {
        let desk = self.desk.clone();
        let has_keyring = blocking(move || matches!(desk.keyring(), Keyring::Present(_)));
        if !available || !has_keyring.await {
            PresenceState::Unavailable
        } else if self.has_presence() {
            PresenceState::On
        } else {
            PresenceState::Off
        }
    }
}

impl Unlocked {
    /// As [`Locked::security`].
    pub async fn security(&self, presence: &dyn Presence) -> Result<SecurityState, Error> {
        self.locked().security(presence).await
    }

    /// Chooses; what is in force may be stricter. A holder of several accounts has to be told
    /// ([`super::Sessions::set_security`] does both).
    pub fn set_security(&self, settings: SecuritySettings) -> Result<(), Error> {
        if self.keys().is_wiped() {
            return Err(Error::Locked);
        }
        let file = File { version: VERSION, security: settings };
        let json = serde_json::to_vec_pretty(&file).map_err(|_| store::Error::Damaged)?;
        let path = self.locked().folder().settings();
        Ok(folder::write(&path, &json).map_err(store::Error::Folder)?)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::UserId;
    use crate::session::folder::Folder;

    fn with(lock_after: LockAfter) -> SecuritySettings {
        let quiet =
            SecuritySettings { on_system_lock: false, on_sleep: false, ..Default::default() };
        SecuritySettings { lock_after, ..quiet }
    }

    #[test]
    fn a_policy_shortens_and_never_lengthens() {
        let policy =
            TimeoutPolicy { longest_minutes: Some(30), on_restart: true, ..Default::default() };
        let minutes = LockAfter::Minutes;
        for (chosen, expected) in [
            (minutes(5), minutes(5)),
            (minutes(240), minutes(30)),
            (LockAfter::Restart, minutes(30)),
            (LockAfter::Never, minutes(30)),
        ] {
            assert_eq!(in_force(with(chosen), Some(&policy), true).lock_after, expected);
        }
        let restart = TimeoutPolicy { on_restart: true, ..Default::default() };
        let never = in_force(with(LockAfter::Never), Some(&restart), true);
        assert_eq!(never.lock_after, LockAfter::Restart);
        assert_eq!(in_force(with(LockAfter::Never), None, true).lock_after, LockAfter::Never);
    }

    #[test]
    fn a_policy_names_the_action_unless_the_account_cannot_be_unlocked_again() {
        let locks = TimeoutPolicy { then: Some(TimeoutAction::Lock), ..Default::default() };
        let out = SecuritySettings { then: TimeoutAction::SignOut, ..with(LockAfter::Minutes(5)) };
        assert_eq!(in_force(out.clone(), Some(&locks), true).then, TimeoutAction::Lock);
        assert_eq!(in_force(out.clone(), Some(&locks), false).then, TimeoutAction::SignOut);
        assert_eq!(in_force(out, None, true).then, TimeoutAction::SignOut);
        let screen = TimeoutPolicy { on_system_lock: true, ..Default::default() };
        let forced = in_force(with(LockAfter::Minutes(5)), Some(&screen), true);
        assert!(forced.on_system_lock && forced.on_sleep);
    }

    #[test]
    fn settings_that_cannot_be_read_are_the_safest() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap().account(UserId(Uuid::from_u128(1)));
        folder.make().unwrap();
        let never = r#"{"version":1,"security":{"lockAfter":{"kind":"never"}}}"#;
        for damaged in [
            "",
            "{",
            "null",
            "{\"version\":9}",
            &never.replace("never", "later"),
            never.get(..40).unwrap(),
        ] {
            fs::write(folder.settings(), damaged).unwrap();
            assert_eq!(read(&folder), SecuritySettings::default(), "{damaged}");
        }
        fs::write(folder.settings(), never).unwrap();
        assert_eq!(read(&folder).lock_after, LockAfter::Never, "as it was chosen");
        assert!(read(&folder).on_sleep, "what is missing is as at first");
    }
}
