//! Seals KDBX 4 databases, so that damage can be done inside them. Cheap keys, one cipher.

use std::io::Write;

use aes::cipher::{
    Array, BlockCipherEncrypt as _, KeyInit as _, KeyIvInit as _, StreamCipher as _,
};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256, Sha512};

use super::fuzz_dice::Dice;

pub(crate) const PASSWORD: &str = "inside";

const SEED: [u8; 32] = [7; 32];
const IV: [u8; 12] = [9; 12];
/// The settings of the key derivation and the end of the header, its last two fields.
const SETTINGS: usize = 98 + 5;

/// A database with this inside, packed or not.
pub(crate) fn sealed(xml: &[u8], packed: bool) -> Vec<u8> {
    let mut inside = inner_header();
    inside.extend_from_slice(xml);
    let inside = if packed { gzip(&[(&inside, 1)]) } else { inside };
    seal(inside, packed)
}

/// One that begins with `start` and goes on with a letter for `length` bytes.
pub(crate) fn bomb(start: &[u8], length: usize) -> Vec<u8> {
    let mut head = inner_header();
    head.extend_from_slice(start);
    let piece = vec![b'x'; 1024 * 1024];
    seal(gzip(&[(&head, 1), (&piece, length / piece.len())]), true)
}

/// Its header damaged, the header's hash put right.
pub(crate) fn with_other_header(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let (mut file, end) = (file.to_vec(), header(false).len());
    for _ in 0..=dice.roll(3) {
        // Not the number of rounds: to derive for seconds is what the number asks for.
        let at = dice.roll(end - SETTINGS);
        file[at] = file[at].wrapping_add(1 << dice.roll(8));
    }
    let hash = Sha256::digest(&file[..end]);
    file[end..end + 32].copy_from_slice(&hash);
    file
}

fn gzip(pieces: &[(&[u8], usize)]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for (piece, times) in pieces {
        for _ in 0..*times {
            packer.write_all(piece).expect("memory");
        }
    }
    packer.finish().expect("memory")
}

/// No inner cipher: protected values are plain Base64.
fn inner_header() -> Vec<u8> {
    vec![1, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
}

fn field(header: &mut Vec<u8>, number: u8, value: &[u8]) {
    header.push(number);
    header.extend_from_slice(&u32::try_from(value.len()).expect("small").to_le_bytes());
    header.extend_from_slice(value);
}

fn setting(settings: &mut Vec<u8>, kind: u8, name: &str, value: &[u8]) {
    settings.push(kind);
    for part in [name.as_bytes(), value] {
        settings.extend_from_slice(&u32::try_from(part.len()).expect("small").to_le_bytes());
        settings.extend_from_slice(part);
    }
}

fn header(packed: bool) -> Vec<u8> {
    let chacha20 = 0xD603_8A2B_8B6F_4CB5_A524_339A_31DB_B59A_u128.to_be_bytes();
    let aes_kdf = 0xC9D9_F39A_628A_4460_BF74_0D08_C18A_4FEA_u128.to_be_bytes();
    let mut settings = vec![0, 1];
    setting(&mut settings, 0x42, "$UUID", &aes_kdf);
    setting(&mut settings, 0x05, "R", &1u64.to_le_bytes());
    setting(&mut settings, 0x42, "S", &SEED);
    settings.push(0);
    let mut header = vec![0x03, 0xD9, 0xA2, 0x9A, 0x67, 0xFB, 0x4B, 0xB5, 0, 0, 4, 0];
    field(&mut header, 2, &chacha20);
    field(&mut header, 3, &u32::from(packed).to_le_bytes());
    field(&mut header, 4, &SEED);
    field(&mut header, 7, &IV);
    field(&mut header, 11, &settings);
    field(&mut header, 0, &[]);
    header
}

fn seal(mut inside: Vec<u8>, packed: bool) -> Vec<u8> {
    let header = header(packed);
    let cipher = aes::Aes256::new(&Array::from(SEED));
    let key = Sha256::digest(Sha256::digest(PASSWORD));
    let mut derived = Sha256::new();
    for half in key.chunks(16) {
        let mut block = Array::try_from(half).expect("a block");
        cipher.encrypt_block(&mut block);
        derived.update(block);
    }
    let derived = derived.finalize();
    let master = Sha256::new().chain_update(SEED).chain_update(derived).finalize();
    let base = Sha512::new().chain_update(SEED).chain_update(derived).chain_update([1]).finalize();
    let seal = |index: u64, parts: &[&[u8]]| {
        let key = Sha512::new().chain_update(index.to_le_bytes()).chain_update(base).finalize();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes()
    };
    chacha20::ChaCha20::new_from_slices(&master, &IV)
        .expect("lengths")
        .apply_keystream(&mut inside);
    let mut file = header.clone();
    file.extend_from_slice(&Sha256::digest(&header));
    file.extend_from_slice(&seal(u64::MAX, &[&header]));
    for (index, block) in [(0u64, inside.as_slice()), (1, &[])] {
        let length = u32::try_from(block.len()).expect("small").to_le_bytes();
        file.extend_from_slice(&seal(index, &[&index.to_le_bytes(), &length, block]));
        file.extend_from_slice(&length);
        file.extend_from_slice(block);
    }
    file
}
