//! What the columns of spreadsheets kept by hand are called, in seven languages.
//!
//! Names are compared without case, accents, blanks and punctuation: `Pass word`, `pass-word` and `PASSWORD`
//! are one word.

use crate::model::ColumnRole;

/// How well a name says what its column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// The word occurs in it, among others.
    Part,
    /// It might mean that.
    Weak,
    /// It means that.
    Strong,
}

/// Names of one role: those that mean it, and those that might.
struct Words {
    role: ColumnRole,
    strong: &'static [&'static str],
    weak: &'static [&'static str],
    /// Pieces of longer names, such as `passwor` in `Admin-Passwort`.
    parts: &'static [&'static str],
}

/// In the order in which roles choose their column.
#[rustfmt::skip]
static WORDS: &[Words] = &[
    Words {
        role: ColumnRole::Password,
        strong: &[
            "password", "passwd", "pwd", "pw", "pass", "passphrase", "passcode", "psw", "pswd",
            "passwort", "passwrt", "kennwort", "losung", "zugangspasswort",
            "motdepasse", "motpasse", "mdp",
            "contrasena", "contrasenya", "clavedeacceso", "clavesecreta",
            "parolachiave", "parolaordine",
            "wachtwoord", "ww", "paswoord",
            "senha", "palavrapasse", "palavrachave",
        ],
        weak: &["secret", "geheim", "code", "kode", "pin", "clave", "parola", "codice", "codigo", "segreto", "chave",
            "zugangscode", "schlussel", "schluessel", "sleutel", "geheimnis"],
        parts: &["passwor", "kennwor", "motdepasse", "contrasen", "wachtwoor", "paswoor", "senha", "palavrapasse",
            "passwd"],
    },
    Words {
        role: ColumnRole::Totp,
        strong: &[
            "totp", "otp", "2fa", "mfa", "2fasecret", "2fakey", "2facode", "2fatotp", "2fatoken", "2faseed",
            "otpauth", "otpauthurl", "totpsecret", "totpkey", "totpseed", "otpsecret", "otpkey", "onetimepassword",
            "onetimecode", "mfasecret", "mfakey", "mfaseed", "authenticator", "authenticatorkey",
            "authenticatorsecret", "twofactor", "twofactorsecret", "twofactorauth", "twofactorauthentication",
            "zweifaktor", "2faktor", "einmalpasswort", "einmalkennwort", "zweifaktorschlussel",
            "doubleauthentification", "doublefacteur", "codea2facteurs", "motdepasseaunusage",
            "dosfactores", "doblefactor", "autenticacaodedoisfatores", "doisfatores", "duefattori",
            "eenmaligwachtwoord", "tweefactor", "tweestaps",
        ],
        weak: &["token", "seed", "auth"],
        parts: &["totp", "2fa", "otpauth", "zweifaktor", "twofactor", "authenticatorkey"],
    },
    Words {
        role: ColumnRole::Username,
        strong: &[
            "username", "user", "userid", "login", "loginname", "loginid", "loginuser", "logon", "logonname",
            "signin", "uname", "usr", "accountlogin",
            "benutzer", "benutzername", "benutzerkennung", "benutzerid", "nutzer", "nutzername", "anmeldename",
            "anmeldung", "userkennung", "zugangsname",
            "utilisateur", "nomdutilisateur", "nomutilisateur", "identifiant", "identifiants",
            "usuario", "nombredeusuario", "nombreusuario",
            "utente", "nomeutente",
            "gebruiker", "gebruikersnaam", "inlognaam", "gebruikerid",
            "nomedeusuario", "nomedousuario", "utilizador", "nomedeutilizador", "nomedoutilizador",
        ],
        weak: &[
            "email", "emailaddress", "mail", "mailaddress", "loginemail", "useremail", "emailusername",
            "emailadresse", "mailadresse", "emailadres",
            "courriel", "adressemail", "adresseemail", "adressedemessagerie",
            "correo", "correoelectronico", "posta", "postaelettronica", "indirizzoemail", "endereçodeemail",
            "account", "accountname", "konto", "kontoname", "kennung", "compte", "cuenta", "conto", "conta", "id",
        ],
        parts: &["benutzername", "username", "utilisateur", "usuario", "nomeutente", "gebruikersnaam", "utilizador",
            "loginname", "anmeldename"],
    },
    Words {
        role: ColumnRole::Uri,
        strong: &[
            "url", "uri", "urls", "website", "websiteurl", "weburl", "siteurl", "web", "webaddress", "webpage", "link",
            "weblink", "loginurl", "loginuri", "loginlink", "loginpage", "homepage", "internetaddress", "serverurl",
            "ip", "ipaddress", "ipaddr", "host", "hostname", "fqdn", "hostip", "ipadresse", "ipadres",
            "webseite", "website", "webadresse", "internetadresse", "internetseite", "anmeldeseite",
            "siteweb", "siteinternet", "lien", "adresseweb", "adresseip", "adresseinternet",
            "sitioweb", "paginaweb", "enlace", "direccionweb", "direccionip",
            "sitoweb", "indirizzoweb", "collegamento", "indirizzoip",
            "webadres", "websiteadres", "webpagina", "koppeling",
            "paginadainternet", "enderecoweb", "enderecoip", "ligacao",
        ],
        weak: &["site", "address", "adresse", "direccion", "indirizzo", "adres", "endereco", "sito", "sitio", "pagina",
            "server", "serveur", "servidor", "domain", "domaine", "dominio", "domein", "domane", "portal", "seite"],
        parts: &["url", "website", "webseite", "webadres", "siteweb", "sitioweb", "sitoweb", "webaddress"],
    },
    Words {
        role: ColumnRole::Name,
        strong: &[
            "name", "title", "itemname", "entryname", "entry", "displayname", "label", "itemtitle", "passwordname",
            "service", "servicename", "application", "app", "system", "software", "program", "siteapp", "sitename",
            "appname", "websitename", "device", "devicename", "resource", "product",
            "bezeichnung", "titel", "eintrag", "dienst", "anwendung", "applikation", "programm", "gerat", "geraet",
            "dienstname", "systemname", "verwendung", "zweck", "produkt",
            "nom", "titre", "intitule", "libelle", "logiciel", "appareil", "equipement",
            "nombre", "titulo", "servicio", "aplicacion", "dispositivo", "sistema", "programa",
            "nome", "titolo", "servizio", "applicazione", "programma",
            "naam", "omschrijvingnaam", "toepassing", "apparaat", "programmanaam", "systeem",
            "servico", "aplicacao", "aplicativo",
        ],
        weak: &["description", "beschreibung", "descripcion", "descrizione", "omschrijving", "descricao", "item",
            "account", "accountname", "konto", "kontoname", "compte", "cuenta", "conto", "conta", "site", "website",
            "server", "serveur", "servidor", "seite", "sito", "sitio", "was", "wofur"],
        parts: &[],
    },
    Words {
        role: ColumnRole::Folder,
        strong: &[
            "folder", "foldername", "folderpath", "category", "group", "groupname", "grouping", "collection", "path",
            "kategorie", "ordner", "ordnerpfad", "gruppe", "rubrik", "bereich", "sammlung", "pfad",
            "dossier", "categorie", "groupe", "rubrique",
            "carpeta", "categoria", "grupo",
            "cartella", "gruppo",
            "map", "groep", "mapnaam",
            "pasta",
        ],
        weak: &["client", "clientname", "customer", "customername", "company", "companyname", "organization",
            "organisation", "tenant", "kunde", "kundenname", "mandant", "firma", "cliente", "azienda", "empresa",
            "klant", "klantnaam", "bedrijf", "entreprise", "societe", "abteilung", "department", "standort",
            "location", "tags", "tag", "section"],
        parts: &[],
    },
    Words {
        role: ColumnRole::Notes,
        strong: &[
            "notes", "note", "comment", "comments", "remark", "remarks", "memo", "additionalinfo",
            "additionalinformation",
            "notiz", "notizen", "bemerkung", "bemerkungen", "anmerkung", "anmerkungen", "kommentar", "kommentare",
            "hinweis", "hinweise", "zusatzinfo", "sonstiges",
            "remarque", "remarques", "commentaire", "commentaires", "infoscomplementaires",
            "notas", "nota", "comentario", "comentarios", "observaciones", "observacion",
            "commento", "commenti", "osservazioni", "annotazioni",
            "opmerking", "opmerkingen", "notitie", "notities", "toelichting",
            "observacao", "observacoes",
        ],
        weak: &["info", "infos", "information", "informations", "informationen", "informacion", "informazioni",
            "informacoes", "details", "detail", "detalles", "extra", "description", "beschreibung", "descripcion",
            "descrizione", "omschrijving", "descricao", "hint", "zusatz"],
        parts: &["bemerk", "notiz", "remark", "comment", "opmerk", "remarque", "observac"],
    },
    Words {
        role: ColumnRole::Favorite,
        strong: &["favorite", "favourite", "fav", "favorit", "favori", "favorito", "preferito", "favoriet"],
        weak: &[],
        parts: &[],
    },
    Words {
        role: ColumnRole::CardNumber,
        strong: &["cardnumber", "creditcardnumber", "creditcard", "cardno", "kartennummer", "kreditkartennummer",
            "numerodecarte", "numerocarte", "numerodetarjeta", "numerotarjeta", "numerocarta", "numerodicarta",
            "kaartnummer", "numerodocartao", "numerocartao"],
        weak: &[],
        parts: &[],
    },
    Words {
        role: ColumnRole::CardHolder,
        strong: &["cardholder", "cardholdername", "nameoncard", "karteninhaber", "titulairedelacarte", "titulaire",
            "titulardelatarjeta", "titular", "intestatario", "kaarthouder", "titulardocartao"],
        weak: &[],
        parts: &[],
    },
    Words {
        role: ColumnRole::CardCode,
        strong: &["cvv", "cvc", "cvv2", "cardcode", "cardverificationcode", "prufziffer", "pruefziffer"],
        weak: &["securitycode", "sicherheitscode"],
        parts: &[],
    },
    Words {
        role: ColumnRole::CardExpiry,
        strong: &["expirydate", "cardexpiry", "expiry", "expires", "expirationdate", "expiration", "validuntil",
            "gultigbis", "gueltigbis", "ablaufdatum", "dateexpiration", "datedexpiration", "fechadecaducidad",
            "scadenza", "vervaldatum", "validade"],
        weak: &[],
        parts: &[],
    },
    Words {
        role: ColumnRole::Kind,
        strong: &["type", "kind", "itemtype", "typ", "art", "tipo", "soort"],
        weak: &[],
        parts: &[],
    },
];

