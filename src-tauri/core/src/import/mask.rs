//! Items as a list may show them.

use url::Url;

use crate::model::{Item, ItemKind, Login, MaskedItem, Text};

/// What a list shows of `item`; `item` and `findings` are its index and its number of findings, `folders`
/// the paths its folder indexes point into.
#[must_use]
pub fn masked(
    item: &Item,
    index: u32,
    folders: &[String],
    skipped: bool,
    findings: u32,
) -> MaskedItem {
    let none = Login::default();
    let login = if let ItemKind::Login(login) = &item.kind { login } else { &none };
    let username = match &item.kind {
        ItemKind::Identity(person) => person.username.as_ref().or(person.email.as_ref()),
        _ => login.username.as_ref(),
    };
    let path = |folder: &u32| folders.get(usize::try_from(*folder).ok()?).cloned();
    MaskedItem {
        item: index,
        row: item.row,
        kind: item.kind.name().to_owned(),
        name: item.name.expose().to_owned(),
        username: username.map(|name| mask_user(name.expose())).unwrap_or_default(),
        host: login.uris.first().map(|uri| host(uri.uri.expose())).unwrap_or_default(),
        folders: item.folders.iter().filter_map(path).collect(),
        file: item.file,
        codes: Vec::new(),
        severity: None,
        has_password: login.password.as_ref().is_some_and(|password| !Text::is_empty(password)),
        has_totp: login.totp.is_some(),
        has_notes: item.notes.is_some(),
        fields: u32::try_from(item.fields.len()).unwrap_or(u32::MAX),
        skipped,
        findings,
    }
}

/// `alice@acme.example` to `a•••@acme.example`, `alice` to `a•••`; the length stays hidden.
pub(super) fn mask_user(name: &str) -> String {
    let mut letters = name.chars();
    let Some(first) = letters.next() else { return String::new() };
    // Only what looks like an address keeps its end: some people's user names are passwords with an @.
    match name.rsplit_once('@') {
        Some((local, domain))
            if !local.is_empty() && domain.contains('.') && !domain.contains(' ') =>
        {
            format!("{first}•••@{domain}")
        }
        _ => format!("{first}•••"),
    }
}

/// The host alone: paths and queries of addresses may hold tokens.
pub(super) fn host(uri: &str) -> String {
    let parsed = Url::parse(uri).or_else(|_| Url::parse(&format!("http://{uri}")));
    parsed.ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Uri;

    #[test]
    fn a_list_shows_whom_an_item_belongs_to_but_no_secret() {
        let login = Login {
            username: Some("alice@acme.example".into()),
            password: Some("s3cret".into()),
            uris: vec![Uri { uri: "https://x.example:8443/p?token=s3cret".into(), matching: None }],
            ..Login::default()
        };
        let item = Item {
            kind: ItemKind::Login(login),
            name: "Mail".into(),
            notes: Some("s3cret".into()),
            folders: vec![1, 9],
            row: 7,
            ..Item::default()
        };
        let folders = ["A".to_owned(), "A/B".to_owned()];
        insta::assert_json_snapshot!(masked(&item, 3, &folders, false, 2));
    }

    #[test]
    fn user_names_keep_their_first_letter_and_their_domain_only() {
        assert_eq!(mask_user("alice"), "a•••");
        assert_eq!(mask_user("ü@example.com"), "ü•••@example.com");
        assert_eq!(mask_user("@example.com"), "@•••");
        assert_eq!(mask_user("pass@word"), "p•••");
        assert_eq!(mask_user(""), "");
    }

    #[test]
    fn the_host_is_shown_without_what_follows_it() {
        assert_eq!(host("localhost"), "localhost");
        assert_eq!(host("androidapp://com.example.app"), "com.example.app");
        assert_eq!(host("^https://.*"), "");
    }
}
