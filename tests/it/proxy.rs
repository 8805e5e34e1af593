//! Proxies: used for what is beyond this machine, told apart from the server when they are in the way, and
//! never given away to it.

use wardroom_core::keys::{Keyring, Secret};
use wardroom_core::model::{NetworkSettings, ProxyPassword, ProxySettings, ServerAddress};
use wardroom_core::server::ProxyTrouble;
use wardroom_core::session::{Desk, Unlocked};
use wardroom_core::{Code, Error, server, sync};
use wardroom_sandbox::WebProxy;

use crate::front::{Front, Kind};
use crate::office::Office;

const HOST: &str = "vault.northwind.example";
const PASSWORD: &str = "p@ss:wörd/%41?#";

/// A server that can be reached through the proxy only.
struct Far {
    office: Office,
    front: Front,
    proxy: WebProxy,
}

impl Far {
    async fn away() -> Self {
        let office = Office::small().await;
        let front = Front::with(&office, HOST, Kind::Own).await;
        let proxy = WebProxy::start().await.unwrap();
        proxy.lead(HOST, front.place);
        Self { office, front, proxy }
    }

    fn settings(&self, scheme: &str, user: Option<&str>) -> NetworkSettings {
        let address = format!("{scheme}://{}", self.proxy.address());
        NetworkSettings {
            ca_cert: Some(self.front.root.clone()),
            proxy: ProxySettings::Manual { address, user: user.map(str::to_owned) },
            ..Default::default()
        }
    }

    async fn sign_in(&self, desk: &Desk) -> Result<Unlocked, Error> {
        let address = ServerAddress::parse(HOST).unwrap();
        let email = self.office.account("providerAdmin").email;
        desk.sign_in(&address, &email, self.office.password()).await
    }
}

#[tokio::test]
async fn a_proxy_with_a_password_leads_to_the_server_and_the_server_never_hears_of_it() {
    for scheme in ["http", "socks5h"] {
        let far = Far::away().await;
        far.proxy.ask_for("ann", PASSWORD);
        let desk = far.office.desk();
        let settings = far.settings(scheme, Some("ann"));
        let state = desk.set_network(settings, Some(Secret::new(PASSWORD))).await.unwrap();
        assert_eq!(state.proxy_password, ProxyPassword::Keyring);
        let unlocked = far.sign_in(&desk).await.unwrap();
        assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 3);

        let tunnels = far.proxy.tunnels();
        assert!(!tunnels.is_empty());
        for tunnel in tunnels {
            assert_eq!(
                (tunnel.status, tunnel.target.as_str()),
                (200, "vault.northwind.example:443")
            );
            assert_eq!(tunnel.user.as_deref(), Some("ann"));
        }
        let heard = far.front.heard();
        assert!(heard.contains("post /identity/connect/token"), "the server was there");
        assert!(!heard.contains("proxy-"), "the server learnt of the proxy");
    }
}

#[tokio::test]
async fn a_wrong_password_an_absent_proxy_and_an_absent_server_are_three_sentences() {
    for scheme in ["http", "socks5h"] {
        let far = Far::away().await;
        far.proxy.ask_for("ann", PASSWORD);
        let desk = far.office.desk();
        let mut seen = Vec::new();
        for given in [None, Some("ann")] {
            let wrong = given.map(|_| Secret::new("wrong"));
            desk.set_network(far.settings(scheme, given), wrong).await.unwrap();
            seen.push(far.sign_in(&desk).await.unwrap_err());
        }
        assert!(
            seen.iter().all(|error| matches!(trouble(error), ProxyTrouble::Password)),
            "{seen:?}"
        );
        assert!(far.proxy.tunnels().iter().all(|tunnel| tunnel.status == 407));

        desk.set_network(far.settings(scheme, Some("ann")), Some(Secret::new(PASSWORD)))
            .await
            .unwrap();
        far.proxy.lead(HOST, "127.0.0.1:1".parse().unwrap());
        let refused = far.sign_in(&desk).await.unwrap_err();
        assert!(matches!(trouble(&refused), ProxyTrouble::Refused), "{refused:?}");

        let settings = far.settings(scheme, None);
        drop(far.proxy);
        tokio::task::yield_now().await;
        desk.set_network(settings, None).await.unwrap();
        let address = ServerAddress::parse(HOST).unwrap();
        let gone = desk.sign_in(&address, "a@b.example", Secret::new("x")).await.unwrap_err();
        assert!(matches!(trouble(&gone), ProxyTrouble::Unreachable), "{gone:?}");
        for error in seen.iter().chain([&refused, &gone]) {
            assert_eq!(error.code(), Code::Offline);
            assert!(error.hint().is_some());
        }
        assert!(far.office.sandbox.requests().is_empty());
    }
}

