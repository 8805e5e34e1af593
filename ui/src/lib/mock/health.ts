/** A made-up health check: slow enough to be stopped, with something of everything. */
import type { ExposedSource } from "#bindings/ExposedSource";
import type { HealthPick } from "#bindings/HealthPick";
import type { HealthReport } from "#bindings/HealthReport";
import type { HealthRow } from "#bindings/HealthRow";

import { change } from "./bench.ts";
import { fail, wait } from "./fail.ts";
import { flag, type MadeImport } from "./imports.ts";
import { ago, chance } from "./scene.ts";

const stopped = new Set<string>();

function rowsOf(made: MadeImport, exposed: ExposedSource): HealthRow[] {
  const next = chance(7);
  return made.items
    .filter((item) => item.hasPassword && !item.skipped)
    .map((item): HealthRow => {
      const score = [0, 1, 2, 3, 3, 4, 4, 4][Math.floor(next() * 8)] ?? 4;
      const seen = score < 2 && next() < 0.6 ? Math.floor(next() * 90_000) + 1 : 0;
      return {
        item: item.item,
        name: item.name,
        username: item.username,
        host: item.host,
        used: next() < 0.08 ? 2 + Math.floor(next() * 6) : 1,
        score,
        exposed: exposed === "off" ? null : seen,
        plainHttp: next() < 0.02,
        missingTwoStep: !item.hasTotp && item.host === "github.com",
      };
    });
}

const bad = (row: HealthRow): number =>
  ((row.exposed ?? 0) > 0 ? 100 : 0) +
  (row.score !== null && row.score < 3 ? 40 - row.score * 10 : 0) +
  (row.used > 1 ? 15 : 0) +
  (row.plainHttp ? 5 : 0) +
  (row.missingTwoStep === true ? 1 : 0);

function report(made: MadeImport, exposed: ExposedSource, worst: number): HealthReport {
  const rows = rowsOf(made, exposed);
  const mend = rows.filter((row) => bad(row) > 0).sort((a, b) => bad(b) - bad(a));
  const of = (which: (row: HealthRow) => boolean) => rows.filter(which).length;
  return {
    checkedAt: ago(0),
    revision: made.revision,
    items: made.items.length - made.staged.skipped,
    logins: rows.length,
    passwords: rows.length,
    reused: of((row) => row.used > 1),
    weak: of((row) => (row.score ?? 4) < 3),
    exposed: exposed === "off" ? null : of((row) => (row.exposed ?? 0) > 0),
    exposedIncomplete: exposed === "online" && made.items.length > 10_000,
    plainHttp: of((row) => row.plainHttp),
    missingTwoStep: of((row) => row.missingTwoStep === true),
    scores: [0, 1, 2, 3, 4].map((score) => of((row) => row.score === score)) as [
      number,
      number,
      number,
      number,
      number,
    ],
    toMend: mend.length,
    rows: mend.slice(0, worst),
  };
}

interface HealthArgs {
  staging: string;
  exposed: ExposedSource;
  worst: number;
  channel: { onmessage: (message: unknown) => void };
}

export const healthCommands = (find: (staging: string) => MadeImport) => ({
  import_health: async ({ staging, exposed, worst, channel }: HealthArgs) => {
    const made = find(staging);
    const total = made.items.filter((item) => item.hasPassword).length;
    for (let step = 1; step <= 8; step += 1) {
      await wait(exposed === "online" ? 400 : 60);
      if (stopped.delete(staging)) fail("inputRefused", "cancelled");
      channel.onmessage({ done: Math.round((total * step) / 8), total });
    }
    const made_ = report(made, exposed, worst);
    for (const row of made_.rows) {
      const item = made.items[row.item];
      if (item && (row.score ?? 4) < 3)
        flag(item, {
          code: "weakPassword",
          severity: "info",
          row: item.row,
          item: item.item,
          field: "login.password",
          message: "the password is easy to guess",
        });
    }
    return made_;
  },
  import_health_cancel: ({ staging }: HealthArgs) => {
    stopped.add(staging);
    return null;
  },
  import_choose_hash_list: () => "pwned-passwords-sha1-ordered-by-hash-v8.txt",
  import_health_tag: ({
    staging,
    pick,
    collection,
  }: {
    staging: string;
    pick: HealthPick;
    collection: string;
  }) => {
    const made = find(staging);
    const rows = rowsOf(made, "online").filter(
      (row) =>
        (pick.weak && (row.score ?? 4) < 3) ||
        (pick.exposed && (row.exposed ?? 0) > 0) ||
        (pick.reused && row.used > 1),
    );
    const items = rows.flatMap((row) => made.items[row.item] ?? []);
    return change(made, "move", items, (row) => (row.folders = [...row.folders, collection]));
  },
  import_save_health: () => true,
});
