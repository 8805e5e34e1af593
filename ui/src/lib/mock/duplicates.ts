/** The made-up duplicates of an import: groups of items that stand near one another. */
import type { DuplicateGroup } from "#bindings/DuplicateGroup";
import type { DuplicateKind } from "#bindings/DuplicateKind";
import type { DuplicateMember } from "#bindings/DuplicateMember";
import type { DuplicateQuery } from "#bindings/DuplicateQuery";
import type { DuplicateReport } from "#bindings/DuplicateReport";
import type { DuplicateRule } from "#bindings/DuplicateRule";
import type { MaskedItem } from "#bindings/MaskedItem";

import { change } from "./bench.ts";
import { fail } from "./fail.ts";
import type { MadeImport } from "./imports.ts";
import { ago } from "./scene.ts";

const settled = new WeakMap<MadeImport, Set<number>>();

const member = (made: MadeImport, row: MaskedItem, name = row.name): DuplicateMember => ({
  staging: made.staged.stagingId,
  item: row.item,
  name,
  username: row.username,
  host: row.host,
  fileName: made.staged.files[row.file] ?? "",
  row: row.row,
  skipped: row.skipped,
  uploadedAt: null,
});

const elsewhere = (row: MaskedItem, uploaded: boolean): DuplicateMember => ({
  staging: uploaded ? "s-done" : "s-other",
  item: uploaded ? null : 12,
  name: uploaded ? "" : row.name,
  username: uploaded ? "" : row.username,
  host: uploaded ? "" : row.host,
  fileName: uploaded ? "vault-export-2026-08.csv" : "1password-export.1pux",
  row: uploaded ? null : 14,
  skipped: false,
  uploadedAt: uploaded ? ago(60 * 24 * 40) : null,
});

const DIFFERS = [["login.password"], ["login.password", "notes"], ["login.uris[0].uri"]];

function groups(made: MadeImport): DuplicateGroup[] {
  if (made.findings.length === 0) return [];
  const logins = made.items.filter((item) => item.kind === "login").slice(0, 240);
  return Array.from({ length: 60 }, (_, group) => {
    const rows = logins.slice(group * 3, group * 3 + (group % 5 === 0 ? 3 : 2));
    const first = rows[0];
    const kind: DuplicateKind = group % 3 === 2 ? "near" : "exact";
    const others = first && group % 7 === 3 ? [elsewhere(first, group % 2 === 1)] : [];
    return {
      group,
      kind,
      members: [...rows.map((row) => member(made, row, first?.name)), ...others],
      differs: kind === "near" ? (DIFFERS[Math.floor(group / 3) % DIFFERS.length] ?? []) : [],
    };
  }).filter((group) => settled.get(made)?.has(group.group) !== true);
}

const isElsewhere = (group: DuplicateGroup, made: MadeImport): boolean =>
  group.members.some((one) => one.staging !== made.staged.stagingId);

function report(
  made: MadeImport,
  query: DuplicateQuery,
  from: number,
  count: number,
): DuplicateReport {
  const all = groups(made);
  const matching = all.filter(
    (group) =>
      (query.kind === null || group.kind === query.kind) &&
      (!query.elsewhere || isElsewhere(group, made)),
  );
  const exact = all.filter((group) => group.kind === "exact");
  return {
    revision: made.revision,
    exact: exact.length,
    near: all.length - exact.length,
    earlier: all.filter((group) => group.members.some((one) => one.uploadedAt !== null)).length,
    superfluous: exact.reduce((sum, group) => sum + group.members.length - 1, 0),
    matching: matching.length,
    groups: matching.slice(from, from + count),
  };
}

export interface DuplicateArgs {
  groups: number[] | null;
  kind: DuplicateKind;
  rule: DuplicateRule;
  revision: number;
}

function resolve(made: MadeImport, args: DuplicateArgs): number {
  if (args.revision !== made.revision) fail("inputRefused", "the items changed meanwhile");
  const wanted = groups(made).filter(
    (group) => group.kind === args.kind && (args.groups?.includes(group.group) ?? true),
  );
  const done = settled.get(made) ?? new Set();
  settled.set(made, done);
  for (const { group } of wanted) done.add(group);
  const rows = wanted.flatMap(({ members }) =>
    members.flatMap(({ item, staging }, place) =>
      place > 0 && item !== null && staging === made.staged.stagingId
        ? (made.items[item] ?? [])
        : [],
    ),
  );
  if (args.rule === "keep") return made.revision;
  const kind = args.rule === "merge" ? "merge" : "skip";
  return change(made, kind, rows, (row) => (row.skipped = true));
}

interface Asked {
  staging: string;
  from: number;
  count: number;
}

export const duplicateCommands = (find: (staging: string) => MadeImport) => ({
  import_duplicates: ({ staging, query, from, count }: Asked & { query: unknown }) =>
    report(find(staging), query as DuplicateQuery, from, count),
  import_resolve_duplicates: ({ staging, ...args }: Asked & DuplicateArgs) =>
    resolve(find(staging), args),
});
