//! The nouns. No I/O, no ciphers; uses nothing else of ours.
//!
//! Types without secrets derive [`ts_rs::TS`] and cross to the window as they are; JSON is camelCase.

mod account;
mod account_keys;
mod client;
mod duplicates;
mod grid;
mod history;
mod ids;
mod import;
mod item;
mod network;
mod placement;
mod receipt;
mod recipe;
mod refresh;
mod security;
mod security_key;
mod server;
mod sign_in;
mod text;

pub use account::{
    Account, AccountProblem, AccountState, KeyringState, Provider, ProviderRole, SessionState,
    Status,
};
pub use account_keys::AccountKeys;
pub use client::{Client, ClientSource, SeatSnapshot, SyncReport};
pub use duplicates::{
    DuplicateGroup, DuplicateKind, DuplicateMember, DuplicateQuery, DuplicateReport, DuplicateRule,
    ExposedSource, HealthPick, HealthReport, HealthRow,
};
pub use grid::{
    BenchAction, BenchActionKind, CodeCount, DetailValue, Fix, GridPage, GridQuery, GridSort,
    ItemDetail, Selection,
};
pub use history::{ExpiredNotice, ImportEnd, ImportSettings, PastImport, SourceFile, SourceNow};
pub use ids::{
    CollectionId, GroupId, MemberId, OrganizationId, ProviderId, ProviderOrganizationId, StagingId,
    UserId,
};
pub use import::{
    Conversion, Detection, Finding, FindingCode, FormatInfo, Inspection, ItemCounts, MaskedItem,
    Severity, StagedImport, StagedState, UploadProgress, UploadStage,
};
pub use item::{
    BankAccount, Card, DriversLicense, Field, FieldKind, Identity, Item, ItemKind, Login, Passkey,
    Passport, PasswordHistory, SshKey, Uri,
};
pub use network::{
    NetworkSettings, NetworkState, ProxyAddressError, ProxyPassword, ProxySettings,
    parse_proxy_address,
};
pub use placement::{AccessGrant, AccessKind, CollectionTarget, Flatten, FolderRule, Placement};
pub use receipt::{Receipt, ReceiptCollection, ReceiptFile};
pub use recipe::{ColumnRole, Recipe, RecipeColumn, RecipePreview, SheetPreview};
pub use refresh::{RefreshPhase, RefreshState, WaitReason};
pub use security::{
    LockAfter, PinState, PresenceState, SecuritySettings, SecurityState, TimeoutAction,
    TimeoutPolicy, UnlockWays,
};
pub use security_key::KeyEvent;
pub use server::{
    Endpoints, ServerAddress, ServerAddressError, ServerKind, ServerSettings, is_loopback_address,
    parse_service_address,
};
pub use sign_in::{
    DeviceRequest, SignInStep, SsoOrganization, TrustWays, TwoStepKind, TwoStepMethod,
    WebVaultReason,
};
pub use text::Text;
