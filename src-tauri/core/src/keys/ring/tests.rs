//! The ring with one provider, one client and one membership, made of fresh keys.

use bitwarden_crypto::{
    CoseSerializable as _, KeyEncryptable as _, PrivateKey, PublicKeyEncryptionAlgorithm,
    SignatureAlgorithm, SignedPublicKeyMessage, SigningKey, SigningNamespace,
};
use bitwarden_encoding::B64;

use super::super::public;
use super::*;

/// What a server would hold for one account, and the keys behind it.
pub(super) struct Account {
    pub(super) user: SymmetricCryptoKey,
    pub(super) private: PrivateKey,
    pub(super) keys: AccountKeys,
    pub(super) provider: SymmetricCryptoKey,
    pub(super) client: SymmetricCryptoKey,
}

pub(super) const PROVIDER: ProviderId = ProviderId(uuid::Uuid::from_u128(1));
pub(super) const CLIENT: OrganizationId = OrganizationId(uuid::Uuid::from_u128(2));
const OTHER: OrganizationId = OrganizationId(uuid::Uuid::from_u128(3));

fn fresh() -> SymmetricCryptoKey {
    SymmetricCryptoKey::make(SymmetricKeyAlgorithm::Aes256CbcHmac)
}

pub(super) fn under(key: &SymmetricCryptoKey, by: &SymmetricCryptoKey) -> String {
    wrap::seal_key(key, by).unwrap().to_string()
}

impl Account {
    pub(super) fn make() -> Self {
        let (user, provider, client) = (fresh(), fresh(), fresh());
        let private = PrivateKey::make(PublicKeyEncryptionAlgorithm::RsaOaepSha1);
        let der = private.to_der().unwrap();
        let wrapped = (&der).encrypt_with_key(&user).unwrap().to_string();
        Self { user, private, keys: AccountKeys::v1(&wrapped), provider, client }
    }

    /// A V2 account: everything signed by a key of its own.
    pub(super) fn make_v2() -> Self {
        let signing = SigningKey::make(SignatureAlgorithm::Ed25519);
        Self::make_v2_of(SymmetricKeyAlgorithm::XAes256Gcm, &signing)
    }

    pub(super) fn make_v2_of(algorithm: SymmetricKeyAlgorithm, signing: &SigningKey) -> Self {
        let user = SymmetricCryptoKey::make(algorithm);
        let private = PrivateKey::make(PublicKeyEncryptionAlgorithm::RsaOaepSha1);
        let keys = v2_keys(&user, &private, signing, 2);
        Self { user, private, keys, provider: fresh(), client: fresh() }
    }

    fn user_key(&self) -> UserKey {
        UserKey(self.user.clone())
    }

    pub(super) fn shared(&self, key: &SymmetricCryptoKey) -> String {
        public::seal_key_for(key, &public::of(&self.private)).unwrap()
    }

    fn empty_ring(&self) -> KeyRing {
        KeyRing::open(self.user_key(), &self.keys).unwrap()
    }

    /// With the provider and its one client.
    fn ring(&self) -> KeyRing {
        let ring = self.empty_ring();
        ring.add_provider(PROVIDER, &self.shared(&self.provider)).unwrap();
        ring.add_client(CLIENT, PROVIDER, &under(&self.client, &self.provider)).unwrap();
        ring
    }
}

fn v2_keys(
    user: &SymmetricCryptoKey,
    private: &PrivateKey,
    signing: &SigningKey,
    version: u64,
) -> AccountKeys {
    let public = SignedPublicKeyMessage::from_public_key(&private.to_public_key()).unwrap();
    let public = bitwarden_crypto::CoseSign1Bytes::from(public.sign(signing).unwrap());
    AccountKeys {
        wrapped_private_key: (&private.to_der().unwrap())
            .encrypt_with_key(user)
            .unwrap()
            .to_string(),
        wrapped_signing_key: Some((&signing.to_cose()).encrypt_with_key(user).unwrap().to_string()),
        signed_public_key: Some(B64::from(public).to_string()),
        security_state: Some(state(signing, version)),
        security_version: None,
    }
}

