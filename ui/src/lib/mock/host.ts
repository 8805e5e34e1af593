/** The commands, answered from memory. */
import { emit } from "@tauri-apps/api/event";

import type { AccessChoices } from "#bindings/AccessChoices";
import type { ChosenFile } from "#bindings/ChosenFile";
import type { Code } from "#bindings/Code";
import type { Placement } from "#bindings/Placement";
import type { SealedPassword } from "#bindings/SealedPassword";
import type { StagedImport } from "#bindings/StagedImport";
import type { UploadEvent } from "#bindings/UploadEvent";
import type { UploadPlan } from "#bindings/UploadPlan";

import { status } from "./accounts.ts";
import { history, makeClients } from "./clients.ts";
import { benchCommands, editValue, type BenchArgs } from "./bench.ts";
import { duplicateCommands } from "./duplicates.ts";
import { openSealed } from "./door.ts";
import { fail, wait } from "./fail.ts";
import { healthCommands } from "./health.ts";
import { historyCommands } from "./history.ts";
import { firstImports, FORMATS, makeImport, makeReceipt, type MadeImport } from "./imports.ts";
import { ago, PASSWORD, scene } from "./scene.ts";
import { session, type SessionArgs } from "./session.ts";
import { sheetCommands } from "./sheets.ts";
import { signIn, type SignInArgs } from "./signIn.ts";

interface Channel<T> {
  onmessage: (message: T) => void;
}

/** Everything a command may be given. */
export interface Args extends Omit<SignInArgs, "channel">, SessionArgs, BenchArgs {
  sealedPassword?: SealedPassword;
  client: string;
  fileId: string;
  format?: string;
  items: number[];
  sealedValue: SealedPassword;
  files: { fileId: string; format?: string; sealedPassword?: SealedPassword }[];
  placement: Placement;
  channel: Channel<unknown>;
}

let clients = makeClients();
const named = clients.map((client) => ({ id: client.organizationId, name: client.name }));
const imports: MadeImport[] = firstImports(named);
const cancelled = new Set<string>();
const files = new Map<string, ChosenFile>();

async function needPassword(sealed: SealedPassword | undefined): Promise<void> {
  const password = sealed ? await openSealed(sealed) : "";
  await wait(350);
  if (password !== PASSWORD) fail("wrongPassword", "the password is not right");
}

const find = (staging: string): MadeImport =>
  imports.find((one) => one.staged.stagingId === staging) ?? fail("notFound", "import not found");

function settle(made: MadeImport): StagedImport {
  const skipped = new Set(made.items.filter((item) => item.skipped).map((item) => item.item));
  made.staged = {
    ...made.staged,
    skipped: skipped.size,
    blocking: made.findings.filter(
      (finding) => finding.severity === "error" && !skipped.has(finding.item ?? -1),
    ).length,
  };
  return made.staged;
}

function chosen(name: string, sizeBytes: number): ChosenFile {
  const file = { fileId: `f${files.size + 1}`, name, sizeBytes };
  files.set(file.fileId, file);
  return file;
}

/** What the system's dialog answers, as the scene has it. */
function choose(): ChosenFile[] {
  if (scene.choose === "sheet") return [chosen("Passwords of all branches (final).xlsx", 96_300)];
  const encrypted = chosen("bitwarden_encrypted_export_20260914.json", 2_318_000);
  return scene.choose === "several"
    ? [chosen("lastpass_export.csv", 184_320), encrypted]
    : [encrypted];
}

const ACCESS: AccessChoices = {
  groups: [
    ["g1", "Office"],
    ["g2", "Management"],
    ["g3", "Field engineers"],
  ],
  members: [
    ["m1", "Ana Pereira <ana@acme.example>"],
    ["m2", "Jonas Weber <jonas@acme.example>"],
    ["m3", "a.remarkably.long.address.of.somebody.who.moved@subsidiary.acme.example"],
  ],
};

function plan(made: MadeImport): UploadPlan {
  const { staged } = made;
  const { placement } = staged;
  const wanted = [
    ...(placement.foldersToCollections ? staged.folders : []),
    ...placement.collections,
  ];
  return {
    client: staged.clientName,
    items: staged.items - staged.skipped,
    skipped: staged.skipped,
    chunks: Math.ceil((staged.items - staged.skipped) / 1000),
    existingCollections: wanted.slice(0, 2),
    newCollections: wanted.slice(2),
    access: placement.access.map((one) => (one.manage ? `${one.name} (manage)` : one.name)),
  };
}

async function upload(made: MadeImport, channel: Channel<UploadEvent>): Promise<void> {
  const { staged } = made;
  const total = staged.items - staged.skipped;
  const step = (stage: "looking" | "collections" | "sending" | "verifying", landed: number) => {
    channel.onmessage({
      kind: "progress",
      progress: { stage, landed, total, waitingSeconds: 0 },
    });
  };
  made.staged = { ...staged, state: "uploading" };
  step("looking", staged.landed);
  await wait(700);
  step("collections", staged.landed);
  await wait(700);
  for (let landed = staged.landed; landed < total; landed += Math.ceil(total / 40)) {
    if (cancelled.delete(staged.stagingId)) {
      made.staged = { ...made.staged, landed };
      channel.onmessage({
        kind: "failed",
        failure: { code: "inputRefused", message: "cancelled", hint: null },
      });
      return void emit("changed", ["import"]);
    }
    const broken = scene.fail.get("upload");
    if (broken !== undefined && landed > total / 2) {
      made.staged = { ...made.staged, landed };
      channel.onmessage({
        kind: "failed",
        failure: { code: broken as Code, message: "the answer was lost", hint: null },
      });
      return void emit("changed", ["import"]);
    }
    step("sending", landed);
    await wait(120);
  }
  step("verifying", total);
  await wait(900);
  made.staged = { ...made.staged, state: "done", landed: total };
  channel.onmessage({ kind: "finished", receipt: makeReceipt(made) });
  return void emit("changed", ["import"]);
}

