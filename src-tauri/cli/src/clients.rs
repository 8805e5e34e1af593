//! `clients list`, and finding the client that `--client` means.

use std::cmp::Ordering;

use wardroom_core::model::Client;
use wardroom_core::session::Unlocked;
use wardroom_core::{Code, Error, sync};

use crate::args::{ClientsList, Column};
use crate::desk::Run;
use crate::failure::Fault;
use crate::output::{Lean, Page, Table, UNKNOWN, age, now, number};

/// `clients list`: asks the server first; where it is out of reach the stored list serves, with its age.
pub(crate) async fn list(run: &Run, wanted: &ClientsList) -> Result<String, Fault> {
    let mut clients =
        run.with_keys(async |unlocked| read(run, unlocked, wanted.offline).await).await?;
    if let Some(search) = &wanted.search {
        let search = search.to_lowercase();
        clients.retain(|client| client.name.to_lowercase().contains(&search));
    }
    clients.sort_by(|one, other| compare(one, other, wanted.sort, wanted.desc));
    Ok(run.console.answer(&clients, |page| list_page(&clients, page)))
}

async fn read(run: &Run, unlocked: &Unlocked, offline: bool) -> Result<Vec<Client>, Fault> {
    let refreshed = if offline { Ok(()) } else { sync::refresh(unlocked).await.map(drop) };
    let clients = sync::clients(unlocked).await?;
    match refreshed {
        Err(error) if error.code() == Code::Offline && !clients.is_empty() => {
            run.console.note("note: the server cannot be reached; this is what was read before");
        }
        other => other?,
    }
    Ok(clients)
}

fn compare(one: &Client, other: &Client, column: Column, desc: bool) -> Ordering {
    let name = |client: &Client| client.name.to_lowercase();
    let plan = |client: &Client| (!client.plan.is_empty()).then(|| client.plan.to_lowercase());
    let first = match column {
        Column::Name => known_first(Some(name(one)), Some(name(other)), desc),
        Column::Assigned => known_first(one.assigned, other.assigned, desc),
        Column::Used => known_first(one.used, other.used, desc),
        Column::Remaining => known_first(one.remaining, other.remaining, desc),
        Column::Plan => known_first(plan(one), plan(other), desc),
    };
    first.then_with(|| name(one).cmp(&name(other)))
}

/// Unknown values come last in either direction: they answer nobody's question.
fn known_first<T: Ord>(one: Option<T>, other: Option<T>, desc: bool) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if desc => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

fn list_page(clients: &[Client], page: &mut Page) {
    use Lean::{Left, Right};
    let mut table = Table::new(&[
        ("Client", Left),
        ("Assigned", Right),
        ("Used", Right),
        ("Remaining", Right),
        ("Plan", Left),
    ]);
    for client in clients {
        let suspended = if client.enabled { "" } else { " (suspended)" };
        table.push([
            format!("{}{suspended}", client.name),
            number(client.assigned),
            number(client.used),
            number(client.remaining),
            if client.plan.is_empty() { UNKNOWN.to_owned() } else { client.plan.clone() },
        ]);
    }
    page.table(&table);
    let oldest = clients.iter().map(|client| client.synced_at.as_str()).min();
    let read = oldest.map(|read_at| format!(", read {}", age(read_at, now())));
    page.quiet_line(&format!("{} clients{}", clients.len(), read.unwrap_or_default()));
}

/// The client that an id or an exact name means; a name that is not in the cache is looked up once more
/// after a refresh.
pub(crate) async fn find(unlocked: &Unlocked, wanted: &str) -> Result<Client, Fault> {
    let cached = sync::clients(unlocked).await?;
    if let Some(client) = pick(&cached, wanted)? {
        return Ok(client);
    }
    match sync::refresh(unlocked).await {
        // Offline, a known list without that name is an answer.
        Err(error) if error.code() == Code::Offline && !cached.is_empty() => {}
        other => drop(other?),
    }
    let fresh = sync::clients(unlocked).await?;
    Ok(pick(&fresh, wanted)?.ok_or(Error::NotFound("client"))?)
}

fn pick(clients: &[Client], wanted: &str) -> Result<Option<Client>, Fault> {
    let id = wanted.parse().ok();
    if let Some(client) = clients.iter().find(|client| Some(client.organization_id) == id) {
        return Ok(Some(client.clone()));
    }
    let named: Vec<_> = clients.iter().filter(|client| client.name == wanted).collect();
    match named.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some((*only).clone())),
        several => Err(ambiguous(several)),
    }
}

fn ambiguous(several: &[&Client]) -> Fault {
    let ids: Vec<_> = several.iter().map(|client| client.organization_id.to_string()).collect();
    Fault::Usage {
        message: format!("{} clients have this name", several.len()),
        hint: Some(format!("use an id: {}", ids.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardroom_core::model::ClientSource;

    const FIRST: &str = "00000000-0000-4000-8000-000000000001";
    const SECOND: &str = "00000000-0000-4000-8000-000000000002";
    const THIRD: &str = "00000000-0000-4000-8000-000000000003";

    fn client(id: &str, name: &str, used: Option<i64>) -> Client {
        Client {
            organization_id: id.parse().unwrap(),
            provider_organization_id: None,
            provider_id: None,
            name: name.to_owned(),
            assigned: None,
            used,
            remaining: None,
            plan: String::new(),
            product_tier: None,
            enabled: true,
            source: ClientSource::Provider,
            has_key: true,
            use_groups: true,
            synced_at: "2026-08-01T12:00:00Z".to_owned(),
        }
    }

    #[test]
    fn unknown_values_come_last_in_both_directions() {
        let clients = [
            client(FIRST, "Blank", None),
            client(SECOND, "Big", Some(90)),
            client(THIRD, "Small", Some(2)),
        ];
        let order = |desc| {
            let mut sorted = clients.to_vec();
            sorted.sort_by(|one, other| compare(one, other, Column::Used, desc));
            sorted.into_iter().map(|client| client.name).collect::<Vec<_>>()
        };
        assert_eq!(order(false), ["Small", "Big", "Blank"]);
        assert_eq!(order(true), ["Big", "Small", "Blank"]);
    }

    #[test]
    fn a_name_of_two_clients_is_wrong_usage_and_lists_both() {
        let clients = [
            client(FIRST, "Acme", None),
            client(SECOND, "Acme", None),
            client(THIRD, "Bolt", None),
        ];
        let fault = pick(&clients, "Acme").unwrap_err();
        assert_eq!(fault.exit_code(), 2);
        let hint = fault.failure().hint.unwrap();
        assert!(hint.contains(FIRST) && hint.contains(SECOND));
        let by_id = pick(&clients, SECOND).unwrap().unwrap();
        assert_eq!(by_id.organization_id.to_string(), SECOND, "an id always means one");
        assert!(pick(&clients, "acme").unwrap().is_none(), "a name is exact");
    }
}