fn state(signing: &SigningKey, version: u64) -> String {
    #[derive(serde::Serialize)]
    struct State {
        version: u64,
    }
    let signed = signing.sign(&State { version }, &SigningNamespace::SecurityState).unwrap();
    B64::from(signed.to_cose()).to_string()
}

fn seal(text: &str, key: &SymmetricCryptoKey) -> String {
    sealed::seal_text(text, key).unwrap().to_string()
}

#[test]
fn a_clients_texts_open_through_the_whole_chain() {
    let account = Account::make();
    let ring = account.ring();
    let name = ring.open_text(CLIENT, &seal("Default collection", &account.client)).unwrap();
    assert_eq!(name.expose(), "Default collection");

    let sealed = ring.sealer(CLIENT).unwrap().seal("geheim ✓").unwrap();
    assert!(sealed.starts_with("2."), "organizations read type 2 only");
    assert_eq!(ring.open_text(CLIENT, &sealed).unwrap().expose(), "geheim ✓");
}

#[test]
fn after_a_wipe_every_clone_and_everything_lent_out_is_locked() {
    let account = Account::make();
    let ring = account.ring();
    let clone = ring.clone();
    let sealer = ring.sealer(CLIENT).unwrap();
    let (staging, wrapped) = ring.make_staging_key().unwrap();
    let row = staging.seal(b"row").unwrap();
    let text = sealer.seal("x").unwrap();

    ring.wipe();

    for ring in [ring, clone] {
        assert_eq!(ring.open_text(CLIENT, &text).err(), Some(Error::Locked));
        assert_eq!(ring.sealer(CLIENT).err(), Some(Error::Locked));
        assert_eq!(ring.make_staging_key().err(), Some(Error::Locked));
        assert_eq!(ring.open_staging_key(&wrapped).err(), Some(Error::Locked));
        assert_eq!(ring.wrap_database_key(&DatabaseKey::make()).err(), Some(Error::Locked));
        assert_eq!(ring.open_database_key(&wrapped).err(), Some(Error::Locked));
        assert_eq!(ring.make_session().err(), Some(Error::Locked));
        assert_eq!(ring.add_membership(OTHER, &account.shared(&fresh())), Err(Error::Locked));
        assert!(!ring.has_key(CLIENT));
    }
    assert_eq!(sealer.seal("x"), Err(Error::Locked), "an upload under way must stop at lock");
    assert_eq!(staging.seal(b"x").err(), Some(Error::Locked));
    assert_eq!(staging.open(&row).err(), Some(Error::Locked), "staged rows close with the ring");
}

#[test]
fn dropping_the_last_clone_wipes_what_was_lent_out() {
    let sealer = Account::make().ring().sealer(CLIENT).unwrap();
    assert_eq!(sealer.seal("x"), Err(Error::Locked), "no key may outlive its ring");
}

#[test]
fn one_broken_client_key_leaves_the_others_alone() {
    let account = Account::make();
    let ring = account.ring();
    ring.add_client(OTHER, PROVIDER, &under(&fresh(), &fresh())).unwrap();

    assert_eq!(ring.sealer(OTHER).err(), Some(Error::NoKey));
    assert_eq!(ring.sealer(OTHER).err(), Some(Error::NoKey), "also when asked again");
    assert!(!ring.has_key(OTHER));
    assert!(ring.has_key(CLIENT));
    ring.add_client(OTHER, PROVIDER, &under(&fresh(), &account.provider)).unwrap();
    assert!(ring.has_key(OTHER), "the next sync may bring a good one");
}

#[test]
fn the_order_in_which_keys_arrive_does_not_matter() {
    let account = Account::make();
    let ring = account.empty_ring();
    ring.add_client(CLIENT, PROVIDER, &under(&account.client, &account.provider)).unwrap();
    assert!(!ring.has_key(CLIENT), "its provider is not here yet");
    ring.add_provider(PROVIDER, &account.shared(&account.provider)).unwrap();
    assert!(ring.has_key(CLIENT));
    assert_eq!(ring.sealer(OTHER).err(), Some(Error::NoKey), "never heard of");
}

