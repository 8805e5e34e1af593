//! What one click does about a finding.

use super::super::check::{LONG_BYTES, MIDDLE_BYTES, SHORT_BYTES, UriForm, is_totp, uri_form};
use super::super::mask::host;
use crate::model::{Field, FieldKind, Fix, Item, ItemKind, Text};

/// Texts of papers and accounts that are shown as secrets once they are custom fields.
const HIDDEN: [&str; 7] = [
    "accountNumber",
    "routingNumber",
    "pin",
    "iban",
    "licenseNumber",
    "passportNumber",
    "nationalIdentificationNumber",
];

/// Does `fix` to one item; `more` gets the items that are to stand beside it. `false` when there was nothing to do.
pub(super) fn mend(fix: Fix, item: &mut Item, more: &mut Vec<Item>) -> bool {
    match fix {
        Fix::SplitNotes => split_notes(item, more),
        Fix::MoveToNotes => move_to_notes(item),
        Fix::NameFromHost => name(item),
        Fix::AddScheme => add_scheme(item),
        Fix::UriToField => uri_to_field(item),
        Fix::TotpToField => totp_to_field(item),
        Fix::ToNote => to_note(item),
        // Nothing about the item itself: the caller leaves it out.
        Fix::Skip => false,
    }
}

fn split_notes(item: &mut Item, more: &mut Vec<Item>) -> bool {
    let Some(notes) = item.notes.take_if(|notes| notes.len() > LONG_BYTES) else { return false };
    let mut parts = Vec::new();
    let mut rest = notes.expose();
    while !rest.is_empty() {
        let (part, after) = rest.split_at(cut(rest));
        parts.push(Text::new(part.trim_end_matches(['\r', '\n'])));
        rest = after;
    }
    let count = parts.len();
    let mut parts = parts.into_iter();
    item.notes = parts.next();
    for (part, number) in parts.zip(2..) {
        more.push(Item {
            kind: ItemKind::Note,
            name: numbered(&item.name, number, count),
            notes: Some(part),
            reprompt: item.reprompt,
            folders: item.folders.clone(),
            row: item.row,
            file: item.file,
            ..Item::default()
        });
    }
    true
}

/// Where to cut: after the last line that fits, else after the last letter.
fn cut(text: &str) -> usize {
    if text.len() <= LONG_BYTES {
        return text.len();
    }
    let most = text.floor_char_boundary(LONG_BYTES);
    let line = text.get(..most).and_then(|head| head.rfind('\n')).map(|at| at + 1);
    // A line break right at the beginning would leave next to nothing.
    line.filter(|at| *at > most / 2).unwrap_or(most)
}

/// `Name (2 of 3)`.
fn numbered(name: &Text, number: usize, count: usize) -> Text {
    let end = format!(" ({number} of {count})");
    let room = name.expose().floor_char_boundary(SHORT_BYTES.saturating_sub(end.len()));
    Text::new(format!("{}{end}", name.expose().get(..room).unwrap_or_default()))
}

fn move_to_notes(item: &mut Item) -> bool {
    let is_long = |field: &Field| {
        let long = field.value.as_ref().is_some_and(|value| value.len() > MIDDLE_BYTES);
        long && !matches!(field.kind, FieldKind::Linked(_))
    };
    let (long, short): (Vec<_>, Vec<_>) = item.fields.drain(..).partition(is_long);
    item.fields = short;
    for field in &long {
        let before = item.notes.as_ref().map_or("", Text::expose);
        let gap = if before.is_empty() { "" } else { "\n\n" };
        let name = field.name.as_ref().map_or("", Text::expose);
        let colon = if name.is_empty() { "" } else { ":\n" };
        let value = field.value.as_ref().map_or("", Text::expose);
        item.notes = Some(Text::new([before, gap, name, colon, value].concat()));
    }
    !long.is_empty()
}

fn name(item: &mut Item) -> bool {
    if !item.name.expose().trim().is_empty() && item.name.expose() != "--" {
        return false;
    }
    let ItemKind::Login(login) = &item.kind else { return false };
    let hosts = login.uris.iter().map(|uri| host(uri.uri.expose()));
    let host = hosts.into_iter().find(|host| !host.is_empty()).map(Text::new);
    let name = host.or_else(|| login.username.clone().filter(|name| !name.is_empty()));
    let Some(name) = name.filter(|name| name.len() <= SHORT_BYTES) else { return false };
    item.name = name;
    true
}

