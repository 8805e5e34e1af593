/** Words of past imports, of how long staged ones are kept, and of the files they came from. */
import type { ImportEnd } from "#bindings/ImportEnd";
import type { SourceNow } from "#bindings/SourceNow";

import type { Terms } from "./terms.ts";

const imports = (n: string) => (n === "1" ? "1 import was" : `${n} imports were`);

export const history = (w: Terms) => ({
  title: "History",
  search: "Search past imports",
  failed: "The history could not be read",
  none: "No past import matches.",
  empty: "Nothing has ended yet.",
  ends: { done: "Sent", discarded: "Discarded", expired: "Forgotten" } satisfies Record<
    ImportEnd,
    string
  >,
  endTexts: {
    done: "Every item that was not skipped is proven on the server.",
    discarded: "Somebody discarded it. Nothing is kept but this line.",
    expired: "It was never sent, and its time was over. Nothing is kept but this line.",
  } satisfies Record<ImportEnd, string>,
  landed: (n: string, of: string) => (n === of ? `${n} items` : `${n} of ${of} items`),
  by: (who: string) => `by ${who}`,
  moreFiles: (n: string) => `and ${n} more`,
  expired: {
    title: (n: string) => `${imports(n)} forgotten meanwhile`,
    text: "Their time was over and they were never sent, so the sealed items and their keys are gone from this machine. The export files are where they were.",
    line: (file: string, client: string) => `${file} for ${client}`,
    seen: "Got it",
  },
  keep: {
    until: (day: string) => `Kept until ${day}`,
    soon: (left: string) => `Forgotten in ${left}`,
    forever: "Kept until you discard it",
    why: "Staged items are sealed passwords. What is never sent is forgotten by itself.",
    longer: "Keep longer",
    days: (n: string) => `${n} days from now`,
    always: "For ever",
  },
  settings: {
    title: "Imports",
    label: "Forget what is staged and never sent",
    after: (n: string) => `After ${n} days`,
    never: "Never",
    text: "Holds for what is staged from now on. You are told when something was forgotten; the export file itself stays where it is.",
    neverText: `Sealed copies of a ${w.client}’s passwords then stay on this machine until somebody discards them.`,
    failed: "The setting could not be read or kept",
  },
  sources: {
    title: "Files it came from",
    failed: "The files could not be looked at",
    lead: "Each of them holds every password in clear. Delete them here once you no longer need them.",
    now: {
      same: "Still there",
      changed: "Other content by now",
      gone: "Gone",
    } satisfies Record<SourceNow, string>,
    changedText: "It is no longer the file that was imported, so Wardroom leaves it alone.",
    delete: "Delete the file…",
    deleteLabel: (name: string) => `Delete ${name}…`,
    confirmTitle: (name: string) => `Delete “${name}”?`,
    confirmText:
      "The file is removed from its folder at once; it does not go to the bin. This cannot be undone.",
    honest:
      "What the disk keeps in free space, in snapshots and backups, or in a synchronised folder is beyond Wardroom. Only an encrypted disk, and emptying those places, protects it.",
    confirm: "Delete the file",
    deleted: (name: string) => `${name} is deleted.`,
    hash: "SHA-256",
  },
});
