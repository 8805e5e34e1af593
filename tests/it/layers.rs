//! Who may use whom (docs/architecture.md), held by reading the source itself.
//!
//! A border that only a reviewer holds is gone within a year. The checker is a plain function over texts,
//! so that the tests at the end can show it samples it must refuse.

mod paths;
mod tree;

use paths::{depth, names_crate, uses_of_crate, without_comments, without_tests};
use tree::{Source, sources};

/// Rooms of core and what each may name with `crate::`. A room may always name itself and the shared
/// words at the crate's root (`Code`, `Error`, `CLIENT_VERSION` …).
const ROOMS: [(&str, &[&str]); 14] = [
    ("model", &[]),
    ("keys", &["model"]),
    ("server", &["model"]),
    ("store", &["model"]),
    ("session", &["model", "keys", "server", "store"]),
    ("sync", FLOORS_BELOW),
    ("admin", FLOORS_BELOW),
    ("import", &["model", "keys", "server", "store", "session", "health"]),
    ("send", FLOORS_BELOW),
    ("events", FLOORS_BELOW),
    ("health", &["model", "store"]),
    ("triage", &["model", "store"]),
    ("outbox", &["model", "keys", "server", "store", "session", "admin", "import", "send"]),
    // Gathers the errors of every room.
    ("error", &["model", "keys", "server", "store", "session", "sync", "import", "admin", "send"]),
];

const FLOORS_BELOW: &[&str] = &["model", "keys", "server", "store", "session"];

/// Values of another room that may be passed through, each for a reason.
const PASSED_THROUGH: [(&str, &str, &str); 3] = [
    ("server", "keys::Secret", "tokens and hashes travel wrapped"),
    ("store", "keys::Secret", "a sealed column's opened text stays wrapped"),
    ("store", "keys::DatabaseKey", "the file is opened with it; its bytes stay inside"),
];

/// Crates that only one place may name.
const OWNED: [(&str, &[&str]); 10] = [
    ("bitwarden_crypto", &["src-tauri/core/src/keys/"]),
    // Base64, which SSH keys are written in too.
    ("bitwarden_encoding", &["src-tauri/core/src/keys/", "src-tauri/core/src/import/formats/"]),
    ("keyring", &["src-tauri/core/src/keys/"]),
    ("keyring_core", &["src-tauri/core/src/keys/", "tests/it/", "tests/kill/"]),
    ("sqlx", &["src-tauri/core/src/store/", "tests/it/", "benches/"]),
    ("reqwest", &["src-tauri/core/src/server/", "src-tauri/sandbox/tests/", "tests/it/"]),
    ("tokio_tungstenite", &["src-tauri/core/src/server/", "src-tauri/sandbox/tests/"]),
    ("rmpv", &["src-tauri/core/src/server/", "src-tauri/sandbox/tests/"]),
    ("tauri", &["src-tauri/shell/"]),
    ("wardroom_shell", &["src-tauri/shell/main.rs"]),
];

/// What a folder may never name, tests included.
const STRANGERS: [(&str, &[&str]); 4] = [
    ("src-tauri/sandbox/", &["wardroom_core", "wardroomctl"]),
    ("src-tauri/xtask/", &["wardroom_core", "wardroom_sandbox", "wardroomctl"]),
    ("src-tauri/core/", &["wardroomctl"]),
    ("src-tauri/cli/", &["wardroom_shell"]),
];

/// Dependency lines a manifest may not have in front of its `[dev-dependencies]`.
const MANIFESTS: [(&str, &[&str]); 4] = [
    ("src-tauri/core/Cargo.toml", &["tauri", "wardroom-sandbox"]),
    ("src-tauri/cli/Cargo.toml", &["tauri", "wardroom-sandbox"]),
    ("src-tauri/sandbox/Cargo.toml", &["tauri", "wardroom-core"]),
    ("src-tauri/xtask/Cargo.toml", &["tauri", "wardroom-core", "wardroom-sandbox"]),
];

/// Longest file, without its tests, before it must be split.
const LONGEST: usize = 400;

#[test]
fn every_room_keeps_to_the_rooms_below_it() {
    let sources = sources();
    assert!(sources.len() > 40, "the tree was not found: {} files", sources.len());
    let found: Vec<String> = sources.iter().flat_map(trespasses).collect();
    assert!(found.is_empty(), "docs/architecture.md draws these borders:\n{}", found.join("\n"));
}

#[test]
fn no_file_outgrows_a_readers_patience_or_is_left_unfinished() {
    let found: Vec<String> = sources().iter().flat_map(blemishes).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn is_rust(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|ending| ending == "rs")
}

