//! Duo: its prompt in the browser, and the address it ends on.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use wardroom_core::keys::Secret;
use wardroom_core::model::{TwoStepKind, TwoStepMethod};
use wardroom_core::session::{Attempt, SignInError, Step};
use wardroom_core::{Code, Error};
use wardroom_sandbox::SecondStep;

use crate::office::Office;
use crate::two_step::{asked, done, is_wrong_code, office};

/// What a browser does with the prompt: the address it ends on.
async fn approve(prompt: &str) -> String {
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = browser.get(prompt).send().await.unwrap();
    assert_eq!(page.status(), 200);
    page.url().to_string()
}

async fn answer(attempt: &mut Attempt, pasted: &str) -> Result<Step, Error> {
    attempt.two_step(TwoStepKind::Duo, Secret::new(pasted), false).await
}

#[tokio::test]
async fn the_pasted_address_signs_in_with_ones_own_duo() {
    let office = office([SecondStep::Duo]).await;
    let (mut attempt, methods) = asked(&office).await;
    assert_eq!(methods, [TwoStepMethod::Duo { organization: false }]);
    let end = approve(&attempt.duo_page().await.unwrap()).await;
    assert!(end.contains("/duo-redirect-connector.html?client=desktop&deeplinkScheme=bitwarden"));
    done(answer(&mut attempt, &end).await);
}

#[tokio::test]
async fn the_organizations_duo_comes_first_and_its_answer_goes_to_it() {
    let office = office([SecondStep::Duo, SecondStep::OrganizationDuo]).await;
    let (mut attempt, methods) = asked(&office).await;
    let duo = |organization| TwoStepMethod::Duo { organization };
    assert_eq!(methods, [duo(true), duo(false)]);
    let end = approve(&attempt.duo_page().await.unwrap()).await;
    // What the official app's scheme would carry, for those who copy that.
    let (_, query) = end.split_once('?').unwrap();
    done(answer(&mut attempt, &format!("bitwarden://duo-callback?{query}")).await);
    let requests = office.sandbox.requests();
    assert!(requests.iter().any(|seen| seen.path == "/duo/oauth/v1/authorize"));
}

#[tokio::test]
async fn an_address_that_is_not_the_answer_is_explained_and_not_sent() {
    let office = office([SecondStep::Duo]).await;
    let (mut attempt, _) = asked(&office).await;
    let prompt = attempt.duo_page().await.unwrap();
    let (mut other, _) = asked(&office).await;
    let foreign = approve(&other.duo_page().await.unwrap()).await;
    let before = office.sandbox.token_requests();
    for (pasted, why) in [
        (prompt.as_str(), "the prompt itself"),
        (foreign.as_str(), "another prompt"),
        ("123456", "no address"),
        ("https://vault.acme.example/", "no answer of Duo"),
    ] {
        let error = answer(&mut attempt, pasted).await.unwrap_err();
        assert!(matches!(error, Error::SignIn(SignInError::DuoAddress(_))), "{error:?}");
        assert!(error.to_string().contains(why), "{pasted}: {error}");
        assert_eq!(error.code(), Code::WrongCode);
    }
    assert_eq!(office.sandbox.token_requests(), before);
    done(answer(&mut attempt, &approve(&prompt).await).await);
}

#[tokio::test]
async fn a_prompt_that_was_answered_wrongly_or_is_about_to_end_is_asked_for_anew() {
    let office: Office = office([SecondStep::Duo]).await;
    let (mut attempt, _) = asked(&office).await;
    let first = attempt.duo_page().await.unwrap();
    assert_eq!(attempt.duo_page().await.unwrap(), first, "still good");
    let end = approve(&first).await;
    let spoilt = end.replace("code=", "code=x");
    assert!(is_wrong_code(answer(&mut attempt, &spoilt).await));
    let second = attempt.duo_page().await.unwrap();
    assert_ne!(second, first, "Duo's codes are good once");
    let late = Timestamp::now() + SignedDuration::from_mins(5);
    let mut attempt = attempt.by_clock(move || late);
    office.sandbox.pass_time(Duration::from_mins(5));
    let third = attempt.duo_page().await.unwrap();
    assert_ne!(third, second, "prompts end after five minutes");
    done(answer(&mut attempt, &approve(&third).await).await);
}
