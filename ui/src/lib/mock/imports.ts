/** Made-up exports, staged items and findings. */
import type { Finding } from "#bindings/Finding";
import type { FormatInfo } from "#bindings/FormatInfo";
import type { MaskedItem } from "#bindings/MaskedItem";
import type { Receipt } from "#bindings/Receipt";
import type { StagedImport } from "#bindings/StagedImport";

import { ago, chance, scene } from "./scene.ts";

export const FORMATS: FormatInfo[] = [
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
    name: `${pick(WORDS, next, "Login")} ${pick(["Main", "Shared", "Old", "Reception", "Test"], next, "")} ${item + 1}`,
    username: login ? `${pick(["a", "m", "r", "s"], next, "a")}•••@acme.example` : "",
    host: login ? pick(SITES, next, "example.com") : "",
    folders: folder,
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
    if (item) item.findings += 1;
  }
  return made;
}

export interface MadeImport {
  staged: StagedImport;
  items: MaskedItem[];
  findings: Finding[];
}

export interface Wanted {
  stagingId: string;
  client: { id: string; name: string };
  fileName: string;
  format: string;
  items: number;
  minutes: number;
  clean?: boolean;
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
    },
    folders: FOLDERS,
    placement: { collections: [], foldersToCollections: true, access: [] },
    state: "staged",
    createdAt: ago(wanted.minutes),
  };
  return { staged, items, findings };
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
  return [large, clean, half, done];
}