#[test]
fn a_membership_wins_over_the_providers_copy_unless_it_is_broken() {
    let account = Account::make();
    let ring = account.ring();
    let member_key = fresh();
    ring.add_membership(CLIENT, &account.shared(&member_key)).unwrap();
    assert!(ring.open_text(CLIENT, &seal("x", &member_key)).is_ok());

    let stranger = PrivateKey::make(PublicKeyEncryptionAlgorithm::RsaOaepSha1);
    let for_stranger = public::seal_key_for(&member_key, &public::of(&stranger)).unwrap();
    ring.add_membership(CLIENT, &for_stranger).unwrap();
    assert!(ring.open_text(CLIENT, &seal("x", &account.client)).is_ok());
}

#[test]
fn a_rotated_client_key_replaces_the_old_one() {
    let account = Account::make();
    let ring = account.ring();
    assert!(ring.has_key(CLIENT));
    let rotated = fresh();
    ring.add_client(CLIENT, PROVIDER, &under(&rotated, &account.provider)).unwrap();
    assert!(ring.open_text(CLIENT, &seal("x", &rotated)).is_ok());
    let old = ring.open_text(CLIENT, &seal("x", &account.client));
    assert_eq!(old.err(), Some(Error::Unopened));
}

#[test]
fn keys_that_are_not_64_bytes_are_refused() {
    let account = Account::make();
    let ring = account.ring();
    let modern = SymmetricCryptoKey::make(SymmetricKeyAlgorithm::XAes256Gcm);
    let short = SymmetricCryptoKey::try_from("A".repeat(43)).unwrap();
    for key in [modern, short] {
        let provider = ring.add_provider(PROVIDER, &account.shared(&key));
        assert_eq!(provider, Err(Error::Malformed));
        ring.add_membership(OTHER, &account.shared(&key)).unwrap();
        assert!(!ring.has_key(OTHER));
        ring.add_client(OTHER, PROVIDER, &under(&key, &account.provider)).unwrap();
        assert!(!ring.has_key(OTHER));
    }
    assert!(ring.has_key(CLIENT), "the good provider key stayed");
}

#[test]
fn texts_of_the_wrong_kind_are_malformed_and_foreign_ones_unopened() {
    let account = Account::make();
    let ring = account.ring();
    let type_4 = account.shared(&account.provider);
    assert_eq!(ring.add_client(OTHER, PROVIDER, &type_4), Err(Error::Malformed));
    let type_2 = under(&account.client, &account.provider);
    assert_eq!(ring.add_provider(PROVIDER, &type_2), Err(Error::Malformed));
    assert_eq!(ring.add_membership(OTHER, &type_2), Err(Error::Malformed));
    assert_eq!(ring.open_text(CLIENT, "plain").err(), Some(Error::Malformed));
    assert_eq!(ring.open_text(CLIENT, &type_2).err(), Some(Error::Unopened));
}

#[test]
fn a_v2_account_of_either_age_does_all_that_an_older_one_does() {
    // What the official clients make today, and what they made in 2025.
    let today = SigningKey::make(SignatureAlgorithm::MlDsa44);
    does_it_all(&Account::make_v2_of(SymmetricKeyAlgorithm::XAes256Gcm, &today));
    let then = SigningKey::make(SignatureAlgorithm::Ed25519);
    does_it_all(&Account::make_v2_of(SymmetricKeyAlgorithm::XChaCha20Poly1305, &then));
}