async function stage({ files: wanted, client, channel }: Args): Promise<StagedImport> {
  const read = wanted.map(({ fileId }) => files.get(fileId) ?? fail("notFound", "file not found"));
  const sealed = wanted.find(({ fileId }) => files.get(fileId)?.name.endsWith(".json"));
  if (sealed) await needPassword(sealed.sealedPassword);
  const [file] = read;
  for (let step = 0; step < 5; step += 1) {
    channel.onmessage({ read: step * 4_000 });
    await wait(120);
  }
  const made = makeImport({
    stagingId: `s-${imports.length}`,
    client: named.find((one) => one.id === client) ?? { id: client, name: "" },
    fileName: file?.name ?? "",
    files: read.map((one) => one.name),
    format: wanted[0]?.format ?? "lastpasscsv",
    items: 640,
    minutes: 0,
  });
  imports.unshift(made);
  void emit("changed", ["import"]);
  return made.staged;
}

async function refresh() {
  await wait(900);
  if (!scene.online) {
    status.online = false;
    fail("offline", "the server could not be reached");
  }
  status.lastSync = ago(0);
  clients = clients.map((client) => ({ ...client, syncedAt: ago(0) }));
  return {
    clients: clients.length,
    members: 0,
    requests: 2,
    changed: [],
    tookMs: 900,
    webVault: null,
  };
}

/** The second account looks after others than the first. */
const ofAccount = () =>
  status.account?.userId === "user-1"
    ? clients.slice(0, 6).map((client) => ({ ...client, name: `Al Noor · ${client.name}` }))
    : clients;

type Commands = Record<string, (args: Args) => unknown>;

export const commands: Commands = {
  ...session,
  ...signIn,
  clients_list: () => new TextEncoder().encode(JSON.stringify(ofAccount())).buffer,
  clients_refresh: refresh,
  clients_seats: ({ client }) => {
    const found = clients.find((one) => one.organizationId === client);
    return found ? history(found) : [];
  },
  import_formats: () => FORMATS,
  import_choose: () => choose(),
  import_sample: () => chosen("lastpass_export.csv", 184_320),
  import_waiting: () => [],
  import_detect: ({ fileId }) =>
    files.get(fileId)?.name.endsWith(".xlsx")
      ? { format: "genericcsv", confidence: 0.6, alternatives: [], needsPassword: false }
      : files.get(fileId)?.name.endsWith(".json")
        ? { format: "bitwardenjson", confidence: 1, alternatives: [], needsPassword: true }
        : {
            format: "lastpasscsv",
            confidence: 0.98,
            alternatives: ["chromecsv"],
            needsPassword: false,
          },
  import_inspect: ({ format }) => {
    const made = makeImport({
      stagingId: "",
      client: { id: "", name: "" },
      fileName: "",
      format: format ?? "",
      items: 640,
      minutes: 0,
    });
    return {
      format,
      items: made.staged.counts,
      folders: made.staged.folders,
      findings: made.findings,
    };
  },
  import_stage: stage,
  import_list: () => imports.map((one) => one.staged),
  import_get: ({ staging }) => find(staging).staged,
  import_items: ({ staging, from, count }) => find(staging).items.slice(from, from + count),
  import_findings: ({ staging }) => find(staging).findings,
  import_skip: ({ staging, items, skipped }) => {
    const made = find(staging);
    for (const item of items) {
      const found = made.items[item];
      if (found) found.skipped = skipped;
    }
    return settle(made);
  },
  ...benchCommands(find),
  ...(duplicateCommands(find) as unknown as Commands),
  ...(healthCommands(find) as unknown as Commands),
  ...(sheetCommands as unknown as Commands),
  ...(historyCommands(imports, find) as unknown as Commands),
  import_stage_cancel: () => null,
  import_edit: async ({ staging, item, path, sealedValue }) =>
    editValue(find(staging), item, path, await openSealed(sealedValue)),
  import_place: ({ staging, placement }) => {
    const made = find(staging);
    made.staged = { ...made.staged, placement };
    void emit("changed", ["import"]);
    return made.staged;
  },
  import_discard: ({ staging }) => {
    imports.splice(imports.indexOf(find(staging)), 1);
    void emit("changed", ["import"]);
    return null;
  },
  import_access: () => ACCESS,
  import_plan: async ({ staging }) => {
    await wait(400);
    return plan(find(staging));
  },
  import_upload: ({ staging, channel }) => {
    void upload(find(staging), channel as Channel<UploadEvent>);
    return null;
  },
  import_cancel: ({ staging }) => {
    cancelled.add(staging);
    return null;
  },
  import_receipt: ({ staging }) => makeReceipt(find(staging)),
  import_save_receipt: () => true,
};

/** One command, as slow and as broken as the scene wants it. */
export async function answer(command: string, args: Args): Promise<unknown> {
  await wait(scene.slow);
  const code = scene.fail.get(command);
  if (code !== undefined) fail(code as Code, "a made-up failure");
  const run = commands[command];
  return run ? await run(args) : fail("unexpected", "no such command");
}