fn add_scheme(item: &mut Item) -> bool {
    let ItemKind::Login(login) = &mut item.kind else { return false };
    let bare = login.uris.iter_mut().filter(|uri| uri_form(uri) == UriForm::NoScheme);
    let added = bare.map(|uri| {
        uri.uri = Text::new(["https://", uri.uri.expose().trim()].concat());
    });
    added.count() > 0
}

fn uri_to_field(item: &mut Item) -> bool {
    let ItemKind::Login(login) = &mut item.kind else { return false };
    let is_bad = |uri: &crate::model::Uri| uri_form(uri) == UriForm::Bad;
    let (bad, good): (Vec<_>, Vec<_>) = login.uris.drain(..).partition(is_bad);
    login.uris = good;
    let any = !bad.is_empty();
    let told = bad.into_iter().filter(|uri| !uri.uri.expose().trim().is_empty());
    item.fields.extend(told.map(|uri| field("URI", uri.uri, FieldKind::Text)));
    any
}

fn totp_to_field(item: &mut Item) -> bool {
    let ItemKind::Login(login) = &mut item.kind else { return false };
    let Some(totp) = login.totp.take_if(|totp| !is_totp(totp.expose())) else { return false };
    if !totp.is_empty() {
        item.fields.push(field("TOTP", totp, FieldKind::Hidden));
    }
    true
}

