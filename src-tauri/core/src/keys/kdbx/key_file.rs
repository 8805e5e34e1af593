//! Key files: XML with the key in it, or any file, of which the bytes count.
//!
//! <https://keepass.info/help/base/keys.html#keyfiles>

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::KdbxError;

/// The key a file stands for.
pub(super) fn read(file: &[u8]) -> Result<Zeroizing<[u8; 32]>, KdbxError> {
    if let Some(key) = of_xml(file)? {
        return Ok(key);
    }
    let key = match file.len() {
        32 => exact(file),
        64 => HEXLOWER_PERMISSIVE.decode(file).ok().and_then(|key| exact(&key)),
        _ => None,
    };
    Ok(key.unwrap_or_else(|| Zeroizing::new(Sha256::digest(file).into())))
}

fn exact(bytes: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    bytes.try_into().ok().map(Zeroizing::new)
}

/// None when it is not KeePass' XML: then it is a file like others. Too small a document for a reader of its
/// own: one element with text matters, and one attribute.
fn of_xml(file: &[u8]) -> Result<Option<Zeroizing<[u8; 32]>>, KdbxError> {
    let Ok(text) = std::str::from_utf8(file) else { return Ok(None) };
    if !text.contains("<KeyFile") {
        return Ok(None);
    }
    let Some((tag, after)) = text.split_once("<Data").and_then(|(_, rest)| rest.split_once('>'))
    else {
        return Ok(None);
    };
    let data = after.split('<').next().unwrap_or("");
    let letters: Zeroizing<String> =
        Zeroizing::new(data.chars().filter(|c| !c.is_whitespace()).collect());
    let version = text.split_once("<Version>").map_or("", |(_, rest)| rest.trim_start());
    if !version.starts_with('2') {
        let key = BASE64.decode(letters.as_bytes()).ok().map(Zeroizing::new);
        return Ok(key.and_then(|key| exact(&key)));
    }
    let key = HEXLOWER_PERMISSIVE.decode(letters.as_bytes()).map(Zeroizing::new);
    let key = exact(&key.map_err(|_| KdbxError::KeyFile)?).ok_or(KdbxError::KeyFile)?;
    let hash = tag.split(['"', '\'']).nth(1).unwrap_or("");
    let hash = HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).unwrap_or_default();
    if !Sha256::digest(key.as_slice()).starts_with(&hash) {
        return Err(KdbxError::KeyFile);
    }
    Ok(Some(key))
}