fn trespasses(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let path = source.path.as_str();
    if path.ends_with("Cargo.toml") {
        return manifest_trespasses(source);
    }
    if !is_rust(path) {
        return found;
    }
    let code = without_comments(&source.text);
    for (name, homes) in OWNED {
        if names_crate(&code, name) && !homes.iter().any(|home| path.starts_with(home)) {
            found.push(format!("{path}: `{name}` is named in {} only", homes.join(" and ")));
        }
    }
    for (folder, strangers) in STRANGERS {
        for name in strangers.iter().filter(|_| path.starts_with(folder)) {
            if names_crate(&code, name) {
                found.push(format!("{path}: nothing under {folder} may know `{name}`"));
            }
        }
    }
    if names_crate(untested(path, &code), "wardroom_sandbox")
        && path.starts_with("src-tauri/core/src")
    {
        found.push(format!("{path}: the fake world serves core's tests, never core"));
    }
    found.extend(room_trespasses(path, &code));
    found
}

fn manifest_trespasses(source: &Source) -> Vec<String> {
    let strangers = MANIFESTS.iter().filter(|(path, _)| *path == source.path);
    let text = source.text.split("[dev-dependencies]").next().unwrap_or_default();
    let named = |name: &&&str| {
        text.lines().any(|line| {
            line.strip_prefix(**name).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
        })
    };
    strangers
        .flat_map(|(_, names)| names.iter())
        .filter(named)
        .map(|name| format!("{}: may not depend on {name}", source.path))
        .collect()
}

fn room_trespasses(path: &str, code: &str) -> Vec<String> {
    let Some(inside) = path.strip_prefix("src-tauri/core/src/") else { return Vec::new() };
    let room = inside.split(['/', '.']).next().unwrap_or_default();
    if room == "lib" {
        return Vec::new();
    }
    let Some((_, below)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{path}: `{room}` is a new room; give it a floor in {}", file!())];
    };
    let depth = depth(inside);
    let allowed = |used: &str| {
        let first = used.split("::").next().unwrap_or_default();
        let is_room = ROOMS.iter().any(|(name, _)| *name == first);
        let passed = PASSED_THROUGH
            .iter()
            .any(|(from, value, _)| *from == room && (used == *value || starts_path(used, value)));
        // `error` holds the words every room answers with.
        !is_room || first == room || first == "error" || below.contains(&first) || passed
    };
    uses_of_crate(untested(path, code), depth)
        .into_iter()
        .filter(|used| !allowed(used))
        .map(|used| format!("{path}: `{room}` may not use `{used}`"))
        .collect()
}

/// The part of a file that is no test: nothing of a `tests.rs`, else all before the tests.
fn untested<'a>(path: &str, code: &'a str) -> &'a str {
    if path.ends_with("/tests.rs") { "" } else { without_tests(code) }
}

fn starts_path(used: &str, value: &str) -> bool {
    used.strip_prefix(value).is_some_and(|rest| rest.starts_with("::"))
}

fn blemishes(source: &Source) -> Vec<String> {
    let path = source.path.as_str();
    let mut found = Vec::new();
    let is_code = [".rs", ".ts", ".svelte", ".mjs"].iter().any(|end| path.ends_with(end));
    let lines = untested(path, &source.text).lines().count();
    if is_code && lines > LONGEST {
        found.push(format!("{path}: {lines} lines without its tests; split it ({LONGEST})"));
    }
    // Put together here, or this file would accuse itself.
    let unfinished = [["to", "do!("].concat(), ["unimple", "mented!("].concat()];
    let ignored =
        [["#[ign", "ore"].concat(), ["it.sk", "ip("].concat(), ["test.sk", "ip("].concat()];
    let folders = [["/wo", "rk/"].concat(), ["/ro", "ot/"].concat(), ["C:\\Us", "ers\\"].concat()];
    let code = if is_rust(path) { without_comments(&source.text) } else { source.text.clone() };
    for needle in unfinished.iter().chain(&ignored).filter(|_| is_code) {
        if code.contains(needle) {
            found.push(format!("{path}: `{needle}` is left"));
        }
    }
    for needle in folders.iter().filter(|needle| names_folder(&source.text, needle)) {
        found.push(format!("{path}: names a folder of one machine, {needle}"));
    }
    found
}

