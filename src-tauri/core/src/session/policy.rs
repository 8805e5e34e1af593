//! What the person's organizations demand: the time-out's bounds (policy 9), and whether PINs are allowed
//! (policy 14).
//!
//! Kept in the encrypted cache, and once more beside the settings, so that it also holds while locked and
//! offline. The copy beside them is readable and could be changed by hand; opening the cache puts it right.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::folder::{self, AccountFolder};
use super::{Locked, Unlocked};
use crate::model::{TimeoutAction, TimeoutPolicy};
use crate::server::{OrganizationRow, PolicyRow};
use crate::{Error, store};

/// Who has memberships asks at most so often.
const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// `PolicyType`.
const TIMEOUT: i64 = 9;
const NO_PIN: i64 = 14;

/// What is in force for one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rules {
    /// When it was read, RFC 3339; empty: never.
    #[serde(default)]
    taken_at: String,
    pub(super) timeout: Option<TimeoutPolicy>,
    pub(super) pin_forbidden: bool,
}

impl Rules {
    /// What holds when the file cannot be read: as strict as nobody would mind for an hour.
    fn unreadable() -> Self {
        let timeout = TimeoutPolicy {
            longest_minutes: Some(15),
            then: None,
            on_system_lock: true,
            on_restart: true,
        };
        Self { taken_at: String::new(), timeout: Some(timeout), pin_forbidden: true }
    }

    /// Of several organizations the strictest demand counts, whichever it is.
    fn of(rows: &[PolicyRow], own: &[OrganizationRow], now: Timestamp) -> Self {
        let applies = |row: &&PolicyRow| row.enabled && !is_exempt(row, own);
        let of_kind = |kind| rows.iter().filter(applies).filter(move |row| row.kind == kind);
        Self {
            taken_at: now.to_string(),
            timeout: of_kind(TIMEOUT).map(|row| demand(&row.data)).reduce(together),
            pin_forbidden: of_kind(NO_PIN).next().is_some(),
        }
    }

    /// A moment ahead of the clock counts as long ago: the clock was set back.
    fn is_due(&self, now: Timestamp) -> bool {
        let Ok(taken) = self.taken_at.parse::<Timestamp>() else { return true };
        taken > now || now.duration_since(taken) >= EVERY
    }

