//! One item in full, its secrets one at a time.

use super::super::mask::{host, mask_user, masked};
use super::super::place::destination;
use super::super::sealed::{Header, key_of, load, open_page};
use super::Desk;
use super::values::{most, paths, slot};
use crate::Error;
use crate::keys::Secret;
use crate::model::{
    BenchActionKind, DetailValue, FieldKind, Finding, FindingCode, Item, ItemDetail, Severity,
    StagingId, Text,
};
use crate::session::Unlocked;
use crate::store::{PAGE_ITEMS, StagingRow};

/// Everything about one item but its secrets.
pub async fn detail(
    unlocked: &Unlocked,
    staging: StagingId,
    item: u32,
) -> Result<ItemDetail, Error> {
    let row = load(unlocked, staging).await?;
    let mut opened = open_item(unlocked, &row, item).await?;
    let header = Header::open(&key_of(unlocked, &row)?, &row.header)?;
    let store = unlocked.store();
    let mut findings = store.load_item_findings(staging, item).await?;
    let to = destination(&header, row.skipped == 0);
    if to.of(&opened.folders).is_empty() {
        findings.push(in_no_collection(&opened, item));
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let skipped = store.load_skipped(staging).await?.binary_search(&item).is_ok();
    let count = u32::try_from(findings.len()).unwrap_or(u32::MAX);
    let mut shown = masked(&opened, item, &header.folders, skipped, count);
    shown.severity = findings.first().map(|finding| finding.severity);
    shown.codes = findings.iter().map(|finding| finding.code).collect();
    shown.codes.dedup();
    let values = paths(&opened).into_iter().map(|path| value(&mut opened, path)).collect();
    Ok(ItemDetail { row: shown, values, findings, revision: row.revision })
}

fn in_no_collection(item: &Item, index: u32) -> Finding {
    Finding {
        code: FindingCode::NoCollection,
        severity: Severity::Warning,
        file: None,
        row: Some(item.row),
        item: Some(index),
        field: Some("collectionIds".to_owned()),
        message: "the item would be in no collection; only owners and admins would see it"
            .to_owned(),
    }
}

fn value(item: &mut Item, path: String) -> DetailValue {
    let field = path.strip_prefix("fields[").and_then(|rest| rest.split_once(']'));
    let field = field.and_then(|(at, _)| item.fields.get(at.parse::<usize>().ok()?)).cloned();
    let is_boolean = field.as_ref().is_some_and(|field| field.kind == FieldKind::Boolean);
    let label =
        field.map(|field| field.name.map(|name| name.expose().to_owned()).unwrap_or_default());
    let most = most(&path);
    let slot = slot(item, &path);
    let text = slot.as_ref().and_then(|slot| slot.text()).filter(|text| !text.is_empty());
    let in_clear = |text: &Text| match path.as_str() {
        "name" => Some(text.expose().to_owned()),
        "login.username" | "identity.username" | "identity.email" => Some(mask_user(text.expose())),
        _ if path.starts_with("login.uris[") => Some(host(text.expose())),
        _ if is_boolean => Some(text.expose().to_owned()),
        _ => None,
    };
    DetailValue {
        label,
        shown: text.and_then(in_clear),
        secret: text.is_some() && path != "name" && !is_boolean,
        long: path == "notes" || path == "sshKey.privateKey",
        bytes: text.map_or(0, Text::len) as u64,
        most: most as u64,
        path,
    }
}

/// One value in clear. Nothing for an empty one.
pub async fn reveal(
    unlocked: &Unlocked,
    staging: StagingId,
    item: u32,
    path: &str,
) -> Result<Secret, Error> {
    let row = load(unlocked, staging).await?;
    let mut opened = open_item(unlocked, &row, item).await?;
    let slot = slot(&mut opened, path).ok_or(Error::NotFound("value"))?;
    Ok(Secret::new(slot.text().map(Text::expose).unwrap_or_default()))
}

async fn open_item(unlocked: &Unlocked, row: &StagingRow, item: u32) -> Result<Item, Error> {
    let page = item / PAGE_ITEMS;
    let sealed = unlocked.store().load_page(row.staging_id, page).await?;
    let sealed = sealed.ok_or(Error::NotFound("item"))?;
    let mut items = open_page(&key_of(unlocked, row)?, page, &sealed)?;
    let found = items.find(|(index, _)| *index == item);
    found.map(|(_, item)| item).ok_or(Error::NotFound("item"))
}

/// Changes one value; an empty one takes it away. Answers the new revision.
pub async fn edit(
    unlocked: &Unlocked,
    staging: StagingId,
    item: u32,
    path: &str,
    value: Secret,
) -> Result<u64, Error> {
    let desk = Desk::open(unlocked, staging, None).await?;
    let mut change = desk.begin(BenchActionKind::Edit);
    let mut found = false;
    desk.edit(&mut change, &[item], |_, item| {
        found = true;
        let slot = slot(item, path).ok_or(Error::NotFound("value"))?;
        slot.set(Some(Text::from(value.expose())))
    })
    .await?;
    if !found {
        return Err(Error::NotFound("item"));
    }
    desk.apply(change).await
}
