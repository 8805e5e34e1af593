//! Duo's prompt: where it is, and reading the address it ended on.

use serde_json::Value;
use url::Url;

use super::SignInError;
use crate::Error;
use crate::keys::{self, Secret};
use crate::server::{self, SignInRefusal, TwoStepDemand};

/// The organization's Duo and the person's own, in the order in which to offer them.
const DUO: [i64; 2] = [6, 2];

/// The address to open in the browser.
pub(super) fn page(demand: &TwoStepDemand) -> Result<String, Error> {
    let offered = demand.methods.iter().any(|(number, _)| DUO.contains(number));
    let page = DUO.into_iter().find_map(|number| prompt(demand, number));
    let old =
        || server::Error::from(SignInRefusal::Unsupported("Duo's older prompt inside a page"));
    match (page, offered) {
        (Some(page), _) if is_web(&page) => Ok(page),
        (Some(_), _) => Err(server::Error::NotUnderstood.into()),
        (None, true) => Err(old().into()),
        (None, false) => Err(SignInError::NotOffered.into()),
    }
}

/// Which Duo answered, and `code|state`, as the server wants it.
pub(super) fn answer(
    demand: &TwoStepDemand,
    pasted: &Secret,
) -> Result<(i64, Secret), SignInError> {
    let (code, state) = read(pasted.expose().trim())?;
    let prompts = DUO.into_iter().filter_map(|number| Some((number, prompt(demand, number)?)));
    let prompts: Vec<_> = prompts.map(|(number, page)| (number, state_of(&page))).collect();
    if prompts.is_empty() {
        return Err(SignInError::NotOffered);
    }
    let same = prompts.iter().find(|(_, known)| known.as_ref() == Some(&state));
    // A prompt that keeps its state to itself: the server compares.
    let answered = same.or_else(|| prompts.iter().find(|(_, known)| known.is_none()));
    let (number, _) = answered
        .ok_or(SignInError::DuoAddress("it belongs to another prompt; open Duo again from here"))?;
    Ok((*number, Secret::new(format!("{code}|{state}"))))
}

fn prompt(demand: &TwoStepDemand, number: i64) -> Option<String> {
    Some(demand.detail(number, "authUrl")?.as_str()?.to_owned())
}

/// Only a web page is opened, and only over TLS, whatever the server says; loopback is the sandbox.
fn is_web(page: &str) -> bool {
    Url::parse(page).is_ok_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "http" => matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")),
        _ => false,
    })
}

/// The state inside the prompt's signed request (RFC 9101), or beside it. Nobody checks the signature: it is
/// Duo's affair.
fn state_of(page: &str) -> Option<String> {
    let url = Url::parse(page).ok()?;
    if let Some((_, state)) = url.query_pairs().find(|(name, _)| name == "state") {
        return Some(state.into_owned());
    }
    let (_, request) = url.query_pairs().find(|(name, _)| name == "request")?;
    let claims = keys::unverified_claims(&request)?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    Some(claims.get("state")?.as_str()?.to_owned())
}