fn does_it_all(account: &Account) {
    let ring = account.ring();
    assert_eq!(ring.security_version(), Ok(Some(2)));
    let name = ring.open_text(CLIENT, &seal("Default collection", &account.client)).unwrap();
    assert_eq!(name.expose(), "Default collection");

    let (staging, wrapped) = ring.make_staging_key().unwrap();
    assert!(wrapped.starts_with("7."), "under the user key itself");
    let row = staging.seal(b"row").unwrap();
    let database = DatabaseKey::make();
    let wrapped_database = ring.wrap_database_key(&database).unwrap();
    let session = ring.make_session().unwrap();
    drop(ring);

    let user = super::super::open_session(&session.value, &session.envelope).unwrap();
    let again = KeyRing::open(user, &account.keys).unwrap();
    assert_eq!(*again.open_staging_key(&wrapped).unwrap().open(&row).unwrap(), b"row");
    let opened = again.open_database_key(&wrapped_database).unwrap();
    assert_eq!(opened.pragma().expose(), database.pragma().expose());
}

#[test]
fn keys_of_an_account_that_do_not_belong_together_open_nothing() {
    let (old, new) = (Account::make(), Account::make_v2());
    let stranger = SigningKey::make(SignatureAlgorithm::Ed25519);
    let other = Account::make_v2();
    let opened = |account: &Account, change: &dyn Fn(&mut AccountKeys)| {
        let mut keys = account.keys.clone();
        change(&mut keys);
        KeyRing::open(account.user_key(), &keys).err()
    };
    let inconsistent = Some(Error::Inconsistent);
    assert_eq!(opened(&new, &|keys| keys.security_state = None), inconsistent);
    assert_eq!(opened(&new, &|keys| keys.wrapped_signing_key = None), inconsistent);
    let forged = state(&stranger, 3);
    assert_eq!(opened(&new, &|keys| keys.security_state = Some(forged.clone())), inconsistent);
    let another_public = other.keys.signed_public_key.clone();
    assert_eq!(opened(&new, &|keys| keys.signed_public_key = another_public.clone()), inconsistent);
    let as_public = new.keys.security_state.clone();
    assert!(opened(&new, &|keys| keys.signed_public_key = as_public.clone()).is_some());
    let signed = new.keys.security_state.clone();
    assert_eq!(opened(&old, &|keys| keys.security_state = signed.clone()), inconsistent);
    let old_private = old.keys.wrapped_private_key.clone();
    assert_eq!(
        opened(&new, &|keys| *keys = AccountKeys::v1(&old_private)),
        inconsistent,
        "a key of the new kind with a private key of the old"
    );
    assert_eq!(
        opened(&new, &|keys| keys.signed_public_key = None),
        None,
        "servers may leave it out"
    );
}

#[test]
fn a_security_state_never_goes_back() {
    let (old, new) = (Account::make(), Account::make_v2());
    let opened = |account: &Account, seen| {
        let keys = AccountKeys { security_version: seen, ..account.keys.clone() };
        KeyRing::open(account.user_key(), &keys).err()
    };
    assert_eq!(opened(&new, Some(2)), None);
    assert_eq!(opened(&new, Some(3)), Some(Error::RolledBack));
    assert_eq!(opened(&old, Some(2)), Some(Error::RolledBack), "nor back to the first version");
}

#[test]
fn staged_rows_open_again_with_the_wrapped_key_and_only_with_it() {
    let account = Account::make();
    let ring = account.ring();
    let (key, wrapped) = ring.make_staging_key().unwrap();
    let page = vec![b'r'; 40_000];
    let sealed = key.seal(&page).unwrap();
    assert_eq!(sealed[0], 2, "the binary form names its type");
    assert_eq!(sealed.len(), 1 + 16 + 32 + 40_000 / 16 * 16 + 16);

    let next_unlock = account.ring();
    let again = next_unlock.open_staging_key(&wrapped).unwrap();
    assert_eq!(*again.open(&sealed).unwrap(), page);
    let (other, _) = ring.make_staging_key().unwrap();
    assert_eq!(other.open(&sealed).err(), Some(Error::Unopened));
    let mut damaged = sealed.clone();
    damaged[30] ^= 1;
    assert_eq!(key.open(&damaged).err(), Some(Error::Unopened));
    assert_eq!(key.open(&sealed[..40]).err(), Some(Error::Malformed));
    assert_eq!(key.open(b"").err(), Some(Error::Malformed));
    let stranger = Account::make().ring().open_staging_key(&wrapped);
    assert_eq!(stranger.err(), Some(Error::Unopened));
}

