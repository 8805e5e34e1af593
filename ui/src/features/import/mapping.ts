/** Folders of a file and the collections they lead to, as rows. Plain functions. */
import type { CollectionTarget } from "#bindings/CollectionTarget";
import type { FolderRule } from "#bindings/FolderRule";
import type { Placement } from "#bindings/Placement";

export interface FolderRow {
  /** Its path in the file. */
  folder: string;
  /** Its last part, for a tree. */
  name: string;
  /** How deep it is, from 0. */
  depth: number;
  /** Where it leads; null when it is dropped. */
  target: CollectionTarget | null;
  /** Other folders that lead there, too. */
  merged: number;
  /** Somebody decided about this one. */
  own: boolean;
}

/** One row for each folder, in the order of their paths, so that a parent stands above its children. */
export function folderRows(
  folders: readonly string[],
  targets: readonly CollectionTarget[],
  placement: Placement,
): FolderRow[] {
  const separator = placement.separator ?? "/";
  const leads = new Map(
    targets.flatMap((target) => target.folders.map((folder) => [folder, target] as const)),
  );
  const own = new Set(placement.rules.map((rule) => rule.folder));
  return [...folders].sort().map((folder) => {
    const parts = folder.split(separator);
    const target = leads.get(folder) ?? null;
    return {
      folder,
      name: parts.at(-1) ?? folder,
      depth: parts.length - 1,
      target,
      merged: Math.max(0, (target?.folders.length ?? 1) - 1),
      own: own.has(folder),
    };
  });
}

/** The rules with another one for `folder`; `undefined` takes its own one away. */
export function withRule(
  rules: readonly FolderRule[],
  folder: string,
  to: string | null | undefined,
): FolderRule[] {
  const others = rules.filter((rule) => rule.folder !== folder);
  return to === undefined ? others : [...others, { folder, to }];
}

/** Collections an import leads to, the nameless one aside. */
export const named = (targets: readonly CollectionTarget[]): CollectionTarget[] =>
  targets.filter((target) => target.path !== "");

/** Items that go into no collection. */
export const nowhere = (targets: readonly CollectionTarget[]): number =>
  targets.find((target) => target.path === "")?.items ?? 0;
