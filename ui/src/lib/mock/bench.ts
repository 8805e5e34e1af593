/** The made-up bench: masked rows on demand, items in detail, changes that can be taken back. */
import { emit } from "@tauri-apps/api/event";

import type { BenchAction } from "#bindings/BenchAction";
import type { BenchActionKind } from "#bindings/BenchActionKind";
import type { CodeCount } from "#bindings/CodeCount";
import type { CollectionTarget } from "#bindings/CollectionTarget";
import type { DetailValue } from "#bindings/DetailValue";
import type { FindingCode } from "#bindings/FindingCode";
import type { Fix } from "#bindings/Fix";
import type { GridPage } from "#bindings/GridPage";
import type { GridQuery } from "#bindings/GridQuery";
import type { ItemDetail } from "#bindings/ItemDetail";
import type { MaskedItem } from "#bindings/MaskedItem";
import type { Selection } from "#bindings/Selection";
import type { Severity } from "#bindings/Severity";
import { fold, matches } from "#lib/format.ts";

import { fail, wait } from "./fail.ts";
import type { MadeImport } from "./imports.ts";
import { LONG_NOTE, madeUp } from "./values.ts";

interface Step {
  action: BenchAction;
  /** Rows and values as they were on the other side of it. */
  rows: MaskedItem[];
  values: Map<string, string>;
}

interface Bench {
  undo: Step[];
  redo: Step[];
  /** What was typed: `item path` to value. */
  values: Map<string, string>;
}

const FIXES: Partial<Record<FindingCode, Fix>> = {
  fieldTooLong: "splitNotes",
  missingName: "nameFromHost",
  badUri: "addScheme",
  badTotp: "totpToField",
  unknownKind: "toNote",
  emptyItem: "skip",
};
const BADNESS: Severity[] = ["info", "warning", "error"];

const benches = new WeakMap<MadeImport, Bench>();

function benchOf(made: MadeImport): Bench {
  const known = benches.get(made);
  if (known) return known;
  const fresh: Bench = { undo: [], redo: [], values: new Map() };
  benches.set(made, fresh);
  return fresh;
}

const inFolder = (item: MaskedItem, folder: string): boolean =>
  folder === ""
    ? item.folders.length === 0
    : item.folders.some((path) => path === folder || path.startsWith(`${folder}/`));

function fits(item: MaskedItem, query: GridQuery): boolean {
  return (
    (query.kinds.length === 0 || query.kinds.includes(item.kind)) &&
    (query.codes.length === 0 || query.codes.some((code) => item.codes.includes(code))) &&
    (query.severity === null ||
      (item.severity !== null &&
        BADNESS.indexOf(item.severity) >= BADNESS.indexOf(query.severity))) &&
    (query.folder === null || inFolder(item, query.folder)) &&
    (query.skipped === null || item.skipped === query.skipped) &&
    (query.file === null || item.file === query.file) &&
    (query.text.trim() === "" ||
      matches(
        fold([item.name, item.username, item.host, ...item.folders].join(" ")),
        query.text.trim(),
      ))
  );
}

const keyOf = (item: MaskedItem, sort: GridQuery["sort"]): string | number =>
  ({
    file: item.item,
    name: item.name,
    username: item.username,
    host: item.host,
    kind: item.kind,
    folder: item.folders[0] ?? "",
    findings: -item.findings,
  })[sort];

function matching(made: MadeImport, query: GridQuery): MaskedItem[] {
  const found = made.items.filter((item) => fits(item, query));
  if (query.sort !== "file") {
    const keyed = found.map((item) => ({ item, key: keyOf(item, query.sort) }));
    keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.item.item - b.item.item));
    found.splice(0, found.length, ...keyed.map(({ item }) => item));
  }
  return query.descending ? found.reverse() : found;
}

