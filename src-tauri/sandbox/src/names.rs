//! Invented names. Domains end in `.example` (RFC 2606), so that nothing here can reach anybody.

use crate::world::Headcount;

/// A client of the demo provider as the portal would show it.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) enterprise: bool,
    /// `None`: the server does not say.
    pub(crate) seats: Option<usize>,
    pub(crate) people: Headcount,
    pub(crate) enabled: bool,
}

const TEAMS: bool = false;
const ENTERPRISE: bool = true;

const fn row(name: &'static str, enterprise: bool, seats: usize, people: [usize; 4]) -> Row {
    let [confirmed, accepted, invited, revoked] = people;
    Row {
        name,
        enterprise,
        seats: Some(seats),
        people: Headcount { confirmed, accepted, invited, revoked },
        enabled: true,
    }
}

const fn suspended(row: Row) -> Row {
    Row { enabled: false, ..row }
}

const fn without_seats(row: Row) -> Row {
    Row { seats: None, ..row }
}

/// Columns: seats, then confirmed, accepted, invited, revoked.
pub(crate) const CLIENTS: [Row; 40] = [
    row("Alder & Finch Solicitors", ENTERPRISE, 25, [22, 1, 2, 1]),
    row("Bramblewick Dental Practice", TEAMS, 12, [9, 0, 1, 0]),
    row("Café Montségur Catering", TEAMS, 8, [5, 0, 0, 2]),
    row("Copperfield Logistics", ENTERPRISE, 60, [41, 2, 3, 4]),
    row("Dunmore Veterinary Clinic", TEAMS, 10, [10, 0, 0, 0]),
    row("Eastgate Housing Trust", ENTERPRISE, 40, [38, 3, 4, 1]),
    row("Fernhill Primary Academy", TEAMS, 30, [18, 0, 2, 3]),
    suspended(row("Greystone Quarry & Aggregates", TEAMS, 15, [11, 0, 0, 0])),
    row("Harrow Lane Accountants", ENTERPRISE, 20, [14, 1, 0, 0]),
    row("Ivory Coastline Shipping Agents", TEAMS, 18, [16, 0, 1, 1]),
    row("Juniper Street Bakery", TEAMS, 5, [3, 0, 0, 0]),
    row("Kestrel Aviation Services", ENTERPRISE, 35, [29, 0, 0, 2]),
    row("Larkspur Care Homes", ENTERPRISE, 80, [61, 4, 7, 5]),
    row("מרפאות הגליל", TEAMS, 14, [12, 0, 1, 0]),
    row("Meridian Tool & Die", TEAMS, 22, [22, 0, 0, 1]),
    row("Nightingale Physiotherapy", TEAMS, 9, [6, 1, 0, 0]),
    row("O'Dowd & Sons Roofing", TEAMS, 7, [7, 0, 2, 0]),
    row("Pemberton Estates", ENTERPRISE, 28, [19, 0, 1, 2]),
    row("Quillfeather Publishing", TEAMS, 16, [11, 0, 0, 0]),
    // Just made: the owner has not answered the invitation yet.
    row("Redwood Orthodontics", TEAMS, 10, [0, 0, 1, 0]),
    row("Saltmarsh Brewery", TEAMS, 12, [8, 0, 3, 0]),
    row("Thornbury Town Council", ENTERPRISE, 75, [58, 2, 4, 9]),
    row("Umber Architects", TEAMS, 11, [11, 0, 0, 0]),
    row("Vantage Point Surveyors", TEAMS, 20, [6, 0, 0, 0]),
    row("Westerly Wind & Solar", ENTERPRISE, 45, [33, 1, 1, 0]),
    suspended(row("Xenia Textiles", TEAMS, 10, [9, 0, 0, 4])),
    row("Yarrow Pharmacy Group", ENTERPRISE, 50, [47, 0, 3, 0]),
    row("Zephyr Print", TEAMS, 6, [4, 0, 0, 0]),
    row("The \"Blue Door\" Theatre", TEAMS, 10, [7, 0, 1, 0]),
    row("Müller Maschinenbau", ENTERPRISE, 32, [30, 0, 1, 1]),
    row("Ashcombe & Whitlock Independent Financial Advisers", ENTERPRISE, 18, [13, 0, 0, 0]),
    row("Silverbirch Nurseries", TEAMS, 5, [0, 0, 1, 0]),
    row("Tidewater Marine Repair", TEAMS, 13, [10, 1, 0, 0]),
    without_seats(row("Upland Farm Supplies", TEAMS, 0, [6, 0, 0, 0])),
    row("Corvid Labs", ENTERPRISE, 24, [23, 0, 4, 0]),
    row("Briar Patch Early Learning", TEAMS, 17, [12, 0, 2, 1]),
    row("Hollow Oak Furniture", TEAMS, 9, [9, 0, 0, 0]),
    without_seats(row("Inkwell Legal Translations", ENTERPRISE, 0, [15, 0, 1, 0])),
    row("Northmoor Ambulance Charity", ENTERPRISE, 55, [36, 0, 2, 6]),
    row("Zenith Freight <Holdings>", TEAMS, 100, [21, 0, 0, 0]),
];

