//! Eight RSA key pairs, checked in: making them at each start would cost seconds (keys/README.md).

use std::sync::LazyLock;

use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey};
use rsa::{RsaPrivateKey, RsaPublicKey};

use crate::crypto::base64;

/// One key pair as people and organizations own it.
pub(crate) struct Pair {
    /// PKCS#8.
    pub(crate) private_der: &'static [u8],
    pub(crate) public: RsaPublicKey,
    /// SPKI in base64, the form the API exchanges.
    pub(crate) public_text: String,
}

static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    [
        include_bytes!("../keys/pair0.der").as_slice(),
        include_bytes!("../keys/pair1.der"),
        include_bytes!("../keys/pair2.der"),
        include_bytes!("../keys/pair3.der"),
        include_bytes!("../keys/pair4.der"),
        include_bytes!("../keys/pair5.der"),
        include_bytes!("../keys/pair6.der"),
        include_bytes!("../keys/pair7.der"),
    ]
    .into_iter()
    .map(read)
    .collect()
});

pub(crate) fn read(private_der: &'static [u8]) -> Pair {
    let public = RsaPrivateKey::from_pkcs8_der(private_der)
        .expect("the checked-in keys are PKCS#8")
        .to_public_key();
    let spki = public.to_public_key_der().expect("an RSA public key has an SPKI form");
    Pair { private_der, public_text: base64(spki.as_bytes()), public }
}

/// Pair `number`, counted round.
pub(crate) fn pair(number: usize) -> &'static Pair {
    let pairs = &*PAIRS;
    pairs.get(number % pairs.len()).expect("a remainder is within the length")
}