/// Code and state from what was pasted: the connector page's address, the official app's, or both bare with a
/// bar between.
fn read(pasted: &str) -> Result<(String, String), SignInError> {
    if let Some((code, state)) = pasted.split_once('|') {
        let clean = |part: &str| {
            !part.is_empty() && !part.contains(|c: char| c == '|' || c.is_whitespace())
        };
        if clean(code) && clean(state) {
            return Ok((code.to_owned(), state.to_owned()));
        }
    }
    let url = Url::parse(pasted).map_err(|_| SignInError::DuoAddress("it is no address"))?;
    let value = |wanted: &str| {
        let found = url.query_pairs().find(|(name, value)| name == wanted && !value.is_empty());
        found.map(|(_, value)| value.into_owned())
    };
    match (value("code"), value("state")) {
        _ if value("error").is_some() => Err(SignInError::DuoAddress("Duo did not approve")),
        (Some(code), Some(state)) if !code.contains('|') && !state.contains('|') => {
            Ok((code, state))
        }
        _ if value("request").is_some() => Err(SignInError::DuoAddress(
            "this is the prompt itself; answer it and copy the address of the page after it",
        )),
        _ => Err(SignInError::DuoAddress("it has no answer of Duo in it")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `{"state":"state-of-the-organization"}` between two dots.
    const SIGNED: &str = "https://api-1.duosecurity.com/oauth/v1/authorize?response_type=code&client_id=D\
        &request=h.eyJzdGF0ZSI6InN0YXRlLW9mLXRoZS1vcmdhbml6YXRpb24ifQ.s";

    fn demand(own: Value, organization: Value) -> TwoStepDemand {
        TwoStepDemand { methods: vec![(2, own), (6, organization)], ..TwoStepDemand::default() }
    }

    fn both() -> TwoStepDemand {
        demand(
            json!({ "Host": "h", "AuthUrl": "https://api-2.duosecurity.com/x?state=own" }),
            json!({ "AuthUrl": SIGNED }),
        )
    }

    fn answered(pasted: &str) -> Result<(i64, String), SignInError> {
        answer(&both(), &Secret::new(pasted))
            .map(|(number, token)| (number, token.expose().to_owned()))
    }

    #[test]
    fn the_state_says_which_duo_answered() {
        let connector = "https://vault.acme.example/duo-redirect-connector.html?client=desktop\
            &deeplinkScheme=bitwarden&state=state-of-the-organization&code=c%2B1";
        assert_eq!(answered(connector), Ok((6, "c+1|state-of-the-organization".to_owned())));
        assert_eq!(answered(" c|own \n"), Ok((2, "c|own".to_owned())));
        let scheme = "bitwarden://duo-callback?code=c&state=own";
        assert_eq!(answered(scheme), Ok((2, "c|own".to_owned())));
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said() {
        let why = |pasted: &str| match answered(pasted) {
            Err(SignInError::DuoAddress(why)) => why,
            other => panic!("{other:?}"),
        };
        assert!(why("hello").contains("no address"));
        assert!(why("").contains("no address"));
        assert!(why(SIGNED).contains("the prompt itself"));
        assert!(why("https://vault.acme.example/#/login").contains("no answer"));
        assert!(why("https://x.example/?code=c&state=stale").contains("another prompt"));
        assert!(why("c|stale").contains("another prompt"));
        let denied = "https://x.example/?error=access_denied&state=own&code=c";
        assert!(why(denied).contains("did not approve"));
    }

    #[test]
    fn a_prompt_without_a_readable_state_leaves_the_comparing_to_the_server() {
        let demand = demand(
            json!({ "AuthUrl": "https://api-2.duosecurity.com/x?request=opaque" }),
            json!(null),
        );
        let (number, token) = answer(&demand, &Secret::new("c|s")).unwrap();
        assert_eq!((number, token.expose()), (2, "c|s"));
    }

    #[test]
    fn the_organizations_prompt_comes_first_and_only_web_pages_are_opened() {
        assert_eq!(page(&both()).unwrap(), SIGNED);
        for bad in
            ["file:///etc/passwd", "http://acme.example/x", "bitwarden://x", "https:///", "x"]
        {
            let demand = demand(json!({ "AuthUrl": bad }), json!(null));
            let error = page(&demand).unwrap_err();
            assert!(
                matches!(error, Error::Server(server::Error::NotUnderstood)),
                "{bad}: {error:?}"
            );
        }
        let old = demand(json!({ "Host": "h", "Signature": "TX|x" }), json!(null));
        assert!(page(&old).unwrap_err().to_string().contains("older prompt"));
        let none = TwoStepDemand::default();
        assert!(matches!(page(&none), Err(Error::SignIn(SignInError::NotOffered))));
    }
}
