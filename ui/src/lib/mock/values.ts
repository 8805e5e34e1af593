/** What made-up items hold. */
import type { MaskedItem } from "#bindings/MaskedItem";

export const LONG_NOTE = "Switch, second rack, port 12. Ask Ana before a restart.\n".repeat(200);

/** The value at a path of a row, empty where it has none. */
export function madeUp(row: MaskedItem, path: string): string {
  const tooLong = row.codes.includes("fieldTooLong");
  const made: Record<string, string> = {
    name: row.codes.includes("missingName") ? "" : row.name,
    "login.username": row.username.replace("•••", "na.pereira"),
    "login.password": `correct-horse-${row.item}`,
    "login.totp": row.codes.includes("badTotp") ? "call the office" : "JBSWY3DPEHPK3PXP",
    "login.uris[0].uri": row.codes.includes("badUri") ? row.host : `https://${row.host}/`,
    "card.number": "4111111111111111",
    "card.cardholderName": "Ana Pereira",
    "card.expMonth": "09",
    "card.expYear": "2028",
    "card.code": "737",
    notes: tooLong ? LONG_NOTE : row.hasNotes ? "Second rack, port 12." : "",
    "fields[0].value": "4711",
    "fields[1].value": "HQ, second floor",
    "fields[2].value": "31-12",
    "fields[3].value": "yes",
  };
  return made[path] ?? "";
}
