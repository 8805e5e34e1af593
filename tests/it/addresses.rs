//! Server addresses: whatever is typed, nothing goes out in clear and nothing goes to another server than the
//! one that is shown; services may live at addresses of their own.

use std::net::IpAddr;
use std::time::Duration;

use wardroom_core::keys::Secret;
use wardroom_core::model::{
    ServerAddress, ServerAddressError, ServerSettings, parse_proxy_address,
};
use wardroom_core::session::Step;
use wardroom_core::{Code, Error, server, sync};

use crate::office::Office;

fn at(address: &str) -> ServerSettings {
    let address = address.to_owned();
    ServerSettings { address, vault: None, api: None, identity: None, notifications: None }
}

#[tokio::test]
async fn services_at_addresses_of_their_own_are_found_there_also_after_a_restart() {
    let office = Office::small().await;
    let url = office.sandbox.url();
    let settings = ServerSettings {
        api: Some(format!("{url}/api/")),
        identity: Some(format!(" {url}/identity")),
        // As without it: need not be kept.
        notifications: Some("https://vault.northwind.example/notifications".to_owned()),
        vault: Some(String::new()),
        ..at("vault.northwind.example/")
    };
    let account = office.account("providerAdmin");
    let mut attempt = office.desk().attempt(&settings, &account.email).unwrap();
    let step = attempt.with_password(Secret::new(account.password)).await.unwrap();
    let Step::Done(unlocked) = step else { panic!("nothing more is asked: {step:?}") };
    assert_eq!(unlocked.account().server, "https://vault.northwind.example");
    sync::refresh(&unlocked).await.unwrap();
    unlocked.lock().await.unwrap();

    let card = std::fs::read_to_string(office.account_folder().join("card.json")).unwrap();
    let card: serde_json::Value = serde_json::from_str(&card).unwrap();
    assert_eq!(card["services"]["api"], format!("{url}/api"));
    assert_eq!(card["services"]["notifications"], serde_json::Value::Null);
    let locked = office.locked();
    assert!(locked.reach(Duration::from_secs(5)).await.unwrap());
    let unlocked = locked.unlock(office.password()).await.unwrap();
    assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 3);
}

#[tokio::test]
async fn a_card_without_addresses_of_services_says_nothing_of_them() {
    let office = Office::small().await;
    office.sign_in().await.lock().await.unwrap();
    let card = std::fs::read_to_string(office.account_folder().join("card.json")).unwrap();
    assert!(!card.contains("services"), "{card}");
}

#[test]
fn an_address_of_a_service_must_be_as_safe_as_the_servers() {
    let with = |api: &str| ServerSettings { api: Some(api.to_owned()), ..at("us") };
    let api = |typed: &str| with(typed).endpoints().map(|endpoints| endpoints.api);
    assert_eq!(api("http://api.acme.example"), Err(ServerAddressError::NotSecure));
    assert_eq!(api("http://localhost:80@evil.example"), Err(ServerAddressError::NotAnAddress));
    assert_eq!(api("us"), Ok("https://us".into()), "a region is no address of a service");
    assert_eq!(api("https://api.bitwarden.com/"), Ok("https://api.bitwarden.com".into()));
    assert_eq!(api("  "), Ok("https://api.bitwarden.com".into()));
    assert_eq!(with("https://api.bitwarden.com").normal().unwrap(), at("us"));
}

#[tokio::test]
async fn a_redirect_is_told_with_where_it_leads_and_is_not_followed() {
    let elsewhere = "https://sso.acme.example:8443/login?token=secret";
    for (location, named) in
        [(elsewhere, "https://sso.acme.example:8443"), ("/login", "another of its pages")]
    {
        let office = Office::small().await;
        let server = sends_on(location).await;
        let signing_in = office.desk().sign_in(&server, "ann@acme.example", Secret::new("x")).await;
        let error = signing_in.unwrap_err();
        let Error::Server(server::Error::Redirected { to }) = &error else { panic!("{error:?}") };
        assert_eq!(to, named);
        let failure = error.failure();
        assert_eq!(failure.code, Code::InputRefused);
        assert!(failure.message.contains(named) && !failure.message.contains("secret"));
        assert!(failure.hint.is_some());
    }
}

async fn sends_on(location: &str) -> ServerAddress {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let _ = client.read(&mut [0; 4096]).await;
            let _ = client.write_all(answer.as_bytes()).await;
        }
    });
    ServerAddress::parse(&address).unwrap()
}