#[test]
fn the_database_key_comes_back_from_under_the_user_key() {
    let account = Account::make();
    let key = DatabaseKey::make();
    let wrapped = account.ring().wrap_database_key(&key).unwrap();
    let again = account.ring().open_database_key(&wrapped).unwrap();
    assert_eq!(again.pragma().expose(), key.pragma().expose());
    let (_, staging) = account.ring().make_staging_key().unwrap();
    let crossed = account.ring().open_database_key(&staging);
    assert_eq!(crossed.err(), Some(Error::Malformed), "a 64-byte key is none of a database");
    let stranger = Account::make().ring().open_database_key(&wrapped);
    assert_eq!(stranger.err(), Some(Error::Unopened));
}

#[test]
fn a_session_value_opens_its_envelope_and_no_other() {
    use super::super::{open_session, session_id};

    let account = Account::make();
    let ring = account.ring();
    let one = ring.make_session().unwrap();
    let other = ring.make_session().unwrap();

    assert_eq!(session_id(&one.value).unwrap(), one.id);
    assert!(one.id.len() == 32 && one.id.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')));
    assert_ne!(one.id, other.id);
    let user = open_session(&one.value, &one.envelope).unwrap();
    let reopened = KeyRing::open(user, &account.keys).unwrap();
    reopened.add_membership(OTHER, &account.shared(&fresh())).unwrap();
    assert!(reopened.has_key(OTHER), "a session value is as good as the password");

    let crossed = open_session(&other.value, &one.envelope);
    assert_eq!(crossed.err(), Some(Error::WrongPassword));
    for nonsense in ["", "x", "not base64!", "AAAA"] {
        let nonsense = Secret::new(nonsense);
        assert_eq!(session_id(&nonsense).err(), Some(Error::WrongPassword));
        let opened = open_session(&nonsense, &one.envelope);
        assert_eq!(opened.err(), Some(Error::WrongPassword));
    }
    assert_eq!(open_session(&one.value, "{}").err(), Some(Error::Malformed));
}

#[test]
fn a_sealer_serves_many_threads_at_once() {
    let account = Account::make();
    let ring = account.ring();
    let sealer = ring.sealer(CLIENT).unwrap();
    let texts: Vec<Vec<String>> = std::thread::scope(|scope| {
        let work = |n: usize| {
            let sealer = &sealer;
            move || (0..200).map(|i| sealer.seal(&format!("{n}:{i}")).unwrap()).collect()
        };
        let threads: Vec<_> = (0..4).map(|n| scope.spawn(work(n))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut seen = std::collections::HashSet::new();
    for (n, texts) in texts.iter().enumerate() {
        for (i, text) in texts.iter().enumerate() {
            assert_eq!(ring.open_text(CLIENT, text).unwrap().expose(), format!("{n}:{i}"));
            assert!(seen.insert(text), "two threads must never share an IV");
        }
    }
}

#[test]
fn nothing_that_holds_a_key_prints_it() {
    let account = Account::make();
    let ring = account.ring();
    let session = ring.make_session().unwrap();
    let printed = [
        format!("{:?}", account.user_key()),
        format!("{ring:?}"),
        format!("{:?}", ring.sealer(CLIENT).unwrap()),
        format!("{:?}", ring.make_staging_key().unwrap().0),
        format!("{:?}", DatabaseKey::make()),
        format!("{:?}", session.value),
    ];
    let expected = [
        "UserKey(..)",
        "KeyRing(..)",
        "Sealer(..)",
        "StagingKey(..)",
        "DatabaseKey(..)",
        "Secret(..)",
    ];
    assert_eq!(printed, expected);
    assert!(!format!("{session:?}").contains(session.value.expose()));
}
