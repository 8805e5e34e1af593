/** Made-up past imports, source files and what was forgotten. */
import type { ExpiredNotice } from "#bindings/ExpiredNotice";
import type { PastImport } from "#bindings/PastImport";
import type { SourceFile } from "#bindings/SourceFile";
import { fold, matches } from "#lib/format.ts";

import { fail } from "./fail.ts";
import type { MadeImport } from "./imports.ts";
import { ago, scene } from "./scene.ts";

let keepDays = 14;
let seen = !scene.expired;
const gone = new Set<string>();

function past(made: MadeImport[]): PastImport[] {
  const done = made
    .filter(({ staged }) => staged.state === "done")
    .map(({ staged }): PastImport => ({
      stagingId: staged.stagingId,
      client: staged.client,
      clientName: staged.clientName,
      end: "done",
      endedAt: staged.createdAt,
      by: "maren@northlight.example",
      files: staged.files,
      formats: [staged.format],
      items: staged.items,
      landed: staged.landed,
    }));
  const [first] = done;
  if (!first) return [];
  return [
    ...done,
    {
      ...first,
      stagingId: "s-expired",
      end: "expired",
      endedAt: ago(60 * 24 * 3),
      files: ["1password-export.1pux", "chrome.csv"],
      formats: ["chromecsv"],
      items: 88,
      landed: 0,
    },
    {
      ...first,
      stagingId: "s-discarded",
      end: "discarded",
      endedAt: ago(60 * 24 * 60),
      by: "a.remarkably.long.address.of.somebody.who.moved@northlight.example",
      files: ["keeper.json"],
      formats: ["bitwardenjson"],
      items: 4_180,
      landed: 1_200,
    },
  ];
}

function sources({ staged }: MadeImport): SourceFile[] {
  return [...staged.files, "shared-folders.csv", "old-notes.csv"].map((name, file) => ({
    file,
    name,
    folder: "/home/maren/Downloads/customers",
    format: staged.format,
    sha256: "9f2c4e1ad07b83c65d4f0a91be37c28e6150fd94ab73e8c20d61f5b7a4938ce1",
    now: gone.has(`${staged.stagingId} ${file}`) ? "gone" : file === 1 ? "changed" : "same",
  }));
}

interface HistoryArgs {
  staging: string;
  client: string | null;
  text: string;
  file: number;
  days: number;
  settings: { keepDays: number };
}

export const historyCommands = (made: MadeImport[], find: (staging: string) => MadeImport) => ({
  import_history: ({ client, text }: HistoryArgs) =>
    past(made).filter(
      (one) =>
        (client === null || one.client === client) &&
        (text === "" || matches(fold([one.clientName, one.by, ...one.files].join(" ")), text)),
    ),
  import_sources: ({ staging }: HistoryArgs) => sources(find(staging)),
  import_delete_source: ({ staging, file }: HistoryArgs) => {
    gone.add(`${staging} ${file}`);
    return sources(find(staging))[file] ?? fail("notFound", "source file not found");
  },
  import_keep: ({ staging, days }: HistoryArgs) => {
    const one = find(staging);
    one.staged = { ...one.staged, expiresAt: days === 0 ? null : ago(-days * 24 * 60) };
    return one.staged;
  },
  import_settings: () => ({ keepDays }),
  import_set_settings: ({ settings }: HistoryArgs) => {
    keepDays = settings.keepDays;
    return null;
  },
  import_expired: (): ExpiredNotice[] =>
    seen ? [] : past(made).flatMap((one) => (one.end === "expired" ? { import: one } : [])),
  import_expired_seen: () => {
    seen = true;
    return null;
  },
});