/// Roles a name may stand for, each with how well.
pub(super) fn meanings(name: &str) -> Vec<(ColumnRole, Strength)> {
    let plain = plain(name);
    if plain.is_empty() {
        return Vec::new();
    }
    let meaning = |words: &Words| {
        let strength = if words.strong.contains(&plain.as_str()) {
            Strength::Strong
        } else if words.weak.contains(&plain.as_str()) {
            Strength::Weak
        } else if words.parts.iter().any(|part| plain.contains(part)) {
            Strength::Part
        } else {
            return None;
        };
        Some((words.role, strength))
    };
    WORDS.iter().filter_map(meaning).collect()
}

/// Every role that has words, in the order in which they choose their column.
pub(super) fn roles() -> impl Iterator<Item = ColumnRole> {
    WORDS.iter().map(|words| words.role)
}

/// Values under this name are better not shown: PINs, recovery codes, answers.
pub(super) fn is_secret(name: &str) -> bool {
    const WORDS: [&str; 16] = [
        "pin", "puk", "pw", "pwd", "mdp", "key", "code", "codes", "cvv", "cvc", "token", "tan",
        "psk", "seed", "otp", "ww",
    ];
    const PARTS: [&str; 27] = [
        "passwor",
        "kennwor",
        "motdepasse",
        "contrasen",
        "wachtwoor",
        "senha",
        "palavrapasse",
        "passphrase",
        "secret",
        "geheim",
        "segret",
        "schlussel",
        "schluessel",
        "recovery",
        "wiederherstell",
        "licensekey",
        "licencekey",
        "lizenz",
        "productkey",
        "answer",
        "antwort",
        "reponse",
        "respuesta",
        "risposta",
        "antwoord",
        "privatekey",
        "apikey",
    ];
    let folded: String = fold(name).collect();
    let mut words = folded.split(|c: char| !c.is_alphanumeric());
    let plain = plain(name);
    words.any(|word| WORDS.contains(&word)) || PARTS.iter().any(|part| plain.contains(part))
}