fn to_note(item: &mut Item) -> bool {
    let texts: &[(&'static str, Option<&Text>)] = match &item.kind {
        ItemKind::BankAccount(account) => &account.texts(),
        ItemKind::DriversLicense(license) => &license.texts(),
        ItemKind::Passport(passport) => &passport.texts(),
        _ => return false,
    };
    for (name, text) in texts {
        let kind = if HIDDEN.contains(name) { FieldKind::Hidden } else { FieldKind::Text };
        let text = text.filter(|text| !text.is_empty());
        item.fields.extend(text.map(|text| field(&in_words(name), text.clone(), kind)));
    }
    item.kind = ItemKind::Note;
    true
}

fn field(name: &str, value: Text, kind: FieldKind) -> Field {
    Field { name: Some(name.into()), value: Some(value), kind }
}

/// `dateOfBirth` as `Date of birth`.
fn in_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for (at, letter) in name.char_indices() {
        match letter {
            letter if at == 0 => words.push(letter.to_ascii_uppercase()),
            letter if letter.is_ascii_uppercase() => {
                words.extend([' ', letter.to_ascii_lowercase()]);
            }
            letter => words.push(letter),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::super::check::check_item;
    use super::*;
    use crate::model::{FindingCode, Login, Passport, Uri};

    fn login(login: Login) -> Item {
        Item { kind: ItemKind::Login(login), name: "Mail".into(), ..Item::default() }
    }

    /// What is still found after the fix, of that code.
    fn left(items: &[Item], code: FindingCode) -> usize {
        let found = items.iter().flat_map(|item| check_item(item, 0, false));
        found.filter(|finding| finding.code == code).count()
    }

    #[test]
    fn long_notes_become_several_that_fit_and_lose_nothing_but_line_ends() {
        let line = "0123456789 ü\n";
        let notes = line.repeat(2_000);
        let mut item = Item {
            notes: Some(Text::new(notes.clone())),
            folders: vec![3],
            row: 9,
            ..login(Login::default())
        };
        let mut more = Vec::new();
        assert!(mend(Fix::SplitNotes, &mut item, &mut more));
        let names: Vec<_> = more.iter().map(|item| item.name.expose().to_owned()).collect();
        assert_eq!(names, ["Mail (2 of 4)", "Mail (3 of 4)", "Mail (4 of 4)"]);
        assert!(more.iter().all(|m| m.kind == ItemKind::Note && m.folders == [3] && m.row == 9));
        more.insert(0, item);
        assert_eq!(left(&more, FindingCode::FieldTooLong), 0);
        let parts: Vec<_> = more.iter().map(|m| m.notes.as_ref().unwrap().expose()).collect();
        assert_eq!(parts.join("\n") + "\n", notes, "cut between lines");
        let mut fits = login(Login::default());
        assert!(!mend(Fix::SplitNotes, &mut fits, &mut Vec::new()));
    }

    #[test]
    fn a_note_without_lines_is_cut_between_letters() {
        let mut item = login(Login::default());
        item.notes = Some(Text::new("ü".repeat(4_000)));
        item.name = Text::new("x".repeat(SHORT_BYTES));
        let mut more = Vec::new();
        assert!(mend(Fix::SplitNotes, &mut item, &mut more));
        let whole: usize = item.notes.iter().chain(&more[0].notes).map(Text::len).sum();
        assert_eq!(whole, 8_000);
        assert_eq!(left(&more, FindingCode::FieldTooLong), 0, "its name fits too");
    }

    #[test]
    fn a_long_field_moves_into_the_notes() {
        let mut item = login(Login::default());
        item.notes = Some("before".into());
        let long = Text::new("x".repeat(MIDDLE_BYTES + 1));
        item.fields = vec![
            field("short", "y".into(), FieldKind::Text),
            field("Licence", long.clone(), FieldKind::Hidden),
        ];
        assert!(mend(Fix::MoveToNotes, &mut item, &mut Vec::new()));
        assert_eq!(item.fields.len(), 1);
        let notes = item.notes.as_ref().unwrap().expose();
        assert_eq!(notes, format!("before\n\nLicence:\n{}", long.expose()));
    }

    #[test]
    fn a_missing_name_is_taken_from_the_address_else_the_user() {
        let uri = |uri: &str| Uri { uri: uri.into(), matching: None };
        let named = |login| {
            let mut item = Item { name: "--".into(), ..self::login(login) };
            let mended = mend(Fix::NameFromHost, &mut item, &mut Vec::new());
            (mended, item.name.expose().to_owned())
        };
        let (uris, username) = (vec![uri("^x"), uri("https://a.example/p")], Some("u".into()));
        let both = Login { uris, username: username.clone(), ..Login::default() };
        assert_eq!(named(both), (true, "a.example".to_owned()));
        let user = Login { username, ..Login::default() };
        assert_eq!(named(user), (true, "u".to_owned()));
        assert_eq!(named(Login::default()), (false, "--".to_owned()));
    }

    #[test]
    fn addresses_get_their_scheme_and_other_words_a_field() {
        let uri = |uri: &str| Uri { uri: uri.into(), matching: Some(3) };
        let uris = vec![uri("a.example"), uri("see notes"), uri(" "), uri("https://b.example")];
        let mut item = login(Login { uris, totp: Some("ask Bob!".into()), ..Login::default() });
        assert!(mend(Fix::AddScheme, &mut item, &mut Vec::new()));
        assert!(mend(Fix::UriToField, &mut item, &mut Vec::new()));
        assert!(mend(Fix::TotpToField, &mut item, &mut Vec::new()));
        let ItemKind::Login(login) = &item.kind else { panic!("still a login") };
        let uris: Vec<_> = login.uris.iter().map(|u| (u.uri.expose(), u.matching)).collect();
        assert_eq!(uris, [("https://a.example", Some(3)), ("https://b.example", Some(3))]);
        let fields: Vec<_> =
            item.fields.iter().map(|f| (f.value.clone().unwrap(), f.kind)).collect();
        let told = [("see notes".into(), FieldKind::Text), ("ask Bob!".into(), FieldKind::Hidden)];
        assert_eq!(fields, told);
        assert_eq!(left(&[item], FindingCode::BadUri), 0);
    }

    #[test]
    fn a_paper_becomes_a_note_that_keeps_every_text() {
        let text = |name: &str| -> Result<_, ()> { Ok(Some(Text::new(name.to_owned()))) };
        let passport = Passport::build(text).unwrap();
        let mut item = login(Login::default());
        item.kind = ItemKind::Passport(Box::new(passport.clone()));
        assert_eq!(left(std::slice::from_ref(&item), FindingCode::UnknownKind), 1);
        assert!(mend(Fix::ToNote, &mut item, &mut Vec::new()));
        assert_eq!(item.fields.len(), passport.texts().len());
        let number = &item.fields[6];
        assert_eq!(number.name, Some("Passport number".into()));
        assert_eq!(number.kind, FieldKind::Hidden);
        assert_eq!(left(&[item], FindingCode::UnknownKind), 0);
    }
}