#[tokio::test]
async fn something_that_is_no_proxy_is_told_as_that() {
    let far = Far::away().await;
    let desk = far.office.desk();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let proxy = ProxySettings::Manual { address, user: None };
    desk.set_network(NetworkSettings { proxy, ..Default::default() }, None).await.unwrap();
    let error = far.sign_in(&desk).await.unwrap_err();
    assert!(matches!(trouble(&error), ProxyTrouble::NotAProxy), "{error:?}");
}

#[tokio::test]
async fn this_machine_is_never_reached_through_a_proxy() {
    let office = Office::small().await;
    let front = Front::before(&office).await;
    let proxy = WebProxy::start().await.unwrap();
    proxy.lead("127.0.0.1", front.place);
    proxy.lead("localhost", front.place);
    let desk = office.desk();
    let settings = NetworkSettings {
        ca_cert: Some(front.root.clone()),
        proxy: ProxySettings::Manual { address: proxy.address(), user: None },
        ..Default::default()
    };
    desk.set_network(settings, None).await.unwrap();
    let email = office.account("providerAdmin").email;
    for address in [office.address(), front.address("localhost")] {
        desk.sign_in(&address, &email, office.password()).await.unwrap();
    }
    assert_eq!(proxy.tunnels(), []);
}

#[tokio::test]
async fn the_password_is_kept_by_the_keyring_alone() {
    let far = Far::away().await;
    far.proxy.ask_for("ann", PASSWORD);
    let desk = far.office.desk();
    let settings = far.settings("http", Some("ann"));
    desk.set_network(settings.clone(), Some(Secret::new(PASSWORD))).await.unwrap();
    far.sign_in(&desk).await.unwrap();
    for file in crate::office::files(&far.office.folder()) {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(PASSWORD.len()).any(|bytes| bytes == PASSWORD.as_bytes());
        assert!(!found, "the password is in {}", file.display());
    }
    // After a restart.
    let desk = far.office.desk();
    assert_eq!(desk.network().await.proxy_password, ProxyPassword::Keyring);
    far.sign_in(&desk).await.unwrap();

    let unchanged = desk.set_network(settings.clone(), None).await.unwrap();
    assert_eq!(unchanged.proxy_password, ProxyPassword::Keyring);
    let other = desk.set_network(far.settings("http", Some("bob")), None).await.unwrap();
    assert_eq!(other.proxy_password, ProxyPassword::None, "nobody else gets Ann's password");
    desk.set_network(settings, None).await.unwrap();
    let error = far.sign_in(&desk).await.unwrap_err();
    assert!(matches!(trouble(&error), ProxyTrouble::Password), "it is gone for good");
}

#[tokio::test]
async fn without_a_keyring_the_password_lives_until_the_program_ends() {
    let mut far = Far::away().await;
    far.office.keyring = Keyring::Off;
    far.proxy.ask_for("ann", PASSWORD);
    let desk = far.office.desk();
    let settings = far.settings("http", Some("ann"));
    let state = desk.set_network(settings, Some(Secret::new(PASSWORD))).await.unwrap();
    assert_eq!(state.proxy_password, ProxyPassword::UntilQuit);
    far.sign_in(&desk).await.unwrap();
    let restarted = far.office.desk();
    assert_eq!(restarted.network().await.proxy_password, ProxyPassword::None);
    assert!(far.sign_in(&restarted).await.is_err());
}

#[tokio::test]
async fn a_proxy_may_be_taken_and_left_while_an_account_is_open() {
    let far = Far::away().await;
    let desk = far.office.desk();
    desk.set_network(far.settings("http", None), None).await.unwrap();
    let unlocked = far.sign_in(&desk).await.unwrap();
    let directly = NetworkSettings { proxy: ProxySettings::None, ..far.settings("http", None) };
    desk.set_network(directly, None).await.unwrap();
    let before = far.proxy.tunnels().len();
    // The name exists at the proxy only.
    assert!(sync::refresh(&unlocked).await.is_err());
    assert_eq!(far.proxy.tunnels().len(), before);
    desk.set_network(far.settings("http", None), None).await.unwrap();
    sync::refresh(&unlocked).await.unwrap();
}

fn trouble(error: &Error) -> ProxyTrouble {
    match error {
        Error::Server(server::Error::Proxy(trouble)) => *trouble,
        other => panic!("not about the proxy: {other:?}"),
    }
}