const PLACES: [&str; 40] = [
    "Abbotsley",
    "Ashford",
    "Barley Hill",
    "Blackthorn",
    "Bramley",
    "Brookside",
    "Calder",
    "Castle Gate",
    "Chalford",
    "Cliffside",
    "Coldwater",
    "Cranbrook",
    "Dale End",
    "Dovecote",
    "Eastfield",
    "Elmswell",
    "Fairlight",
    "Fenwick",
    "Foxglove",
    "Glenmore",
    "Hadleigh",
    "Hawthorn",
    "Highbridge",
    "Kingsley",
    "Lakeview",
    "Lindale",
    "Marlow",
    "Millbrook",
    "Moorgate",
    "Oakfield",
    "Orchard",
    "Pinewood",
    "Queensway",
    "Ravenscar",
    "Riverside",
    "Stonecross",
    "Summerhill",
    "Trafford",
    "Wharfside",
    "Willowbank",
];
const TRADES: [&str; 25] = [
    "Accountants",
    "Architects",
    "Builders",
    "Caterers",
    "Chemists",
    "Dairy",
    "Dental",
    "Electrical",
    "Engineering",
    "Estates",
    "Florists",
    "Foundry",
    "Freight",
    "Glazing",
    "Hotels",
    "Insurance",
    "Joinery",
    "Legal",
    "Motors",
    "Nurseries",
    "Opticians",
    "Plumbing",
    "Printing",
    "Surveyors",
    "Vets",
];
const ENDINGS: [&str; 10] = [
    "Ltd",
    "Group",
    "& Co",
    "Partners",
    "Services",
    "Direct",
    "North",
    "South",
    "Trading",
    "Associates",
];

/// The name of client `number` beyond the forty.
pub(crate) fn more_client(number: usize) -> String {
    let part = |list: &[&'static str], at: usize| list.get(at % list.len()).copied().unwrap_or("");
    let name = format!(
        "{} {} {}",
        part(&PLACES, number),
        part(&TRADES, number / PLACES.len()),
        part(&ENDINGS, number / (PLACES.len() * TRADES.len())),
    );
    let round = number / (PLACES.len() * TRADES.len() * ENDINGS.len());
    if round == 0 { name } else { format!("{name} {round}") }
}

const FIRST: [&str; 40] = [
    "Ada", "Adrian", "Amara", "Anton", "Beatrix", "Bilal", "Carla", "Cormac", "Dalia", "Dmitri",
    "Edith", "Emeka", "Farah", "Felix", "Greta", "Gwilym", "Hana", "Henrik", "Imogen", "Ivo",
    "Jonas", "Judith", "Kavya", "Kofi", "Leila", "Lorcan", "Marta", "Milo", "Nadia", "Niall",
    "Olive", "Otto", "Petra", "Quentin", "Rosa", "Rufus", "Saskia", "Tariq", "Una", "Viktor",
];
const LAST: [&str; 40] = [
    "Abara",
    "Ashdown",
    "Bergmann",
    "Birch",
    "Castellan",
    "Croft",
    "Dangerfield",
    "Doyle",
    "Eklund",
    "Farrow",
    "Fontaine",
    "Galloway",
    "Grieg",
    "Hadley",
    "Hollis",
    "Ibrahim",
    "Jansen",
    "Keane",
    "Kowal",
    "Lindqvist",
    "Lomax",
    "Marsh",
    "Mensah",
    "Novak",
    "Okafor",
    "Orme",
    "Pascoe",
    "Pereira",
    "Quist",
    "Rahman",
    "Rook",
    "Sandoval",
    "Stroud",
    "Thackeray",
    "Tremblay",
    "Usman",
    "Varga",
    "Whitby",
    "Yilmaz",
    "Zeller",
];

/// Person `number` of a client: first and last name; no two alike among the first 1,600.
pub(crate) fn person(number: usize, shift: usize) -> (&'static str, &'static str) {
    let first = FIRST.get((number + shift) % FIRST.len()).copied().unwrap_or("");
    let last =
        LAST.get((number / FIRST.len() + number + shift) % LAST.len()).copied().unwrap_or("");
    (first, last)
}

/// A mail domain for a company name; names without Latin letters go by their number.
pub(crate) fn domain(name: &str, number: usize) -> String {
    let letters: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    if letters.len() < 4 { format!("client{number}.example") } else { format!("{letters}.example") }
}