    fn read(folder: &AccountFolder) -> Self {
        match fs::read(folder.policy()) {
            Ok(json) => serde_json::from_slice(&json).unwrap_or_else(|_| Self::unreadable()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::default(),
            Err(_) => Self::unreadable(),
        }
    }

    fn write(&self, folder: &AccountFolder) -> Result<(), store::Error> {
        let json = serde_json::to_vec_pretty(self).map_err(|_| store::Error::Damaged)?;
        folder::write(&folder.policy(), &json).map_err(store::Error::Folder)
    }
}

/// Owners are free of the time-out's policy, nobody of the other one; an organization the profile does not list
/// counts (`libs/common/src/admin-console/services/policy/default-policy.service.ts` in bitwarden/clients).
fn is_exempt(row: &PolicyRow, own: &[OrganizationRow]) -> bool {
    let membership = own.iter().find(|own| Some(own.id) == row.organization);
    row.kind == TIMEOUT && membership.is_some_and(|own| own.role == Some(0))
}

/// Policy 9's data: `{minutes, action}`, and since 2025 a `type` beside them
/// (`libs/common/src/key-management/vault-timeout/services/vault-timeout-settings.service.ts`).
fn demand(data: &Value) -> TimeoutPolicy {
    let minutes = data
        .get("minutes")
        .and_then(|value| value.as_i64().or_else(|| value.as_str()?.trim().parse().ok()));
    let minutes = minutes.map(|minutes| u32::try_from(minutes.max(1)).unwrap_or(u32::MAX));
    let then = match data.get("action").and_then(Value::as_str) {
        Some("lock") => Some(TimeoutAction::Lock),
        Some("logOut") => Some(TimeoutAction::SignOut),
        _ => None,
    };
    let none = TimeoutPolicy { then, ..TimeoutPolicy::default() };
    match data.get("type").and_then(Value::as_str) {
        Some("never") => none,
        Some("onAppRestart") => TimeoutPolicy { on_restart: true, ..none },
        Some("onSystemLock") => TimeoutPolicy { on_system_lock: true, on_restart: true, ..none },
        // A window that locks the moment it is left alone is a minute; so it is in Bitwarden's desktop app.
        Some("immediately") => TimeoutPolicy {
            longest_minutes: Some(1),
            on_system_lock: true,
            on_restart: true,
            ..none
        },
        // A type of a newer server is read as if it were not there, and never as "no bound".
        _ => {
            TimeoutPolicy { longest_minutes: Some(minutes.unwrap_or(15)), on_restart: true, ..none }
        }
    }
}

#[allow(clippy::needless_pass_by_value, reason = "as `reduce` hands them over")]
fn together(one: TimeoutPolicy, other: TimeoutPolicy) -> TimeoutPolicy {
    let shortest = [one.longest_minutes, other.longest_minutes].into_iter().flatten().min();
    let wants = |action| one.then == Some(action) || other.then == Some(action);
    let then = [TimeoutAction::SignOut, TimeoutAction::Lock].into_iter().find(|then| wants(*then));
    TimeoutPolicy {
        longest_minutes: shortest,
        then,
        on_system_lock: one.on_system_lock || other.on_system_lock,
        on_restart: one.on_restart || other.on_restart,
    }
}

impl Locked {
    /// What is in force, as far as it is known without the cache.
    pub(super) fn rules(&self) -> Rules {
        Rules::read(&self.folder())
    }
}

impl Unlocked {
    /// Asks the server what the organizations demand, and keeps it; nothing is asked for who belongs to none.
    pub async fn refresh_policies(&self) -> Result<(), Error> {
        let own = self.server().fetch_profile().await?.organizations;
        self.take_policies(&own).await
    }

    /// The same after a sign-in, which has read the memberships already. What was demanded before stays in force
    /// when the server does not tell now.
    pub(super) async fn learn_policies(&self, own: &[OrganizationRow]) {
        if let Err(error) = self.take_policies(own).await {
            tracing::warn!(%error, "the organizations' policies could not be read");
        }
    }

    /// The same after a refresh: at most once an hour.
    pub(crate) async fn refresh_policies_of(&self, own: &[OrganizationRow]) {
        let known = self.locked().rules();
        let is_news = if belongs(own) {
            known.is_due(Timestamp::now())
        } else {
            // Who belongs to none and is bound by nothing needs nothing written, every three minutes.
            known != Rules::default()
        };
        if is_news {
            self.learn_policies(own).await;
        }
    }

    async fn take_policies(&self, own: &[OrganizationRow]) -> Result<(), Error> {
        let rules = if belongs(own) {
            Rules::of(&self.server().fetch_policies().await?, own, Timestamp::now())
        } else {
            Rules::default()
        };
        let json = serde_json::to_string(&rules).map_err(|_| store::Error::Damaged)?;
        self.store().save_policy(&json).await?;
        let locked = self.locked();
        rules.write(&locked.folder())?;
        if rules.pin_forbidden {
            locked.forget_pin().await?;
        }
        Ok(())
    }

