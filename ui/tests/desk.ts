/** An import on the bench, answered by the made-up one, for tests of its screens. */
import type { SealedPassword } from "#bindings/SealedPassword";

import { benchCommands, editValue, type BenchArgs } from "../src/lib/mock/bench.ts";
import { duplicateCommands } from "../src/lib/mock/duplicates.ts";
import { healthCommands } from "../src/lib/mock/health.ts";
import { historyCommands } from "../src/lib/mock/history.ts";
import { FORMATS, makeImport, type Wanted } from "../src/lib/mock/imports.ts";
import { sheetCommands } from "../src/lib/mock/sheets.ts";
import { unsealed, world, type Answers, type Call } from "./world.ts";

export const CLIENT = { id: "org-1", name: "Bluefin Logistics" };

/** Stages a made-up file; `answers` replace those of the made-up world. */
export function desk(wanted: Partial<Wanted> = {}, answers: Answers = {}) {
  const made = makeImport({
    stagingId: "s-1",
    client: CLIENT,
    fileName: "export.csv",
    format: "lastpasscsv",
    items: 400,
    minutes: 1,
    ...wanted,
  });
  const find = () => made;
  const bench = benchCommands(find) as unknown as Answers;
  const calls: Call[] = world({
    ...bench,
    ...(duplicateCommands(find) as unknown as Answers),
    ...(healthCommands(find) as unknown as Answers),
    ...(historyCommands([made], find) as unknown as Answers),
    ...(sheetCommands as unknown as Answers),
    import_formats: () => FORMATS,
    import_get: () => made.staged,
    import_findings: () => made.findings,
    import_access: () => ({ groups: [["g1", "Office"]], members: [] }),
    import_place: ({ placement }) => {
      made.staged = { ...made.staged, placement: placement as typeof made.staged.placement };
      return made.staged;
    },
    import_edit: async (args) => {
      const { item, path } = args as unknown as BenchArgs;
      const value = await unsealed(args.sealedValue as SealedPassword);
      return editValue(made, item, path, value);
    },
    ...answers,
  });
  return { made, calls };
}
