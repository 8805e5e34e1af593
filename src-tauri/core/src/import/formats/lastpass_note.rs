//! LastPass's typed secure notes: `NoteType:X`, then `Key:Value` lines, then everything after `Notes:`.

use super::output::{Output, Place};
use super::{lastpass_papers, values};
use crate::model::{Card, FindingCode, Identity, Item, ItemKind, Severity, Text};

/// Makes `item` what the note is typed as, else a secure note with the raw text.
pub(super) fn read(extra: &str, item: &mut Item, out: &mut Output<'_>) {
    let first = extra.split('\n').next().unwrap_or("");
    let kind = first.strip_prefix("NoteType:").map(|kind| kind.split(':').next().unwrap_or(""));
    match kind {
        Some("Credit Card") => card(extra, item, out),
        Some("Address") => address(extra, item),
        Some("Bank Account") if out.new_types => lastpass_papers::bank_account(extra, item, out),
        Some("Passport") if out.new_types => lastpass_papers::passport(extra, item, out),
        Some("Driver's License") if out.new_types => lastpass_papers::license(extra, item, out),
        _ => {
            item.kind = ItemKind::Note;
            item.notes = values::text(extra);
        }
    }
}

fn card(extra: &str, item: &mut Item, out: &mut Output<'_>) {
    let mut card = Card::default();
    let mut expiry = None;
    lines(extra, item, |key, value| {
        let slot = match key {
            "Number" => &mut card.number,
            "Name on Card" => &mut card.cardholder_name,
            "Security Code" => &mut card.code,
            "Expiration Date" => &mut expiry,
            _ => return false,
        };
        *slot = Some(Text::new(value));
        true
    });
    if let Some(expiry) = expiry.as_ref().map(Text::expose).filter(|expiry| *expiry != ",") {
        let mut parts = expiry.split(',');
        let month = parts.next().unwrap_or("").trim();
        card.exp_month = month_number(month).map(Text::new);
        card.exp_year = parts.next().and_then(values::text);
        if card.exp_month.is_none() && !month.is_empty() {
            let place = Place::value(item.row, out.next_item(), "card.expMonth");
            let message = "the month of expiry was not understood";
            out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
        }
    }
    item.kind = ItemKind::Card(card);
}

/// `June` or `6` to `6`; like the official client, only the first three letters count.
pub(super) fn month_number(month: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let number = if let Ok(number) = month.parse::<usize>() {
        number
    } else {
        let lead = month.get(..3)?.to_ascii_lowercase();
        MONTHS.iter().position(|known| *known == lead)? + 1
    };
    (1..=12).contains(&number).then(|| number.to_string())
}

fn address(extra: &str, item: &mut Item) {
    let mut person = Identity::default();
    lines(extra, item, |key, value| {
        let slot = match key {
            "Title" => &mut person.title,
            "First Name" => &mut person.first_name,
            "Middle Name" => &mut person.middle_name,
            "Last Name" => &mut person.last_name,
            "Company" => &mut person.company,
            "Address 1" => &mut person.address1,
            "Address 2" => &mut person.address2,
            "Address 3" => &mut person.address3,
            "City / Town" => &mut person.city,
            "State" => &mut person.state,
            "Zip / Postal Code" => &mut person.postal_code,
            "Country" => &mut person.country,
            "Email Address" => &mut person.email,
            "Username" => &mut person.username,
            _ => return false,
        };
        *slot = Some(Text::new(value));
        true
    });
    item.kind = ItemKind::Identity(Box::new(person));
}

/// Walks the lines: what `take` does not want becomes a custom field, the rest after `Notes:` the notes.
///
/// The official client drops lines without a value, and those after an empty `Notes:`; the latter are
/// kept here (docs/deviations.md).
pub(super) fn lines(extra: &str, item: &mut Item, mut take: impl FnMut(&str, &str) -> bool) {
    let mut rest = extra;
    while !rest.is_empty() {
        if let Some(notes) = rest.strip_prefix("Notes:") {
            add_notes(item, notes);
            return;
        }
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if let Some((key, value)) = line.split_once(':') {
            let wanted = !values::is_blank(key) && !values::is_blank(value) && key != "NoteType";
            if wanted && !take(key, value) {
                values::add_value(item, key, value);
            }
        }
        rest = after;
    }
}

/// Notes follow what the key/value rule has put there already.
fn add_notes(item: &mut Item, text: &str) {
    if values::is_blank(text) {
        return;
    }
    item.notes = Some(match &item.notes {
        Some(before) => Text::new(format!("{}\n{text}", before.expose())),
        None => Text::new(text),
    });
}
