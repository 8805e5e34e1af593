//! Reads paths out of Rust source, as far as the borders need it.

/// How many `super::` lead from this file's module to the crate's root.
pub(super) fn depth(inside: &str) -> usize {
    let without_end = inside.trim_end_matches(".rs").trim_end_matches("/mod");
    without_end.split('/').count()
}

/// Every path that starts at the crate's root, groups taken apart: `crate::{a, b::{c, d}}` gives three.
pub(super) fn uses_of_crate(code: &str, depth: usize) -> Vec<String> {
    let from_root = "super::".repeat(depth);
    let mut found = Vec::new();
    for prefix in ["crate::", from_root.as_str()] {
        for (at, _) in code.match_indices(prefix) {
            let before = code.get(..at).unwrap_or_default();
            let begins = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            if begins {
                take_apart(code.get(at + prefix.len()..).unwrap_or_default(), "", &mut found);
            }
        }
    }
    found
}

/// Reads one path or group; returns what follows it.
fn take_apart<'a>(text: &'a str, before: &str, found: &mut Vec<String>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut inner) = text.strip_prefix('{') {
        loop {
            inner = take_apart(inner, before, found).trim_start();
            if let Some(next) = inner.strip_prefix(',') {
                inner = next;
            } else {
                return inner.strip_prefix('}').unwrap_or(inner);
            }
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    if word.is_empty() {
        // A glob, or the comma before a closing brace.
        return rest.strip_prefix('*').unwrap_or(rest);
    }
    let path = if before.is_empty() { word.to_owned() } else { format!("{before}::{word}") };
    if let Some(deeper) = rest.strip_prefix("::") {
        return take_apart(deeper, &path, found);
    }
    found.push(path);
    skip_alias(rest)
}

/// Steps over ` as name`, so that a group goes on behind it.
fn skip_alias(rest: &str) -> &str {
    match rest.trim_start().strip_prefix("as ") {
        Some(alias) => alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'),
        None => rest,
    }
}

/// Whether a crate is named: at the start of a path, in `use name;` or `use name as`.
pub(super) fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code.get(..at).unwrap_or_default();
        let after = code.get(at + name.len()..).unwrap_or_default();
        let part_of_a_word = |c: char| c.is_alphanumeric() || c == '_';
        // `keys::keyring::load` is a path of ours, `::keyring::load` and `<keyring::X` are the crate's.
        let path = before.strip_suffix("::").unwrap_or_default();
        let begins = !before.ends_with(part_of_a_word) && !path.ends_with(part_of_a_word);
        let line = before.trim_end();
        let imported = line.ends_with("use") || line.ends_with("extern crate");
        begins && (after.starts_with("::") || (imported && !after.starts_with(part_of_a_word)))
    })
}

/// The text without `//` comments; a `//` inside a string such as `https://` is kept.
pub(super) fn without_comments(text: &str) -> String {
    let line = |line: &str| match line.find("//") {
        Some(at) if line.get(..at).is_some_and(|code| code.matches('"').count() % 2 == 0) => {
            line.get(..at).unwrap_or_default().to_owned()
        }
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Everything before the tests of a file: they stand last, by habit and by clippy.
pub(super) fn without_tests(code: &str) -> &str {
    const MARK: &str = "#[cfg(test)]";
    let tests = code.match_indices(MARK).find(|(at, _)| {
        let rest = code.get(at + MARK.len()..).unwrap_or_default().trim_start();
        // `mod tests;` and a helper marked for tests alone do not end the code.
        let name = rest.strip_prefix("mod ");
        name.is_some_and(|rest| {
            rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_')
                .trim_start()
                .starts_with('{')
        })
    });
    tests.and_then(|(at, _)| code.get(..at)).unwrap_or(code)
}
