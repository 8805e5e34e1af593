//! What of a staged item a list may show.

use crate::model::{Item, ItemKind, Login, MaskedItem, Text};

/// Masks one item; `folders` is the staging's list of paths.
pub(super) fn mask(index: u32, item: &Item, folders: &[String]) -> MaskedItem {
    let login = login_of(item);
    MaskedItem {
        item: index,
        row: item.row,
        kind: kind_name(&item.kind).to_owned(),
        name: item.name.expose().to_owned(),
        username: username_of(item).map(mask_username).unwrap_or_default(),
        host: login.and_then(|login| login.uris.first()).map(|u| host(&u.uri)).unwrap_or_default(),
        folders: item
            .folders
            .iter()
            .filter_map(|folder| folders.get(usize::try_from(*folder).ok()?).cloned())
            .collect(),
        has_password: login.is_some_and(|login| present(login.password.as_ref())),
        has_totp: login.is_some_and(|login| present(login.totp.as_ref())),
        has_notes: present(item.notes.as_ref()),
        fields: u32::try_from(item.fields.len()).unwrap_or(u32::MAX),
        skipped: false,
        findings: 0,
    }
}

fn login_of(item: &Item) -> Option<&Login> {
    match &item.kind {
        ItemKind::Login(login) => Some(login),
        _ => None,
    }
}

fn kind_name(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Login(_) => "login",
        ItemKind::Note => "note",
        ItemKind::Card(_) => "card",
        ItemKind::Identity(_) => "identity",
        ItemKind::SshKey(_) => "sshKey",
    }
}

fn username_of(item: &Item) -> Option<&str> {
    let text = match &item.kind {
        ItemKind::Login(login) => login.username.as_ref(),
        ItemKind::Identity(identity) => identity.username.as_ref().or(identity.email.as_ref()),
        ItemKind::Note | ItemKind::Card(_) | ItemKind::SshKey(_) => None,
    };
    text.map(Text::expose).filter(|text| !text.is_empty())
}

fn present(text: Option<&Text>) -> bool {
    text.is_some_and(|text| !text.is_empty())
}

/// `ann@acme.example` becomes `a•••@acme.example`, `administrator` becomes `a•••r`. Nothing of a short
/// name is shown: two letters of four are half of it.
fn mask_username(name: &str) -> String {
    if let Some((local, domain)) = name.rsplit_once('@')
        && let Some(first) = local.chars().next()
    {
        return format!("{first}•••@{domain}");
    }
    match (name.chars().next(), name.chars().next_back()) {
        (Some(first), Some(last)) if name.chars().count() > 4 => format!("{first}•••{last}"),
        _ => "•••".to_owned(),
    }
}

/// The host alone: paths and queries of addresses hold tokens more often than one would think.
fn host(address: &Text) -> String {
    let text = address.expose().trim();
    let parsed = if text.contains("://") {
        url::Url::parse(text)
    } else {
        url::Url::parse(&format!("https://{text}"))
    };
    parsed.ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Uri;

    #[test]
    fn the_middle_of_a_user_name_stays_hidden() {
        assert_eq!(mask_username("ann@acme.example"), "a•••@acme.example");
        assert_eq!(mask_username("administrator"), "a•••r");
        assert_eq!(mask_username("root"), "•••");
        assert_eq!(mask_username("@acme"), "@•••e");
        assert_eq!(mask_username("ürün@acme.example"), "ü•••@acme.example");
    }

    #[test]
    fn an_address_shows_its_host_and_nothing_that_follows() {
        let shown = |text: &str| host(&Text::from(text));
        assert_eq!(
            shown("https://user:pw@portal.acme.example/reset?token=1"),
            "portal.acme.example"
        );
        assert_eq!(shown("portal.acme.example/a"), "portal.acme.example");
        assert_eq!(shown("not an address"), "");
    }

    #[test]
    fn a_masked_item_says_what_there_is_and_not_what_it_is() {
        let item = Item {
            kind: ItemKind::Login(Login {
                username: Some("ann@acme.example".into()),
                password: Some("hunter2".into()),
                totp: Some("JBSWY3DPEHPK3PXP".into()),
                uris: vec![Uri { uri: "https://acme.example/x".into(), matching: None }],
                ..Login::default()
            }),
            name: "Portal".into(),
            notes: Some("behind the picture".into()),
            folders: vec![1, 7],
            row: 4,
            ..Item::default()
        };
        let masked = mask(2, &item, &["Mail".to_owned(), "Web".to_owned()]);
        assert_eq!((masked.item, masked.row, masked.kind.as_str()), (2, 4, "login"));
        assert_eq!(masked.folders, ["Web"], "an index without a path is left out");
        assert!(masked.has_password && masked.has_totp && masked.has_notes);
        let shown = format!("{masked:?}");
        for hidden in ["hunter2", "JBSWY3DPEHPK3PXP", "behind", "ann@", "/x"] {
            assert!(!shown.contains(hidden), "{hidden} must not be in a masked item");
        }
    }
}
