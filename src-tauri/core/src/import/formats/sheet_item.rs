//! One row of a spreadsheet as an item.

use super::output::{Output, Place};
use super::sheet::Line;
use super::sheet_look::{self as look, Kind};
use super::sheet_plan::{Column, Plan};
use super::values::{self, is_blank};
use super::{rules_card, rules_host, rules_note};
use crate::model::{
    Card, ColumnRole, Field, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text, Uri,
};

/// What every row of a sheet has in common.
pub(super) struct Maker<'p> {
    pub plan: &'p Plan,
    /// For items without a folder, when several sheets are read.
    pub sheet: Option<&'p str>,
}

impl Maker<'_> {
    /// The item of a row that is not blank.
    pub(super) fn item(&self, line: &Line<'_>, out: &mut Output<'_>) -> Item {
        let mut item = Item { row: line.row.line, ..Item::default() };
        item.notes = values::text(&self.joined(line, ColumnRole::Notes, "\n"));
        item.favorite =
            self.first(line, ColumnRole::Favorite).is_some_and(|(_, cell)| is_yes(cell));
        self.kind(&mut item, line, out);
        self.fields(&mut item, line);
        rules_note::note_if_empty(&mut item);
        item.name = self.name(&item, line);
        self.folder(&mut item, line, out);
        item
    }

    fn kind(&self, item: &mut Item, line: &Line<'_>, out: &mut Output<'_>) {
        let named = self.first(line, ColumnRole::Kind);
        let kind = named.and_then(|(_, cell)| look::kind(cell));
        if let (Some((column, cell)), None) = (named, kind) {
            rules_note::add(item, &column.name, cell, FieldKind::Text);
        }
        let has = |role| self.first(line, role).is_some();
        let like_card =
            has(ColumnRole::CardNumber) && !has(ColumnRole::Password) && !has(ColumnRole::Username);
        let is_card = kind.map_or(like_card, |kind| kind == Kind::Card);
        if is_card {
            self.card(item, line);
        } else {
            self.login(item, line, out);
        }
    }

    fn login(&self, item: &mut Item, line: &Line<'_>, out: &mut Output<'_>) {
        let mut login = Login {
            username: self
                .take(item, line, ColumnRole::Username, FieldKind::Text)
                .as_ref()
                .map(trimmed),
            password: self.take(item, line, ColumnRole::Password, FieldKind::Hidden),
            uris: self.uris(line),
            ..Login::default()
        };
        for column in self.plan.of_role(ColumnRole::Totp) {
            let cell = line.at(column.index).trim();
            if login.totp.is_none() && look::is_totp(cell) {
                login.totp = Some(Text::new(cell));
            } else if !cell.is_empty() {
                let place = Place::value(line.row.line, out.next_item(), "login.totp");
                let message = "this is no secret of a second factor; it was kept as a hidden field";
                out.find(FindingCode::ValueNotUnderstood, Severity::Info, place, message);
                rules_note::add(item, &column.name, cell, FieldKind::Hidden);
            }
        }
        for role in [ColumnRole::CardNumber, ColumnRole::CardCode] {
            self.keep(item, line, role, FieldKind::Hidden);
        }
        for role in [ColumnRole::CardHolder, ColumnRole::CardExpiry] {
            self.keep(item, line, role, FieldKind::Text);
        }
        item.kind = ItemKind::Login(login);
    }

    fn card(&self, item: &mut Item, line: &Line<'_>) {
        let number =
            self.take(item, line, ColumnRole::CardNumber, FieldKind::Hidden).as_ref().map(trimmed);
        let plain: Option<String> = number.as_ref().map(|number| {
            number.expose().chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
        });
        let brand = plain.as_deref().and_then(values::card_brand).map(Text::from);
        let mut card = Card {
            cardholder_name: self.take(item, line, ColumnRole::CardHolder, FieldKind::Text),
            code: self
                .take(item, line, ColumnRole::CardCode, FieldKind::Hidden)
                .as_ref()
                .map(trimmed),
            number,
            brand,
            ..Card::default()
        };
        for column in self.plan.of_role(ColumnRole::CardExpiry) {
            let cell = line.at(column.index);
            match expiry(cell).filter(|_| card.exp_month.is_none()) {
                Some((month, year)) => {
                    card.exp_month = Some(Text::new(month));
                    card.exp_year = Some(Text::new(year));
                }
                None => rules_note::add(item, &column.name, cell, FieldKind::Text),
            }
        }
        for role in [ColumnRole::Password, ColumnRole::Totp] {
            self.keep(item, line, role, FieldKind::Hidden);
        }
        for role in [ColumnRole::Username, ColumnRole::Uri] {
            self.keep(item, line, role, FieldKind::Text);
        }
        item.kind = ItemKind::Card(card);
    }

    /// The first value of a role; further ones become fields.
    fn take(
        &self,
        item: &mut Item,
        line: &Line<'_>,
        role: ColumnRole,
        kind: FieldKind,
    ) -> Option<Text> {
        let mut taken = None;
        for column in self.plan.of_role(role) {
            let cell = line.at(column.index);
            if taken.is_none() {
                taken = values::text(cell);
            } else {
                rules_note::add(item, &column.name, cell, kind);
            }
        }
        taken
    }

    /// Every value of a role as a field.
    fn keep(&self, item: &mut Item, line: &Line<'_>, role: ColumnRole, kind: FieldKind) {
        for column in self.plan.of_role(role) {
            rules_note::add(item, &column.name, line.at(column.index), kind);
        }
    }

    fn uris(&self, line: &Line<'_>) -> Vec<Uri> {
        let columns = self.plan.of_role(ColumnRole::Uri);
        columns
            .flat_map(|column| addresses(line.at(column.index)))
            .filter_map(values::uri)
            .collect()
    }

    /// Custom fields, in the order of the columns. Unlike the key/value rule of the importers, a long secret
    /// stays hidden instead of moving to the notes.
    fn fields(&self, item: &mut Item, line: &Line<'_>) {
        for column in &self.plan.columns {
            let cell = line.at(column.index);
            match column.role {
                ColumnRole::Field => rules_note::add(item, &column.name, cell, FieldKind::Text),
                ColumnRole::HiddenField if !is_blank(cell) => item.fields.push(Field {
                    name: values::text(&column.name),
                    value: Some(Text::new(cell)),
                    kind: FieldKind::Hidden,
                }),
                _ => {}
            }
        }
    }

    /// The name; without one the host, as a browser would call it.
    fn name(&self, item: &Item, line: &Line<'_>) -> Text {
        let name = self.joined(line, ColumnRole::Name, " - ");
        if !is_blank(&name) {
            return Text::new(name.trim());
        }
        let uri = match &item.kind {
            ItemKind::Login(login) => login.uris.first(),
            _ => None,
        };
        let host = uri.and_then(|uri| rules_host::name_from(uri.uri.expose()));
        host.map_or_else(|| values::name(""), Text::new)
    }

    fn folder(&self, item: &mut Item, line: &Line<'_>, out: &mut Output<'_>) {
        let columns = self.plan.of_role(ColumnRole::Folder);
        let mut parts: Vec<String> = Vec::new();
        for column in columns {
            let cell = line.at(column.index).trim();
            match &self.plan.separator {
                Some(separator) => parts.extend(split_path(cell, separator)),
                None => parts.extend((!cell.is_empty()).then(|| cell.to_owned())),
            }
        }
        if parts.is_empty() {
            parts.extend(self.sheet.map(str::to_owned));
        }
        let prefix = self.plan.prefix.as_deref().map(|prefix| split_path(prefix, "/"));
        let path: Vec<_> = prefix.into_iter().flatten().chain(parts).collect();
        if path.is_empty() {
            return;
        }
        let path = path.join("/");
        let folder = if self.plan.separator.is_some() || self.plan.prefix.is_some() {
            out.folders.nested(&path)
        } else {
            Some(out.folders.exact(&path))
        };
        item.folders.extend(folder);
    }

    /// The first column of a role that has a value.
    fn first<'l>(&self, line: &'l Line<'_>, role: ColumnRole) -> Option<(&Column, &'l str)> {
        let cells = self.plan.of_role(role).map(|column| (column, line.at(column.index)));
        cells.into_iter().find(|(_, cell)| !is_blank(cell))
    }

    /// All values of a role together.
    fn joined(
        &self,
        line: &Line<'_>,
        role: ColumnRole,
        between: &str,
    ) -> zeroize::Zeroizing<String> {
        let cells = self.plan.of_role(role).map(|column| line.at(column.index));
        let cells: Vec<_> = cells.filter(|cell| !is_blank(cell)).collect();
        zeroize::Zeroizing::new(cells.join(between))
    }
}

