//! Which of the clients' keys open.

use crate::keys::KeyRing;
use crate::store::{ClientRow, ProviderRow, Rows};

/// Puts the keys into the ring and notes which of them open, off the async threads: ten thousand keys keep one
/// busy for a while.
pub(super) async fn mark(ring: KeyRing, mut rows: Rows) -> Rows {
    let marking = tokio::task::spawn_blocking(move || {
        mark_keys(&ring, &rows.providers, &mut rows.clients);
        rows
    });
    match marking.await {
        Ok(marked) => marked,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

/// Puts the keys into the ring and notes which of them open. One broken key must not block the others.
fn mark_keys(ring: &KeyRing, providers: &[ProviderRow], clients: &mut [ClientRow]) {
    for row in providers {
        if let Some(wrapped) = &row.wrapped_key {
            // The clients below it are marked.
            let _ = ring.add_provider(row.provider.id, wrapped);
        }
    }
    for row in clients {
        let id = row.client.organization_id;
        let by_provider = row.client.provider_id.zip(row.provider_wrapped_key.as_deref());
        let added = [
            by_provider.map(|(provider, wrapped)| ring.add_client(id, provider, wrapped)),
            row.member_wrapped_key.as_deref().map(|wrapped| ring.add_membership(id, wrapped)),
        ];
        row.client.has_key =
            added.into_iter().flatten().any(|added| added.is_ok()) && ring.has_key(id);
    }
}
