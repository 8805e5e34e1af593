//! Whether everything we build on may be part of a GPL-3.0-only program.
//!
//! The list of accepted licences is the one in `deny.toml`, so that this look, which needs nothing
//! installed, and `cargo deny` in the hosted CI can never disagree about it.

use std::fs;

use serde_json::Value;

use crate::run::{cargo, command, read, root};
use crate::stop::{Answer, Stop};

/// The page's own dependencies that `deny.toml` cannot speak for, with the reason.
const PAGE_ONLY: [&str; 3] = [
    "OFL-1.1",       // fonts: may be bundled with any program, never sold alone
    "BlueOak-1.0.0", // permissive; build tools only
    "Python-2.0",    // a build tool's argument parser; not in what we ship
];

/// Looks at every Rust package for this platform and every npm package of the page.
pub(crate) fn are_allowed() -> Answer {
    let allowed = allowed(&text_of("deny.toml")?);
    let mut refused = rust_packages(&allowed)?;
    refused.extend(page_packages(&allowed)?);
    if refused.is_empty() {
        return Ok(());
    }
    Err(Stop::Wrong(format!("licences not in deny.toml:\n  {}", refused.join("\n  "))))
}

fn text_of(file: &str) -> Result<String, Stop> {
    fs::read_to_string(root().join(file)).map_err(Stop::io(format!("reading {file}")))
}

fn rust_packages(allowed: &[String]) -> Result<Vec<String>, Stop> {
    let mut metadata = cargo(&["metadata", "--format-version", "1", "--filter-platform"]);
    metadata.arg(host()?);
    let answer = parsed(&read(metadata)?)?;
    let packages = answer.get("packages").and_then(Value::as_array).into_iter().flatten();
    Ok(refused(packages.map(|package| (text(package, "name"), text(package, "license"))), allowed))
}

fn page_packages(allowed: &[String]) -> Result<Vec<String>, Stop> {
    let lock = parsed(&text_of("ui/package-lock.json")?)?;
    let mut allowed = allowed.to_vec();
    allowed.extend(PAGE_ONLY.map(str::to_owned));
    let packages = lock.get("packages").and_then(Value::as_object).into_iter().flatten();
    let named = packages.filter(|(path, _)| !path.is_empty());
    Ok(refused(named.map(|(path, package)| (path.as_str(), text(package, "license"))), &allowed))
}

fn refused<'a>(
    packages: impl Iterator<Item = (&'a str, &'a str)>,
    allowed: &[String],
) -> Vec<String> {
    packages
        .filter(|(_, licence)| !may(licence, allowed))
        .map(|(name, licence)| {
            format!("{name}: {}", if licence.is_empty() { "none" } else { licence })
        })
        .collect()
}

fn parsed(text: &str) -> Result<Value, Stop> {
    serde_json::from_str(text).map_err(|error| Stop::Wrong(format!("not JSON: {error}")))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The platform rustc builds for here.
fn host() -> Result<String, Stop> {
    let mut rustc = command("rustc");
    rustc.arg("-vV");
    let version = read(rustc)?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).ok_or_else(|| Stop::Wrong("rustc names no host".to_owned()))
}

/// The strings of `[licenses] allow` in `deny.toml`: one per line, as that file is written.
fn allowed(deny: &str) -> Vec<String> {
    let section = deny.split("\n[licenses]").nth(1).unwrap_or_default();
    let list = section.split("\nallow = [").nth(1).unwrap_or_default();
    list.lines()
        .skip(1)
        .map(str::trim)
        .take_while(|line| !line.starts_with(']'))
        .filter_map(|line| line.strip_prefix('"')?.split('"').next().map(str::to_owned))
        .collect()
}

/// Whether an SPDX expression can be met by the accepted licences alone.
///
/// `OR` needs one side, `AND` both; the old `/` of crates.io means `OR`. `AND` binds closer (SPDX 2.3,
/// annex D).
fn may(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    !rest.is_empty() && either(&mut rest, allowed) && rest.is_empty()
}

fn either(rest: &mut &[&str], allowed: &[String]) -> bool {
    let mut met = both(rest, allowed);
    while let ["OR", after @ ..] = *rest {
        *rest = after;
        // Not `||`: the right side must be read even when it decides nothing.
        met |= both(rest, allowed);
    }
    met
}

fn both(rest: &mut &[&str], allowed: &[String]) -> bool {
    let mut met = one(rest, allowed);
    while let ["AND", after @ ..] = *rest {
        *rest = after;
        met &= one(rest, allowed);
    }
    met
}

fn one(rest: &mut &[&str], allowed: &[String]) -> bool {
    match *rest {
        ["(", inner @ ..] => {
            *rest = inner;
            let met = either(rest, allowed);
            let closed = rest.split_off_first() == Some(&")");
            met && closed
        }
        [licence, "WITH", exception, after @ ..] => {
            *rest = after;
            allowed.contains(&format!("{licence} WITH {exception}"))
        }
        [licence, after @ ..] => {
            *rest = after;
            allowed.iter().any(|name| name == licence)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn one_acceptable_choice_is_enough_but_every_duty_must_be_met() {
        let allowed = list(&["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"]);
        for good in [
            "MIT",
            "MIT OR Proprietary",
            "Proprietary/MIT",
            "(Proprietary OR MIT) AND Zlib",
            "Apache-2.0 WITH LLVM-exception OR Proprietary",
        ] {
            assert!(may(good, &allowed), "{good}");
        }
        for bad in ["", "Proprietary", "MIT AND Proprietary", "(MIT OR Zlib", "Apache-2.0"] {
            assert!(!may(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn the_accepted_licences_are_read_from_deny_toml() {
        let deny = "[bans]\nallow = [\n    \"x\",\n]\n\n[licenses]\nconfidence-threshold = 0.9\n\
                    allow = [\n    \"MIT\", # common\n    # a comment\n    \"ISC\",\n]\n";
        assert_eq!(allowed(deny), ["MIT", "ISC"]);
    }

    #[test]
    fn a_package_without_a_licence_is_refused_by_name() {
        let found = refused([("left-pad", "")].into_iter(), &list(&["MIT"]));
        assert_eq!(found, ["left-pad: none"]);
    }
}