function codes(made: MadeImport): CodeCount[] {
  const severities = new Map(made.findings.map((one) => [one.code, one.severity]));
  const counts = new Map<FindingCode, number>();
  for (const item of made.items) {
    if (item.skipped) continue;
    for (const code of item.codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts]
    .map(([code, items]) => ({
      code,
      severity: severities.get(code) ?? ("info" as const),
      items,
      fix: FIXES[code] ?? null,
    }))
    .sort((a, b) => BADNESS.indexOf(b.severity) - BADNESS.indexOf(a.severity) || b.items - a.items);
}

function folders(made: MadeImport): [string, number][] {
  const counts = new Map<string, number>();
  for (const item of made.items)
    for (const folder of item.folders) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

function page(made: MadeImport, query: GridQuery, from: number, count: number): GridPage {
  const found = matching(made, query);
  const { undo, redo } = benchOf(made);
  return {
    revision: made.revision,
    total: made.items.length,
    matching: found.length,
    rows: found.slice(from, from + count),
    codes: codes(made),
    folders: folders(made),
    undo: undo.at(-1)?.action ?? null,
    redo: redo.at(-1)?.action ?? null,
  };
}

/** Rows of a selection. */
export function selected(made: MadeImport, selection: Selection): MaskedItem[] {
  if ("matching" in selection) return matching(made, selection.matching);
  return selection.items.flatMap((item) => made.items[item] ?? []);
}

const imageOf = (rows: MaskedItem[]): MaskedItem[] => rows.map((row) => ({ ...row }));

/** Changes rows as one step. */
export function change(
  made: MadeImport,
  kind: BenchActionKind,
  rows: MaskedItem[],
  how: (row: MaskedItem) => void,
): number {
  if (made.staged.state !== "staged") fail("inputRefused", "sending has started");
  const bench = benchOf(made);
  const step = {
    action: { kind, items: rows.length },
    rows: imageOf(rows),
    values: new Map(bench.values),
  };
  for (const row of rows) how(row);
  bench.undo.push(step);
  bench.redo = [];
  return settled(made);
}

function settled(made: MadeImport): number {
  made.revision += 1;
  const skipped = made.items.filter((item) => item.skipped).length;
  made.staged = {
    ...made.staged,
    skipped,
    blocking: made.items.filter((item) => !item.skipped && item.severity === "error").length,
  };
  void emit("changed", ["import"]);
  return made.revision;
}

function back(made: MadeImport, which: "undo" | "redo"): number {
  const bench = benchOf(made);
  const step = bench[which].pop();
  if (!step) fail("inputRefused", `nothing to ${which}`);
  const now = step.rows.flatMap(({ item }) => made.items[item] ?? []);
  bench[which === "undo" ? "redo" : "undo"].push({
    action: step.action,
    rows: imageOf(now),
    values: new Map(bench.values),
  });
  for (const row of step.rows) made.items[row.item] = { ...row };
  bench.values = step.values;
  return settled(made);
}

/** Names of people stay masked, and of an address only the host shows. */
function inClear(row: MaskedItem, path: string, value: string, secret: boolean): string | null {
  if (value === "" || secret) return null;
  if (path === "login.username") return row.username;
  return path.endsWith("uri") ? row.host : value;
}

const SECRET = /password|totp|notes|number|code|fields\[0\]/;

function detail(made: MadeImport, item: number): ItemDetail {
  const row = made.items[item] ?? fail("notFound", "item not found");
  const { values } = benchOf(made);
  const login = ["login.username", "login.password", "login.totp", "login.uris[0].uri"];
  const card = ["card.cardholderName", "card.number", "card.expMonth", "card.expYear", "card.code"];
  const paths = [
    "name",
    ...(row.kind === "login" ? login : row.kind === "card" ? card : []),
    ...Array.from({ length: row.fields }, (_, place) => `fields[${place}].value`),
    "notes",
  ];
  const labels = ["Customer number", "Room", "Renewal", "Two people know it"];
  return {
    row,
    revision: made.revision,
    findings: made.findings.filter((one) => one.item === item && row.codes.includes(one.code)),
    values: paths.map((path): DetailValue => {
      const value = values.get(`${item} ${path}`) ?? madeUp(row, path);
      const secret = SECRET.test(path);
      const partly = /username|uri$/.test(path);
      const field = /^fields\[(\d)\]/.exec(path);
      return {
        path,
        label: field ? (labels[Number(field[1])] ?? null) : null,
        shown: inClear(row, path, value, secret),
        secret: value !== "" && (secret || partly),
        long: path === "notes",
        bytes: new TextEncoder().encode(value).length,
        most: path === "notes" ? 7_400 : path === "name" ? 720 : 3_600,
      };
    }),
  };
}

function edit(made: MadeImport, item: number, path: string, value: string): number {
  const row = made.items[item] ?? fail("notFound", "item not found");
  const next = change(made, "edit", [row], (one) => {
    benchOf(made).values.set(`${item} ${path}`, value);
    if (path === "name") {
      one.name = value;
      drop(one, "missingName");
    }
    if (path === "notes" && value.length < 7_400) drop(one, "fieldTooLong");
    if (path === "login.uris[0].uri") {
      one.host = /^https?:\/\/([^/]+)/.exec(value)?.[1] ?? value;
      drop(one, "badUri");
    }
  });
  return next;
}

function drop(row: MaskedItem, code: FindingCode): void {
  if (!row.codes.includes(code)) return;
  row.codes = row.codes.filter((one) => one !== code);
  row.findings -= 1;
  if (code === "fieldTooLong") row.severity = row.codes.length > 0 ? "warning" : null;
  else if (row.codes.length === 0) row.severity = null;
}

function fix(made: MadeImport, which: Fix, selection: Selection): number {
  const cures = Object.entries(FIXES)
    .filter(([, one]) => one === which)
    .map(([code]) => code as FindingCode);
  const rows = selected(made, selection).filter(
    (row) => which === "skip" || cures.some((code) => row.codes.includes(code)),
  );
  return change(made, which === "skip" ? "skip" : "fix", rows, (row) => {
    if (which === "skip") row.skipped = true;
    for (const code of cures) drop(row, code);
    if (which === "splitNotes")
      benchOf(made).values.set(`${row.item} notes`, LONG_NOTE.slice(0, 7_000));
  });
}

/** The path of the collection a folder leads to, as the placement has it. */
function targetOf(made: MadeImport, folder: string): string | null {
  const { placement } = made.staged;
  const rule = placement.rules.find((one) => one.folder === folder);
  if (rule) return rule.to;
  if (!placement.foldersToCollections) return null;
  const parts = folder.split(placement.separator ?? "/");
  const kept = {
    whole: parts,
    top: parts.slice(0, 1),
    last: parts.slice(-1),
  }[placement.flatten];
  return [...(placement.prefix === "" ? [] : [placement.prefix]), ...kept].join("/");
}

const EXISTING = new Set(["Finance", "IT", "IT/Network", "Shared"]);

function targets(made: MadeImport, askServer: boolean): CollectionTarget[] {
  const found = new Map<string, { folders: string[]; items: Set<number> }>();
  const into = (path: string) => {
    const target = found.get(path) ?? { folders: [], items: new Set<number>() };
    found.set(path, target);
    return target;
  };
  for (const folder of made.staged.folders) {
    const path = targetOf(made, folder);
    if (path !== null) into(path).folders.push(folder);
  }
  for (const name of made.staged.placement.collections) into(name);
  for (const item of made.items) {
    if (item.skipped) continue;
    const paths = [
      ...item.folders.map((folder) => targetOf(made, folder)),
      ...made.staged.placement.collections,
    ].filter((path) => path !== null);
    for (const path of paths.length > 0 ? paths : [""]) into(path).items.add(item.item);
  }
  return [...found]
    .map(([path, target]) => ({
      path,
      folders: target.folders,
      items: target.items.size,
      exists: askServer && path !== "" ? EXISTING.has(path) : null,
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export interface BenchArgs {
  staging: string;
  query: GridQuery;
  selection: Selection;
  item: number;
  path: string;
  folder: string | null;
  keepOthers: boolean;
  skipped: boolean;
  fix: Fix;
  askServer: boolean;
  from: number;
  count: number;
}

type Find = (staging: string) => MadeImport;

/** The commands of the bench over what `find` finds; `open` opens what was sealed. */
export const benchCommands = (find: Find) => ({
  import_grid: ({ staging, query, from, count }: BenchArgs) =>
    page(find(staging), query, from, count),
  import_grid_matching: ({ staging, query }: BenchArgs) =>
    matching(find(staging), query).map((row) => row.item),
  import_detail: ({ staging, item }: BenchArgs) => detail(find(staging), item),
  import_reveal: async ({ staging, item, path }: BenchArgs) => {
    const made = find(staging);
    await wait(60);
    const row = made.items[item] ?? fail("notFound", "item not found");
    return benchOf(made).values.get(`${item} ${path}`) ?? madeUp(row, path);
  },
  import_skip_many: ({ staging, selection, skipped }: BenchArgs) => {
    const made = find(staging);
    const rows = selected(made, selection).filter((row) => row.skipped !== skipped);
    return change(made, skipped ? "skip" : "keep", rows, (row) => (row.skipped = skipped));
  },
  import_move: ({ staging, selection, folder, keepOthers }: BenchArgs) => {
    const made = find(staging);
    const moved = change(made, "move", selected(made, selection), (row) => {
      const kept = keepOthers ? row.folders : [];
      row.folders = folder === null ? kept : [...new Set([...kept, folder])];
      if (row.folders.length > 0) drop(row, "noCollection");
    });
    if (folder !== null && !made.staged.folders.includes(folder))
      made.staged = { ...made.staged, folders: [...made.staged.folders, folder].toSorted() };
    return moved;
  },
  import_fix: ({ staging, fix: which, selection }: BenchArgs) =>
    fix(find(staging), which, selection),
  import_undo: ({ staging }: BenchArgs) => back(find(staging), "undo"),
  import_redo: ({ staging }: BenchArgs) => back(find(staging), "redo"),
  import_targets: async ({ staging, askServer }: BenchArgs) => {
    if (askServer) await wait(400);
    return targets(find(staging), askServer);
  },
});

/** For the command that carries a sealed value, once it is open. */
export { edit as editValue };
