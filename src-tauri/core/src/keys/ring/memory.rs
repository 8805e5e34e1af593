//! After a lock, no key is left anywhere in this process: heap, stacks, crate-internal buffers.
//!
//! Looks at its own memory through procfs, for every key of an account made for this test.

use std::io::{Read as _, Seek as _, SeekFrom};

use bitwarden_crypto::{CoseSerializable as _, SignatureAlgorithm, SigningKey};

use super::super::stack;
use super::tests::{Account, CLIENT, PROVIDER, under};
use super::*;

/// What a disk and a server would have of an account; no key in it.
struct Sealed {
    master_wrapped: String,
    keys: AccountKeys,
    provider: String,
    client: String,
}

/// Long enough to be looked for; in the program's text they are in memory nobody can write to.
const PASSWORD: &str = "a password, long";
const PIN: &str = "no PIN is so long";

const MASK: u8 = 0x5a;
const PIECE: usize = 16;

/// Pieces of keys with what they are pieces of, by their first byte; masked, so that the list itself is
/// not found.
struct Needles(Vec<Vec<(&'static str, [u8; PIECE])>>);

impl Needles {
    fn new() -> Self {
        Self(vec![Vec::new(); 256])
    }

    fn add(&mut self, what: &'static str, key: &[u8]) {
        for piece in key.chunks_exact(PIECE) {
            let masked: Vec<u8> = piece.iter().map(|byte| byte ^ MASK).collect();
            self.0[usize::from(masked[0])].push((what, masked.try_into().unwrap()));
        }
    }

    /// What is found in `memory`, which gets masked on the way.
    fn found(&self, memory: &mut [u8]) -> Vec<&'static str> {
        for byte in memory.iter_mut() {
            *byte ^= MASK;
        }
        let hits = memory.windows(PIECE).flat_map(|here| {
            let same_start = self.0[usize::from(here[0])].iter();
            same_start.filter(move |(_, needle)| here == needle).map(|(what, _)| *what)
        });
        hits.collect()
    }
}

/// Everything this process can write to, region by region.
fn found_in_memory(needles: &Needles) -> Vec<&'static str> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut memory = std::fs::File::open("/proc/self/mem").unwrap();
    let mut found = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (start, end) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
        let [start, end] = [start, end].map(|hex| u64::from_str_radix(hex, 16).unwrap());
        let mut region = vec![0; usize::try_from(end - start).unwrap()];
        let read = memory.seek(SeekFrom::Start(start)).and_then(|_| memory.read_exact(&mut region));
        // Another test may have given the region back meanwhile.
        if read.is_ok() {
            found.extend(needles.found(&mut region));
        }
    }
    found
}

fn make(account: &Account) -> (Sealed, Needles) {
    let mut needles = Needles::new();
    for (what, key) in
        [("user", &account.user), ("provider", &account.provider), ("client", &account.client)]
    {
        needles.add(what, key.to_encoded().as_ref());
    }
    let der = account.private.to_der().unwrap();
    // In PKCS#8 the private numbers of a 2048 bit key begin about byte 300 of 1,200; in memory the
    // words of a number lie the other way round.
    needles.add("RSA, as in the file", &der.as_ref()[300..1_200]);
    let turned: Vec<u8> = der.as_ref()[300..1_200].iter().rev().copied().collect();
    needles.add("RSA, as a number", &turned);
    let sealed = Sealed {
        master_wrapped: master().0.encrypt_user_key(&account.user).unwrap().to_string(),
        keys: account.keys.clone(),
        provider: account.shared(&account.provider),
        client: under(&account.client, &account.provider),
    };
    needles.add("master", &master().0.to_base64().into_bytes());
    needles.add("password", PASSWORD.as_bytes());
    needles.add("PIN", PIN.as_bytes());
    (sealed, needles)
}

/// A V2 account, with the key it signs with among the keys looked for.
fn make_v2(signing: &SigningKey, label: [u8; 3]) -> (Sealed, Needles) {
    let account = Account::make_v2_of(SymmetricKeyAlgorithm::XAes256Gcm, signing);
    let (sealed, mut needles) = make(&account);
    let cose = signing.to_cose();
    let at = cose.as_ref().windows(3).position(|bytes| bytes == label).unwrap() + 3;
    needles.add("signing", &cose.as_ref()[at..at + 32]);
    (sealed, needles)
}

fn master() -> super::super::MasterKey {
    let kdf = super::super::Kdf::Pbkdf2 { iterations: 5_000 };
    super::super::MasterKey::derive(&Secret::new(PASSWORD), "a@msp.example", &kdf).unwrap()
}

fn unlock(sealed: &Sealed) -> KeyRing {
    let user = master().open_user_key(&sealed.master_wrapped).unwrap();
    let ring = KeyRing::open(user, &sealed.keys).unwrap();
    ring.add_provider(PROVIDER, &sealed.provider).unwrap();
    ring.add_client(CLIENT, PROVIDER, &sealed.client).unwrap();
    ring
}

/// Uses every kind of key once.
fn work(ring: &KeyRing) -> Sealer {
    let sealer = ring.sealer(CLIENT).unwrap();
    let text = sealer.seal("text").unwrap();
    ring.open_text(CLIENT, &text).unwrap();
    let (staging, wrapped) = ring.make_staging_key().unwrap();
    let row = staging.seal(b"row").unwrap();
    ring.open_staging_key(&wrapped).unwrap().open(&row).unwrap();
    let wrapped = ring.wrap_database_key(&DatabaseKey::make()).unwrap();
    ring.open_database_key(&wrapped).unwrap();
    let session = ring.make_session().unwrap();
    super::super::open_session(&session.value, &session.envelope).unwrap();
    let envelope = ring.seal_under_pin(&Secret::new(PIN)).unwrap();
    super::super::open_with_pin(&envelope, &Secret::new(PIN)).unwrap();
    assert!(super::super::open_with_pin(&envelope, &Secret::new("another one")).is_err());
    sealer
}

#[test]
fn after_a_lock_no_key_is_left_in_memory() {
    // One after the other: each looks at the whole process.
    leaves_no_key(|| make(&Account::make()));
    // The secret 32 bytes lie behind label -4 or -2 (`src/signing/signing_key.rs` of bitwarden-crypto).
    for (algorithm, label) in [
        (SignatureAlgorithm::Ed25519, [0x23, 0x58, 0x20]),
        (SignatureAlgorithm::MlDsa44, [0x21, 0x58, 0x20]),
    ] {
        leaves_no_key(|| make_v2(&SigningKey::make(algorithm), label));
    }
}

fn leaves_no_key(make: impl FnOnce() -> (Sealed, Needles)) {
    let (sealed, needles) = stack::clean_deepest(make);
    assert_eq!(found_in_memory(&needles), Vec::<&str>::new(), "the test cleans up after itself");

    let ring = unlock(&sealed);
    let seals = work(&ring);
    // A thread that stays, as those of the runtime do, with whatever lies on its stack.
    let (worker, clone) = (std::sync::Barrier::new(2), ring.clone());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            work(&clone);
            worker.wait();
            worker.wait();
        });
        worker.wait();
        let open = found_in_memory(&needles);
        for what in ["user", "provider", "client", "RSA, as a number"] {
            assert!(open.contains(&what), "{what} would be seen if it were there");
        }
        ring.wipe();
        let left = found_in_memory(&needles);
        worker.wait();
        assert_eq!(left, Vec::<&str>::new(), "wiped means gone");
    });
    assert_eq!(seals.seal("x"), Err(Error::Locked));
}
