//! A person's name in parts (import-formats.md, section 3).

use super::values;
use crate::model::Text;

/// First, middle and last name: of two words the second is the last name; of more the second is the middle name
/// and all the rest the last. Words are what single blanks separate, so doubled ones leave a part out.
pub(super) fn first_middle_last(name: &str) -> (Option<Text>, Option<Text>, Option<Text>) {
    if values::is_blank(name) {
        return (None, None, None);
    }
    let (first, rest) =
        name.split_once(' ').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let (middle, last) = match rest.map(|rest| rest.split_once(' ')) {
        None => ("", ""),
        Some(None) => ("", rest.unwrap_or("")),
        Some(Some((middle, last))) => (middle, last),
    };
    (values::text(first), values::text(middle), values::text(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_name_find_their_parts() {
        let parts = |name| {
            let (first, middle, last) = first_middle_last(name);
            [first, middle, last].map(|part| part.map(|part| part.expose().to_owned()))
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(parts("Prince"), [some("Prince"), None, None]);
        assert_eq!(parts("Ada Lovelace"), [some("Ada"), None, some("Lovelace")]);
        assert_eq!(parts("Jan Peter van Dijk"), [some("Jan"), some("Peter"), some("van Dijk")]);
        assert_eq!(parts("Ada  Lovelace"), [some("Ada"), None, some("Lovelace")]);
        assert_eq!(parts(" \t"), [None, None, None]);
    }
}