    /// Puts the copy beside the settings right, after the cache was opened.
    pub(super) async fn restore_policies(&self) -> Result<(), Error> {
        let Some(json) = self.store().load_policy().await? else { return Ok(()) };
        let Ok(kept) = serde_json::from_str::<Rules>(&json) else { return Ok(()) };
        let locked = self.locked();
        if locked.rules() != kept {
            kept.write(&locked.folder())?;
        }
        Ok(())
    }
}

/// Invited people are bound by nothing yet.
fn belongs(own: &[OrganizationRow]) -> bool {
    own.iter().any(|own| own.status.is_none_or(|status| status >= 1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::model::OrganizationId;

    fn organization(number: u128, role: i64) -> OrganizationRow {
        OrganizationRow {
            id: OrganizationId(Uuid::from_u128(number)),
            name: String::new(),
            enabled: true,
            product_tier: None,
            seats: None,
            use_groups: false,
            wrapped_key: None,
            status: Some(2),
            role: Some(role),
        }
    }

    fn policy(organization: u128, kind: i64, data: Value) -> PolicyRow {
        let organization = Some(OrganizationId(Uuid::from_u128(organization)));
        PolicyRow { organization, kind, enabled: true, data }
    }

    fn timeout(rows: &[PolicyRow], own: &[OrganizationRow]) -> Option<TimeoutPolicy> {
        Rules::of(rows, own, Timestamp::UNIX_EPOCH).timeout
    }

    #[test]
    fn every_shape_of_the_policy_is_understood() {
        let read = |data: Value| {
            let TimeoutPolicy { longest_minutes, then, on_system_lock, on_restart } = demand(&data);
            (longest_minutes, then, on_system_lock, on_restart)
        };
        let (lock, out) = (Some(TimeoutAction::Lock), Some(TimeoutAction::SignOut));
        assert_eq!(read(json!({"minutes": 30, "action": "lock"})), (Some(30), lock, false, true));
        assert_eq!(read(json!({"minutes": "5", "action": null})), (Some(5), None, false, true));
        let custom = json!({"type": "custom", "minutes": 10, "action": "logOut"});
        assert_eq!(read(custom), (Some(10), out, false, true));
        // The minutes beside another type are left over from before.
        let leftover = |kind: &str| json!({"type": kind, "minutes": 10});
        assert_eq!(read(leftover("never")), (None, None, false, false));
        assert_eq!(read(leftover("onAppRestart")), (None, None, false, true));
        assert_eq!(read(leftover("onSystemLock")), (None, None, true, true));
        assert_eq!(read(leftover("immediately")), (Some(1), None, true, true));
        assert_eq!(read(leftover("tomorrow")), (Some(10), None, false, true));
        assert_eq!(read(json!(null)).0, Some(15), "nothing said is not: no bound");
        assert_eq!(read(json!({"minutes": 0})).0, Some(1));
    }

    #[test]
    fn the_strictest_of_several_organizations_counts_and_owners_are_exempt() {
        let own = [organization(1, 2), organization(2, 1), organization(3, 0)];
        let rows = [
            policy(1, 9, json!({"minutes": 60, "action": "logOut"})),
            policy(2, 9, json!({"minutes": 20, "action": "lock"})),
            policy(3, 9, json!({"minutes": 1})),
            PolicyRow { enabled: false, ..policy(1, 9, json!({"minutes": 1})) },
        ];
        let both = timeout(&rows, &own).unwrap();
        assert_eq!((both.longest_minutes, both.then), (Some(20), Some(TimeoutAction::SignOut)));
        assert_eq!(timeout(&rows[2..], &own), None, "an owner is free of it");
        let stranger = timeout(&rows[2..3], &own[..2]).unwrap();
        assert_eq!(stranger.longest_minutes, Some(1), "an unknown organization counts");
    }

    #[test]
    fn pins_are_forbidden_for_owners_too() {
        let rules =
            Rules::of(&[policy(3, 14, Value::Null)], &[organization(3, 0)], Timestamp::now());
        assert!(rules.pin_forbidden && rules.timeout.is_none());
    }

    #[test]
    fn policies_are_asked_for_once_an_hour_whatever_the_clock_does() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let rules = Rules { taken_at: "2026-03-01T12:00:00Z".to_owned(), ..Rules::default() };
        assert!(!rules.is_due(at("2026-03-01T12:59:59Z")));
        assert!(rules.is_due(at("2026-03-01T13:00:00Z")));
        assert!(rules.is_due(at("2020-01-01T00:00:00Z")), "the clock was set back");
        assert!(Rules::default().is_due(at("2026-03-01T12:00:00Z")));
    }
}
