//! Accounts that must see the web vault before anybody works with them: nothing of them is kept here.

use wardroom_core::keys::Secret;
use wardroom_core::model::{SignInStep, WebVaultReason};
use wardroom_core::session::Step;
use wardroom_core::{Code, sync};
use wardroom_sandbox::PasswordDemand;

use crate::office::{Office, files};

async fn sign_in(office: &Office) -> Step {
    let admin = office.account("providerAdmin");
    let mut attempt = office.desk().attempt(&(&office.address()).into(), &admin.email).unwrap();
    attempt.with_password(Secret::new(admin.password)).await.unwrap()
}

/// Why the web vault comes first; fails when it does not.
async fn reason(office: &Office) -> WebVaultReason {
    match sign_in(office).await {
        Step::Ask(SignInStep::WebVault { reason, url }) => {
            assert_eq!(url, office.sandbox.url(), "where the person can go");
            reason
        }
        other => panic!("{other:?}"),
    }
}

fn demand(change: impl FnOnce(&mut PasswordDemand)) -> PasswordDemand {
    let mut demand = PasswordDemand { enforce_on_login: true, ..PasswordDemand::default() };
    change(&mut demand);
    demand
}

/// Neither card nor cache, and the server sees no token of ours any more.
fn assert_nothing_is_kept(office: &Office) {
    assert!(office.desk().accounts().unwrap().is_empty());
    let left = files(&office.folder());
    assert!(left.iter().all(|path| path.ends_with("device")), "{left:?}");
}

#[tokio::test]
async fn a_recovered_account_must_change_its_password_first() {
    let office = Office::small().await;
    let email = office.account("providerAdmin").email;
    office.sandbox.recover_account(&email);
    assert_eq!(reason(&office).await, WebVaultReason::ChangePassword);
    assert_nothing_is_kept(&office);
    // The way that asks nothing says it in words.
    let error = office.desk().sign_in(&office.address(), &email, office.password()).await;
    let error = error.unwrap_err();
    assert_eq!(error.code(), Code::MoreNeeded);
    assert!(error.to_string().contains("web vault"), "{error}");
}

#[tokio::test]
async fn recovery_comes_before_the_policy() {
    let office = Office::small().await;
    let email = office.account("providerAdmin").email;
    office.sandbox.demand_password(&email, Some(demand(|d| d.min_length = Some(60))));
    office.sandbox.recover_account(&email);
    assert_eq!(reason(&office).await, WebVaultReason::ChangePassword);
}

#[tokio::test]
async fn a_password_weaker_than_the_policy_must_be_replaced() {
    let office = Office::small().await;
    let email = office.account("providerAdmin").email;
    // "correct horse battery": 21 letters and blanks, all lower case.
    for (what, demand) in [
        ("longer", demand(|d| d.min_length = Some(22))),
        ("upper case", demand(|d| d.require_upper = true)),
        ("a digit", demand(|d| d.require_numbers = true)),
        ("a special character", demand(|d| d.require_special = true)),
    ] {
        office.sandbox.demand_password(&email, Some(demand));
        assert_eq!(reason(&office).await, WebVaultReason::WeakPassword, "{what}");
        assert_nothing_is_kept(&office);
    }
}

#[tokio::test]
async fn a_password_that_meets_the_policy_or_need_not_yet_signs_in() {
    let office = Office::small().await;
    let email = office.account("providerAdmin").email;
    let strong = demand(|d| {
        d.min_length = Some(21);
        d.min_complexity = Some(4);
        d.require_lower = true;
    });
    let later = PasswordDemand { min_length: Some(60), ..PasswordDemand::default() };
    for demand in [strong, later] {
        office.sandbox.demand_password(&email, Some(demand));
        assert!(matches!(sign_in(&office).await, Step::Done(_)));
    }
}

#[tokio::test]
async fn an_account_without_keys_begins_in_the_web_vault() {
    let office = Office::small().await;
    office.sandbox.take_keys(&office.account("providerAdmin").email);
    assert_eq!(reason(&office).await, WebVaultReason::FirstSignIn);
    assert_nothing_is_kept(&office);
}

#[tokio::test]
async fn a_recovery_during_a_session_is_told_by_the_next_refresh() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    assert_eq!(sync::refresh(&unlocked).await.unwrap().web_vault, None);
    office.sandbox.recover_account(&unlocked.account().email);
    let report = sync::refresh(&unlocked).await.unwrap();
    assert_eq!(report.web_vault, Some(WebVaultReason::ChangePassword));
    assert_eq!(report.clients, 3, "the list is true all the same");
}

#[tokio::test]
async fn a_known_account_that_was_recovered_keeps_its_staged_work() {
    let office = Office::small().await;
    office.refreshed().await.lock().await.unwrap();
    // Listing the account gives it a colour, which is a file of its own.
    office.desk().desks().unwrap();
    let before = files(&office.folder());
    office.sandbox.recover_account(&office.account("providerAdmin").email);
    assert_eq!(reason(&office).await, WebVaultReason::ChangePassword);
    assert_eq!(files(&office.folder()), before, "nothing is added, nothing taken");
    let unlocked = office.locked().unlock(office.password()).await.unwrap();
    assert_eq!(sync::clients(&unlocked).await.unwrap().len(), 3);
}
