//! Custom fields of Password Depot 17: elements on Windows, attributes on the Mac.

use jiff::civil::{Date, date};
use zeroize::Zeroizing;

use super::values::is_blank;
use super::xml_node::Node;
use crate::model::FieldKind;

/// A custom field.
pub(super) struct Custom {
    pub name: String,
    pub value: Zeroizing<String>,
    pub kind: FieldKind,
}

const PASSWORD: &str = "1";
const DATE: &str = "3";
const BOOLEAN: &str = "5";

/// None without a name.
pub(super) fn read(node: &Node) -> Option<Custom> {
    let get = |name: &str| {
        if node.has_attributes() {
            node.attribute(name).map(|value| Zeroizing::new(value.to_owned()))
        } else {
            node.child(name).map(Node::text)
        }
    };
    let name = get("name")?.to_string();
    let value = get("value").unwrap_or_default();
    let kind = get("type").unwrap_or_default();
    let is_hidden = get("visible").is_some_and(|visible| *visible == "0");
    let value = if *kind == DATE { day(&value).unwrap_or(value) } else { value };
    let kind = match kind.as_str() {
        PASSWORD => FieldKind::Hidden,
        BOOLEAN => FieldKind::Boolean,
        _ if is_hidden => FieldKind::Hidden,
        _ => FieldKind::Text,
    };
    Some(Custom { name, value, kind })
}

/// Days since the end of 1899, as spreadsheets count. The official importer writes them in the manner of the
/// machine it runs on; here they are ISO 8601 (section 7, point 16).
fn day(value: &str) -> Option<Zeroizing<String>> {
    const START: Date = date(1899, 12, 30);
    if is_blank(value) {
        return None;
    }
    let whole = value.trim().split(['.', ',']).next()?.parse::<i32>().ok()?;
    let day = START.checked_add(jiff::Span::new().try_days(whole).ok()?).ok()?;
    Some(Zeroizing::new(day.to_string()))
}
