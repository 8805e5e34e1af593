use super::*;
use crate::model::{
    Client, ClientSource, OrganizationId, Provider, ProviderId, ProviderOrganizationId,
    ProviderRole, SeatSnapshot,
};

const PROVIDER: ProviderId = ProviderId(Uuid::from_u128(1));

fn acme() -> ClientRow {
    ClientRow {
        client: Client {
            organization_id: OrganizationId(Uuid::from_u128(10)),
            provider_organization_id: Some(ProviderOrganizationId(Uuid::from_u128(20))),
            provider_id: Some(PROVIDER),
            name: "Acme".to_owned(),
            assigned: Some(5),
            used: Some(7),
            remaining: Some(-2),
            plan: "Teams".to_owned(),
            product_tier: Some(2),
            enabled: true,
            source: ClientSource::Provider,
            has_key: true,
            use_groups: true,
            synced_at: String::new(),
        },
        provider_wrapped_key: Some("2.key".to_owned()),
        member_wrapped_key: None,
    }
}

fn named(name: &str, id: u128) -> ClientRow {
    let mut row = acme();
    row.client.name = name.to_owned();
    row.client.organization_id = OrganizationId(Uuid::from_u128(id));
    row
}

fn rows(taken_at: &str, clients: Vec<ClientRow>) -> Rows {
    let provider = Provider {
        id: PROVIDER,
        name: "Northwind".to_owned(),
        role: ProviderRole::Other(7),
        enabled: false,
    };
    let provider = ProviderRow { provider, wrapped_key: Some("4.key".to_owned()) };
    Rows { taken_at: taken_at.to_owned(), providers: vec![provider], clients }
}

#[tokio::test]
async fn what_a_refresh_brings_is_what_is_read_back() {
    let store = Store::in_memory().await;
    let mut member = named("Öko", 11);
    member.client.provider_id = None;
    member.client.provider_organization_id = None;
    member.client.source = ClientSource::Membership;
    member.client.assigned = None;
    member.provider_wrapped_key = None;
    member.member_wrapped_key = Some("4.key".to_owned());
    let brought = rows("2026-08-01T10:00:00Z", vec![member.clone(), acme()]);
    let done = store.save_refresh(&brought).await.unwrap();
    assert_eq!((done.clients, done.changed), (2, vec!["Acme".to_owned(), "Öko".to_owned()]));

    let dated = |row: &ClientRow| Client {
        synced_at: "2026-08-01T10:00:00Z".to_owned(),
        ..row.client.clone()
    };
    let clients = store.load_clients().await.unwrap();
    assert_eq!(clients, vec![dated(&acme()), dated(&member)]);
    let one = store.load_client(member.client.organization_id).await.unwrap();
    assert_eq!(one, Some(dated(&member)));
    assert_eq!(store.load_providers().await.unwrap(), brought.providers);
    let key = store.load_client_key(acme().client.organization_id).await.unwrap().unwrap();
    assert_eq!(key.by_provider, Some((PROVIDER, "2.key".to_owned())));
    assert_eq!(key.by_membership, None);
    let key = store.load_client_key(member.client.organization_id).await.unwrap().unwrap();
    assert_eq!((key.by_provider, key.by_membership), (None, Some("4.key".to_owned())));
}

#[tokio::test]
async fn only_new_gone_and_different_clients_count_as_changed() {
    let store = Store::in_memory().await;
    let first = vec![acme(), named("Bolt", 11), named("Coal", 12)];
    store.save_refresh(&rows("1", first)).await.unwrap();
    let mut bolt = named("Bolt", 11);
    bolt.client.used = Some(8);
    let second = vec![acme(), bolt, named("Dune", 13)];
    let done = store.save_refresh(&rows("2", second.clone())).await.unwrap();
    assert_eq!(done.changed, ["Bolt", "Coal", "Dune"]);
    let done = store.save_refresh(&rows("3", second)).await.unwrap();
    assert!(done.changed.is_empty(), "the date alone is no change");
    assert_eq!(store.load_clients().await.unwrap()[0].synced_at, "3");
}

#[tokio::test]
async fn seats_are_told_for_each_refresh_that_listed_the_client() {
    let store = Store::in_memory().await;
    let with = |used| {
        let mut row = acme();
        row.client.used = Some(used);
        vec![row]
    };
    for (taken_at, clients) in
        [("1", with(3)), ("2", with(3)), ("3", with(4)), ("4", vec![]), ("5", with(4))]
    {
        store.save_refresh(&rows(taken_at, clients)).await.unwrap();
    }
    let told: Vec<(String, Option<i64>)> = store
        .load_seats(acme().client.organization_id)
        .await
        .unwrap()
        .into_iter()
        .map(|SeatSnapshot { taken_at, used, .. }| (taken_at, used))
        .collect();
    let expected = [("1", 3), ("2", 3), ("3", 4), ("5", 4)];
    assert_eq!(told, expected.map(|(at, used)| (at.to_owned(), Some(used))));
    let rows: i64 = sqlx::query_scalar("select count(*) from seat_change")
        .fetch_one(&store.pool)
        .await
        .unwrap();
    assert_eq!(rows, 4, "a refresh without news writes nothing");
}

#[tokio::test]
async fn a_refresh_that_fails_half_way_leaves_the_old_rows() {
    let store = Store::in_memory().await;
    store.save_refresh(&rows("1", vec![acme()])).await.unwrap();
    sqlx::query("drop table seat_change").execute(store.writer()).await.unwrap();
    let failed = store.save_refresh(&rows("2", vec![named("Bolt", 11)])).await;
    assert!(failed.is_err());
    let clients = store.load_clients().await.unwrap();
    assert_eq!((clients.len(), clients[0].name.as_str()), (1, "Acme"));
    assert_eq!(clients[0].synced_at, "1");
}

#[tokio::test]
async fn the_same_organization_twice_is_one_row() {
    let store = Store::in_memory().await;
    let done = store.save_refresh(&rows("1", vec![acme(), acme()])).await;
    // Two providers never share a client; a server that says so must not break the refresh.
    assert!(done.is_ok(), "{done:?}");
    assert_eq!(store.load_clients().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_schema_is_the_one_written_down() {
    let store = Store::in_memory().await;
    let sql: Vec<String> =
        sqlx::query_scalar("select sql from sqlite_schema where sql is not null")
            .fetch_all(&store.pool)
            .await
            .unwrap();
    insta::assert_snapshot!(sql.join(";\n"));
}