fn trimmed(text: &Text) -> Text {
    Text::new(text.expose().trim())
}

fn split_path<'t>(path: &'t str, separator: &'t str) -> impl Iterator<Item = String> + use<'t> {
    path.split(separator).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned)
}

fn is_yes(cell: &str) -> bool {
    let cell = cell.trim().to_lowercase();
    matches!(
        cell.as_str(),
        "1" | "true"
            | "yes"
            | "y"
            | "x"
            | "✓"
            | "★"
            | "ja"
            | "j"
            | "wahr"
            | "oui"
            | "vrai"
            | "si"
            | "sí"
            | "sì"
            | "vero"
            | "verdadero"
            | "waar"
            | "sim"
            | "verdadeiro"
    )
}

/// Lines, and on a line what follows a comma, semicolon or blank if it begins like an address of its own.
fn addresses(cell: &str) -> impl Iterator<Item = &str> {
    cell.lines().flat_map(|line| {
        let mut starts = vec![0];
        for (at, _) in line.match_indices("://") {
            let lead = line.get(..at).unwrap_or("");
            let start = lead.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
            let before = line.get(..start).unwrap_or("");
            let parted = before.trim_end().ends_with([',', ';']) || before.ends_with(' ');
            if start > 0 && parted {
                starts.push(start);
            }
        }
        starts.push(line.len());
        let pieces: Vec<_> =
            starts.windows(2).filter_map(|pair| line.get(pair[0]..pair[1])).collect();
        let several = pieces.len() > 1;
        pieces
            .into_iter()
            .map(move |piece| if several { piece.trim_end_matches([',', ';', ' ']) } else { piece })
    })
}

