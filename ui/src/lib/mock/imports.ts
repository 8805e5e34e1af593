/** Made-up exports, staged items and findings. */
import type { Finding } from "#bindings/Finding";
import type { FormatInfo } from "#bindings/FormatInfo";
import type { MaskedItem } from "#bindings/MaskedItem";
import type { Placement } from "#bindings/Placement";
import type { Receipt } from "#bindings/Receipt";
import type { Severity } from "#bindings/Severity";
import type { StagedImport } from "#bindings/StagedImport";

import { ago, chance, scene } from "./scene.ts";

export const FORMATS: FormatInfo[] = [
  {
    id: "genericcsv",
    name: "Spreadsheet (csv, tsv, xlsx)",
    extensions: ["csv", "tsv", "xlsx"],
    needsPassword: false,
    rank: 2,
  },
  { id: "lastpasscsv", name: "LastPass (csv)", extensions: ["csv"], needsPassword: false, rank: 1 },
  {
    id: "bitwardencsv",
    name: "Bitwarden (csv)",
    extensions: ["csv"],
    needsPassword: false,
    rank: 1,
  },
  {
    id: "bitwardenjson",
    name: "Bitwarden (json)",
    extensions: ["json"],
    needsPassword: true,
    rank: 1,
  },
  {
    id: "chromecsv",
    name: "Chrome, Edge (csv)",
    extensions: ["csv"],
    needsPassword: false,
    rank: 1,
  },
];

const SITES = [
  "github.com",
  "login.microsoftonline.com",
  "portal.azure.com",
  "xero.com",
  "router.local",
];
const WORDS = [
  "Admin",
  "Billing",
  "Payroll",
  "Office 365",
  "Router",
  "CRM",
  "Wi-Fi",
  "Backup",
  "DNS",
];
const FOLDERS = ["Finance", "Finance/Banking", "IT", "IT/Network", "IT/Servers", "Marketing", "HR"];
/** Who is found by a long name, by right-to-left text, by emoji. */
const ODD_NAMES = [
  "Remote desktop of the accounting department’s terminal server (second floor, old building)",
  "شبكة المكتب الرئيسي",
  "☎️ Telephone system",
];
const KINDS = ["login", "login", "login", "login", "login", "login", "note", "card", "identity"];

const pick = <T>(list: readonly T[], next: () => number, fallback: T): T =>
  list[Math.floor(next() * list.length)] ?? fallback;

function maskedItem(next: () => number, item: number): MaskedItem {
  const kind = pick(KINDS, next, "login");
  const login = kind === "login";
  const folder = next() < 0.86 ? [pick(FOLDERS, next, "IT")] : [];
  return {
    item,
    row: item + 2,
    kind,
    name:
      ODD_NAMES[item - 17] ??
      `${pick(WORDS, next, "Login")} ${pick(["Main", "Shared", "Old", "Reception", "Test"], next, "")} ${item + 1}`,
    username: login ? `${pick(["a", "m", "r", "s"], next, "a")}•••@acme.example` : "",
    host: login ? pick(SITES, next, "example.com") : "",
    folders: folder,
    file: 0,
    codes: [],
    severity: null,
    hasPassword: login,
    hasTotp: login && next() < 0.12,
    hasNotes: next() < 0.25,
    fields: next() < 0.1 ? 1 + Math.floor(next() * 4) : 0,
    skipped: false,
    findings: 0,
  };
}

const say = (
  finding: Partial<Finding> & Pick<Finding, "code" | "severity" | "message">,
): Finding => ({
  row: null,
  item: null,
  field: null,
  ...finding,
});

function findingsFor(items: MaskedItem[]): Finding[] {
  const at = (place: number) => ({ item: place, row: place + 2 });
  const made = [
    ...[11, 240, 1700].map((place) =>
      say({
        ...at(place),
        code: "fieldTooLong",
        severity: "error",
        field: "notes",
        message: "the field is 11 204 characters long once encrypted, the server takes 10 000",
      }),
    ),
    ...[3, 77].map((place) =>
      say({
        ...at(place),
        code: "missingName",
        severity: "warning",
        message: "the row has no name",
      }),
    ),
    ...Array.from({ length: 31 }, (_, step) =>
      say({
        ...at(step * 9 + 5),
        code: "noCollection",
        severity: "warning",
        message: "the item is in no folder",
      }),
    ),
    ...Array.from({ length: 12 }, (_, step) =>
      say({
        ...at(step * 31 + 8),
        code: "badUri",
        severity: "warning",
        field: "login.uris[0].uri",
        message: "the address is not one",
      }),
    ),
    ...[20, 21].map((place) =>
      say({
        ...at(place),
        code: "badTotp",
        severity: "warning",
        field: "login.totp",
        message: "the authenticator key is not one",
      }),
    ),
    ...Array.from({ length: 9 }, (_, step) =>
      say({
        ...at(step * 17 + 30),
        code: "duplicate",
        severity: "info",
        message: "the same item is there twice",
      }),
    ),
    say({ row: 412, code: "damagedRow", severity: "warning", message: "a quote is not closed" }),
    say({
      code: "personalMarksLost",
      severity: "info",
      message: "18 favourites are only items now",
    }),
    say({ code: "improved", severity: "info", message: "6 addresses were split in two" }),
  ].filter((finding) => finding.item === null || finding.item < items.length);
  for (const finding of made) {
    const item = finding.item === null ? undefined : items[finding.item];
    if (item) flag(item, finding);
  }
  return made;
}

