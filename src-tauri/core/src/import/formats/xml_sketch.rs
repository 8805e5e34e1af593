//! The first elements of an XML or HTML text, for telling formats apart.

/// Elements looked at.
const MOST: usize = 40;

/// Names of the first start tags, in the order of the text, without prefix of a namespace.
pub(super) fn elements(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = rest.get(at + 1..).unwrap_or("");
        if let Some(comment) = rest.strip_prefix("!--") {
            let Some(end) = comment.find("-->") else { break };
            rest = comment.get(end..).unwrap_or("");
            continue;
        }
        if !rest.starts_with(char::is_alphabetic) && !rest.starts_with('_') {
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/');
        let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or("");
        names.push(name.rsplit(':').next().unwrap_or(name).to_owned());
        if names.len() == MOST {
            break;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::elements;

    #[test]
    fn declarations_and_comments_are_no_elements() {
        let text = "<?xml version=\"1.0\"?><!DOCTYPE x><!-- <no/> --><x:root a='1'><b/></x:root>";
        assert_eq!(elements(text), ["root", "b"]);
    }
}