/// `M/YY` and its relatives, with `-` and `.` too, and an ISO day or month.
fn expiry(cell: &str) -> Option<(String, String)> {
    let cell = cell.trim();
    let parts: Vec<_> = cell.split(['-', '/', '.', ' ']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [year, month] | [year, month, _] if year.len() == 4 => {
            rules_card::expiry(&format!("{month}/{year}"))
        }
        [month, year] => rules_card::expiry(&format!("{month}/{year}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_addresses_in_a_cell_are_several_addresses() {
        let all = |cell| addresses(cell).collect::<Vec<_>>();
        assert_eq!(
            all("https://a.example, https://b.example"),
            ["https://a.example", "https://b.example"]
        );
        assert_eq!(all("a.example\nb.example"), ["a.example", "b.example"]);
        assert_eq!(
            all("https://a.example/?next=https://b.example"),
            ["https://a.example/?next=https://b.example"]
        );
        assert_eq!(all("https://a.example/x,y;z"), ["https://a.example/x,y;z"]);
    }

    #[test]
    fn a_card_expires_however_it_is_written() {
        let month = |cell| expiry(cell).map(|(month, year)| format!("{month}/{year}"));
        for cell in ["06/2029", "6/29", "2029-06", "06-29", "06.2029", "2029-06-30"] {
            assert_eq!(month(cell).as_deref(), Some("6/2029"), "{cell}");
        }
        assert_eq!(month("soon"), None);
    }
}
