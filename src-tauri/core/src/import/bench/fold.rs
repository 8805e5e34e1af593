//! Text as a search compares it: without case and accents.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// `Zürich` as `zurich`. What is not Latin keeps its marks where they make another letter.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let apart = DecomposingNormalizerBorrowed::new_nfkd();
    let letters = apart.normalize_iter(text.chars()).filter(|c| !is_mark(*c));
    letters.flat_map(char::to_lowercase).flat_map(spelled).collect()
}

/// Combining diacritical marks: what accents become.
fn is_mark(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// Letters that no decomposition brings to the ones people type for them.
fn spelled(letter: char) -> impl Iterator<Item = char> {
    let (first, second) = match letter {
        'ß' => ('s', Some('s')),
        'ø' => ('o', None),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'ł' => ('l', None),
        'đ' => ('d', None),
        'ı' => ('i', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_count() {
        assert_eq!(fold("Zürich BÄNK"), "zurich bank");
        assert_eq!(fold("Zu\u{308}rich"), "zurich", "composed or not");
        assert_eq!(fold("Straße Łódź Øre"), "strasse lodz ore");
        assert_eq!(fold("ＡＢＣ"), "abc", "wide letters");
        assert_eq!(fold("日本"), "日本");
    }
}
