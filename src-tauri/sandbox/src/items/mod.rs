//! Vault items as they are sent, checked, kept and listed.

mod check;
mod request;
mod shape;
mod stored;

pub(crate) use check::{check_collection_name, check_import};
pub(crate) use request::{ImportRequest, Relation};
pub(crate) use stored::StoredCipher;