/// Letters and digits only, in lower case, without accents.
pub(super) fn plain(name: &str) -> String {
    fold(name).filter(|c| c.is_alphanumeric()).collect()
}

/// In lower case and without the accents of the seven languages.
fn fold(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase).flat_map(|c| {
        let letters = match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
            'è' | 'é' | 'ê' | 'ë' => "e",
            'ì' | 'í' | 'î' | 'ï' => "i",
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
            'ù' | 'ú' | 'û' | 'ü' => "u",
            'ç' => "c",
            'ñ' => "n",
            'ß' => "ss",
            'œ' => "oe",
            // Combining accents, as macOS writes them.
            '\u{300}'..='\u{36F}' => "",
            _ => return vec![c],
        };
        letters.chars().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strongest(name: &str) -> Option<ColumnRole> {
        let meanings = meanings(name);
        let best = meanings.iter().map(|(_, strength)| *strength).max()?;
        meanings.iter().find(|(_, strength)| *strength == best).map(|(role, _)| *role)
    }

    #[test]
    fn names_are_understood_in_seven_languages() {
        use ColumnRole::{Name, Notes, Password, Uri, Username};
        for (names, role) in [
            (
                [
                    "Password",
                    "Kennwort",
                    "Mot de passe",
                    "Contraseña",
                    "Parola chiave",
                    "Wachtwoord",
                    "Palavra-passe",
                ],
                Password,
            ),
            (
                [
                    "User name",
                    "Benutzer",
                    "Nom d’utilisateur",
                    "Usuario",
                    "Nome utente",
                    "Gebruikersnaam",
                    "Utilizador",
                ],
                Username,
            ),
            (
                [
                    "Web Address",
                    "Webseite",
                    "Site web",
                    "Sitio web",
                    "Sito Web",
                    "Webadres",
                    "Endereço web",
                ],
                Uri,
            ),
            (
                [
                    "Remarks",
                    "Bemerkung",
                    "Remarques",
                    "Observaciones",
                    "Commenti",
                    "Opmerkingen",
                    "Observações",
                ],
                Notes,
            ),
            (["Title", "Bezeichnung", "Intitulé", "Título", "Titolo", "Naam", "Nome"], Name),
        ] {
            for name in names {
                assert_eq!(strongest(name), Some(role), "{name}");
            }
        }
    }

    #[test]
    fn accents_case_and_punctuation_do_not_matter() {
        assert_eq!(plain(" Mot-de_Passe: "), "motdepasse");
        assert_eq!(plain("Contrasen\u{303}a"), "contrasena");
        assert_eq!(strongest("PASS WORD *"), Some(ColumnRole::Password));
        assert_eq!(strongest("Admin-Passwort (neu)"), Some(ColumnRole::Password));
        assert_eq!(strongest("北京"), None);
    }

    #[test]
    fn names_of_secrets_are_told_from_others() {
        for secret in [
            "PIN",
            "SIM PUK",
            "Recovery codes",
            "Sicherheitsfrage Antwort",
            "WLAN-Key",
            "Lizenzschlüssel",
        ] {
            assert!(is_secret(secret), "{secret}");
        }
        for open in ["Shipping", "Spinne", "Standort", "Postcode 2", "Serial"] {
            assert!(!is_secret(open), "{open}");
        }
    }
}
