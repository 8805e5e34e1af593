//! A browser without a window: follows redirects, shows nothing, tells what it saw.

use reqwest::redirect::Policy;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use wardroom_core::Error;

pub(super) struct Browser;

/// Status, headers as text, page.
pub(super) type Page = (u16, String, String);

impl Browser {
    /// What an attempt wants: opens the address and goes wherever it leads.
    pub(super) fn opens() -> impl FnOnce(&str) -> Result<(), Error> {
        |address| {
            let address = address.to_owned();
            tokio::spawn(async move { Self::goes(&address).await });
            Ok(())
        }
    }

    /// Only notes the address.
    pub(super) fn noted(by: UnboundedSender<String>) -> impl FnOnce(&str) -> Result<(), Error> {
        move |address| {
            by.send(address.to_owned()).unwrap();
            Ok(())
        }
    }

    pub(super) fn notes() -> (UnboundedSender<String>, tokio::sync::mpsc::UnboundedReceiver<String>)
    {
        unbounded_channel()
    }

    /// To the end of all redirects.
    pub(super) async fn goes(address: &str) -> Page {
        Self::with(Policy::limited(10), address).await
    }

    /// One step: where the address leads, not followed.
    pub(super) async fn led(address: &str) -> String {
        let (status, headers, _) = Self::with(Policy::none(), address).await;
        assert_eq!(status, 302, "{address}");
        let line = headers.lines().find_map(|line| line.strip_prefix("location: "));
        line.unwrap().to_owned()
    }

    async fn with(policy: Policy, address: &str) -> Page {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(policy).no_proxy().build().unwrap();
        let answer = client.get(address).send().await.unwrap();
        let status = answer.status().as_u16();
        let header =
            |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
                format!("{name}: {}\n", value.to_str().unwrap())
            };
        let headers = answer.headers().iter().map(header).collect();
        (status, headers, answer.text().await.unwrap())
    }
}