#[test]
fn known_tricks_are_refused_or_seen_through() {
    for trick in [
        "https://bitwarden.com@evil.example",
        "https://@evil.example",
        "https://bitwarden.com:443@evil.example/",
        "http://localhost:80@evil.example",
        "https://evil.example\\@bitwarden.com",
        "https:\\\\evil.example",
        "http:/evil.example",
        "https:evil.example",
        "https://ev\til.example",
        "https://bitwarden.com\n.evil.example",
        "https://bit warden.com",
        "javascript://evil.example/%0aalert(1)",
        "file:///etc/passwd",
        "//",
        "https://",
        "https://[::1",
        "https://evil.example:99999",
        "https://\u{2066}evil.example",
    ] {
        assert_eq!(ServerAddress::parse(trick), Err(ServerAddressError::NotAnAddress), "{trick:?}");
    }
    for clear in [
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://0.0.0.0",
        "http://10.0.0.1",
        "http://[::ffff:10.0.0.1]",
        "HTTP://evil.example",
    ] {
        assert_eq!(ServerAddress::parse(clear), Err(ServerAddressError::NotSecure), "{clear:?}");
    }
    let shown = |typed: &str| ServerAddress::parse(typed).unwrap().to_string();
    assert_eq!(shown("https://bitwarden.com:8443"), "https://bitwarden.com:8443", "another server");
    assert_eq!(shown("https://vault.bitwarden.com/#/login"), "us");
    assert_eq!(shown("bitwarden.com.evil.example"), "https://bitwarden.com.evil.example");
    assert_eq!(shown("https://bitwardеn.com"), "https://xn--bitwardn-i8g.com", "Cyrillic е");
    assert_eq!(shown("https://BÜRO.example/BW/?x#y"), "https://xn--bro-hoa.example/BW");
    assert_eq!(shown("http://[::1]:8080/"), "http://[::1]:8080");
    assert_eq!(shown("http://2130706433"), "http://127.0.0.1");
}

/// Copies of the pieces below, put together at random. `WARDROOM_FUZZ_ROUNDS` asks for more.
const ROUNDS: u64 = 60_000;

const PIECES: [&str; 64] = [
    "http",
    "https",
    "HTTP",
    "ftp",
    "javascript",
    "us",
    "eu",
    ":",
    "://",
    "//",
    "/",
    "\\",
    "@",
    "?",
    "#",
    "[",
    "]",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[fe80::1%25eth0]",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "0177.0.0.1",
    "2130706433",
    "10.0.0.1",
    "0",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "evil.example",
    "bitwarden.com",
    "vault.bitwarden.eu",
    "bücher.example",
    "bitwardеn.com",
    "xn--",
    "xn--bcher-kva",
    "。",
    "%2e",
    "%40",
    "%00",
    "%2F",
    "%",
    "..",
    "/..",
    "/./",
    ".",
    ",",
    "-",
    ":0",
    ":443",
    ":80",
    ":8080",
    ":99999",
    ":",
    " ",
    "\t",
    "\n",
    "\u{200b}",
    "\u{ad}",
    "\u{202e}",
    "ß",
    "user:pw",
    "a",
];

#[test]
fn whatever_is_typed_nothing_leaves_in_clear_and_what_is_shown_is_what_is_used() {
    let mut dice = Dice(7);
    let asked = std::env::var("WARDROOM_FUZZ_ROUNDS").ok();
    let rounds = asked.map_or(ROUNDS, |asked| asked.parse().expect("a number of rounds"));
    let mut accepted = 0;
    for _ in 0..rounds {
        let (one, other) = (dice.text(), dice.text());
        if let Ok(address) = ServerAddress::parse(&one) {
            accepted += 1;
            let shown = address.to_string();
            assert_eq!(ServerAddress::parse(&shown), Ok(address.clone()), "{one:?}");
            let endpoints = address.endpoints();
            for used in
                [endpoints.vault, endpoints.api, endpoints.identity, endpoints.notifications]
            {
                assert_safe(&used, &one);
            }
        }
        let settings = ServerSettings { api: Some(other.clone()), ..at(&one) };
        if let Ok(normal) = settings.normal() {
            assert_eq!(normal.normal().as_ref(), Ok(&normal), "{one:?} {other:?}");
            assert_eq!(normal.endpoints(), settings.endpoints());
            assert_safe(&normal.endpoints().unwrap().api, &other);
        }
        if let Ok(proxy) = parse_proxy_address(&one) {
            assert_eq!(parse_proxy_address(&proxy).as_ref(), Ok(&proxy), "{one:?}");
            assert!(!proxy.contains('@'), "{one:?}");
        }
    }
    assert!(
        accepted > rounds / 100,
        "{accepted} of {rounds} were addresses: too few to prove anything"
    );
}

/// What a careful reader of the standard would check, not what the code under test does.
fn assert_safe(used: &str, typed: &str) {
    let url = url::Url::parse(used).unwrap_or_else(|_| panic!("{typed:?} became {used:?}"));
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    assert!(url.scheme() == "https" || url.scheme() == "http" && here, "{typed:?} became {used:?}");
    assert!(!host.is_empty() && url.username().is_empty() && url.password().is_none());
    assert!(url.query().is_none() && url.fragment().is_none(), "{typed:?} became {used:?}");
    assert!(!used.ends_with('/') && used.is_ascii(), "{typed:?} became {used:?}");
    assert_eq!(url.as_str().trim_end_matches('/'), used, "{typed:?}: not the form it is sent in");
}

/// Repeatable numbers (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) >> 33).expect("31 bits") % sides.max(1)
    }

    /// Half of them begin like an address, or hardly any would be one.
    fn text(&mut self) -> String {
        let begin = ["https://", "http://", "", ""][self.roll(4)];
        (0..self.roll(6)).fold(begin.to_owned(), |text, _| text + PIECES[self.roll(PIECES.len())])
    }
}