/// Whether an absolute path starts here, not a part of an address or of a longer path.
fn names_folder(text: &str, folder: &str) -> bool {
    text.match_indices(folder).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        !before.ends_with(|c: char| c.is_alphanumeric() || "._-*)}>~".contains(c))
    })
}

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn the_checker_sees_every_way_to_trespass() {
    let bad = [
        ("src-tauri/core/src/model/item.rs", "use crate::keys::Secret;"),
        ("src-tauri/core/src/model/mod.rs", "use super::store;"),
        ("src-tauri/core/src/keys/ring.rs", "use super::super::server::Server;"),
        ("src-tauri/core/src/keys/ring.rs", "fn f(s: &crate::store::Store) {}"),
        ("src-tauri/core/src/server/mod.rs", "use crate::{Code, store::Store};"),
        ("src-tauri/core/src/store/mod.rs", "use crate::keys::{DatabaseKey, KeyRing};"),
        ("src-tauri/core/src/store/mod.rs", "use crate::{model::{Client as C, Item}, keys};"),
        ("src-tauri/core/src/session/mod.rs", "use crate::sync::refresh;"),
        ("src-tauri/core/src/sync.rs", "use crate::import::staging;"),
        ("src-tauri/core/src/import/upload.rs", "use crate::outbox::Outbox;"),
        ("src-tauri/core/src/health.rs", "use crate::server::Server;"),
        ("src-tauri/core/src/parlour.rs", ""),
        ("src-tauri/core/src/import/upload.rs", "use bitwarden_crypto::EncString;"),
        ("src-tauri/core/src/sync.rs", "fn f() { sqlx::query(\"\"); }"),
        ("src-tauri/core/src/session/mod.rs", "use reqwest::Client;"),
        ("src-tauri/core/src/session/mod.rs", "use wardroom_sandbox::Sandbox;"),
        ("src-tauri/core/src/session/mod.rs", "use tauri::State;"),
        ("src-tauri/cli/src/main.rs", "use tauri;"),
        ("src-tauri/sandbox/src/world.rs", "use wardroom_core::model::Item;"),
        ("src-tauri/xtask/src/main.rs", "use wardroom_core as core;"),
        ("src-tauri/sandbox/Cargo.toml", "[dependencies]\nwardroom-core.workspace = true\n"),
        ("src-tauri/core/Cargo.toml", "[dependencies]\ntauri = \"2\"\n"),
    ];
    for (path, text) in bad {
        assert!(!trespasses(&source(path, text)).is_empty(), "{path} got away with: {text}");
    }
}

#[test]
fn the_checker_lets_honest_code_pass() {
    let good = [
        ("src-tauri/core/src/store/mod.rs", "use crate::keys::DatabaseKey;\nuse crate::Code;"),
        ("src-tauri/core/src/store/client.rs", "use super::{Error, Store};"),
        ("src-tauri/core/src/import/formats/mod.rs", "use super::Error;\nuse super::super::keys;"),
        (
            "src-tauri/core/src/keys/ring.rs",
            "// sqlx::query is another room's\nuse bitwarden_crypto::X;",
        ),
        (
            "src-tauri/core/src/model/item.rs",
            "#[cfg(test)]\nmod tests { use crate::keys::Secret; }",
        ),
        ("src-tauri/core/src/sync.rs", "use crate::{Error, session::Unlocked, store::clients};"),
        ("src-tauri/core/src/session/ring.rs", "use crate::keys::keyring::load;"),
        ("src-tauri/core/Cargo.toml", "[dev-dependencies]\nwardroom-sandbox.workspace = true\n"),
        ("src-tauri/shell/app.rs", "use tauri::State;"),
    ];
    for (path, text) in good {
        let found = trespasses(&source(path, text));
        assert!(found.is_empty(), "{path} was accused of {found:?}: {text}");
    }
}

#[test]
fn the_checker_sees_blemishes() {
    let long = "let x = 1;\n".repeat(LONGEST + 1);
    let tested = format!("let x = 1;\n#[cfg(test)]\nmod tests {{\n{long}}}");
    let unfinished = ["fn f() { to", "do!() }"].concat();
    let at_home = ["const HOME: &str = \"/ro", "ot/x\";"].concat();
    let in_address = ["// https://example.org/ro", "ot/x"].concat();
    let ignored = ["#[ign", "ore]\nfn f() {}"].concat();
    for bad in [&long, &unfinished, &at_home, &ignored] {
        assert!(!blemishes(&source("a.rs", bad)).is_empty(), "{bad:.40}");
    }
    for good in [&tested, &in_address] {
        let found = blemishes(&source("a.rs", good));
        assert!(found.is_empty(), "{found:?}");
    }
}