const BADNESS: Severity[] = ["info", "warning", "error"];

/** Marks an item with a finding, the worst first. */
export function flag(item: MaskedItem, { code, severity }: Finding): void {
  item.findings += 1;
  if (!item.codes.includes(code)) item.codes = [...item.codes, code];
  const now = item.severity === null ? -1 : BADNESS.indexOf(item.severity);
  if (BADNESS.indexOf(severity) > now) item.severity = severity;
}

/** Where an import goes before anybody said. */
export const FIRST_PLACEMENT: Placement = {
  collections: [],
  foldersToCollections: true,
  access: [],
  separator: null,
  flatten: "whole",
  prefix: "",
  parents: false,
  rules: [],
};

export interface MadeImport {
  staged: StagedImport;
  items: MaskedItem[];
  findings: Finding[];
  revision: number;
}

export interface Wanted {
  stagingId: string;
  client: { id: string; name: string };
  fileName: string;
  format: string;
  items: number;
  minutes: number;
  clean?: boolean;
  files?: string[];
}

export function makeImport(wanted: Wanted): MadeImport {
  const next = chance(wanted.items + wanted.minutes);
  const items = Array.from({ length: wanted.items }, (_, item) => maskedItem(next, item));
  const findings = wanted.clean ? [] : findingsFor(items);
  const of = (kind: string) => items.filter((item) => item.kind === kind).length;
  const staged: StagedImport = {
    stagingId: wanted.stagingId,
    client: wanted.client.id,
    clientName: wanted.client.name,
    format: wanted.format,
    fileName: wanted.fileName,
    files: wanted.files ?? [wanted.fileName],
    expiresAt: ago(-scene.days * 24 * 60),
    items: items.length,
    skipped: 0,
    landed: 0,
    blocking: findings.filter((finding) => finding.severity === "error").length,
    counts: {
      login: of("login"),
      note: of("note"),
      card: of("card"),
      identity: of("identity"),
      sshKey: 0,
      bankAccount: 0,
      driversLicense: 0,
      passport: 0,
    },
    folders: FOLDERS,
    placement: { ...FIRST_PLACEMENT },
    state: "staged",
    createdAt: ago(wanted.minutes),
  };
  const parts = staged.files.length;
  if (parts > 1)
    for (const item of items) item.file = Math.floor((item.item * parts) / items.length);
  return { staged, items, findings, revision: 1 };
}

export function makeReceipt({ staged }: MadeImport): Receipt {
  return {
    stagingId: staged.stagingId,
    client: staged.client,
    clientName: staged.clientName,
    format: staged.format,
    fileName: staged.fileName,
    items: staged.items,
    landed: staged.items - staged.skipped,
    skipped: staged.skipped,
    chunks: Math.ceil(staged.items / 1000),
    verifiedAt: ago(0),
    by: "maren@northlight.example",
    collections: FOLDERS.map((name, place) => ({
      id: `c${place}`,
      name,
      created: place > 1,
    })),
    sha256: "9f2c4e1ad07b83c65d4f0a91be37c28e6150fd94ab73e8c20d61f5b7a4938ce1",
    files: staged.files.map((name) => ({
      name,
      format: staged.format,
      sha256: "9f2c4e1ad07b83c65d4f0a91be37c28e6150fd94ab73e8c20d61f5b7a4938ce1",
    })),
  };
}

export function firstImports(clients: { id: string; name: string }[]): MadeImport[] {
  const [a, b, c, d] = clients;
  if (!a || !b || !c || !d) return [];
  const large = makeImport({
    stagingId: "s-large",
    client: d,
    fileName: "lastpass_export_2026-09-14.csv",
    format: "lastpasscsv",
    items: scene.items,
    minutes: 14,
    files: [
      "lastpass_export_2026-09-14.csv",
      "lastpass_shared_folders.csv",
      "Chrome Passwords.csv",
    ],
  });
  const clean = makeImport({
    stagingId: "s-clean",
    client: a,
    fileName: "Chrome Passwords.csv",
    format: "chromecsv",
    items: 212,
    minutes: 95,
    clean: true,
  });
  clean.staged.placement.access = [{ kind: "group", id: "g1", name: "Office", manage: true }];
  const half = makeImport({
    stagingId: "s-half",
    client: c,
    fileName: "bitwarden_encrypted_export_20260902.json",
    format: "bitwardenjson",
    items: 4_180,
    minutes: 60 * 26,
    clean: true,
  });
  half.staged.state = "uploading";
  half.staged.landed = 2_000;
  half.staged.expiresAt = null;
  const done = makeImport({
    stagingId: "s-done",
    client: b,
    fileName: "vault-export-with-a-rather-long-name-from-the-old-provider-final-v2.csv",
    format: "lastpasscsv",
    items: 1_344,
    minutes: 60 * 24 * 9,
    clean: true,
  });
  done.staged.state = "done";
  done.staged.landed = 1_344;
  done.staged.expiresAt = null;
  return [large, clean, half, done];
}
