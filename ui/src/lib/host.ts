/**
 * The only door to the program behind this window. Nothing else imports Tauri.
 *
 * Each method is one command of `src-tauri/shell/commands`, by the same name.
 */
import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { AccessChoices } from "#bindings/AccessChoices";
import type { ChosenFile } from "#bindings/ChosenFile";
import type { Client } from "#bindings/Client";
import type { DemoSignIn } from "#bindings/DemoSignIn";
import type { Detection } from "#bindings/Detection";
import type { Door } from "#bindings/Door";
import type { Finding } from "#bindings/Finding";
import type { FormatInfo } from "#bindings/FormatInfo";
import type { Inspection } from "#bindings/Inspection";
import type { MaskedItem } from "#bindings/MaskedItem";
import type { Placement } from "#bindings/Placement";
import type { Receipt } from "#bindings/Receipt";
import type { ReceiptForm } from "#bindings/ReceiptForm";
import type { Room } from "#bindings/Room";
import type { SealedPassword } from "#bindings/SealedPassword";
import type { SeatSnapshot } from "#bindings/SeatSnapshot";
import type { StageProgress } from "#bindings/StageProgress";
import type { StagedImport } from "#bindings/StagedImport";
import type { Status } from "#bindings/Status";
import type { SyncReport } from "#bindings/SyncReport";
import type { UploadEvent } from "#bindings/UploadEvent";
import type { UploadPlan } from "#bindings/UploadPlan";

/** How to read a chosen file. */
export interface Reading {
  fileId: string;
  /** Format id; absent lets the content decide. */
  format?: string;
  /** For exports protected by a password of their own. */
  sealedPassword?: SealedPassword;
}

function channel<T>(onmessage: (message: T) => void): Channel<T> {
  const made = new Channel<T>();
  made.onmessage = onmessage;
  return made;
}

/** The client list travels as raw bytes: ten thousand rows arrive in half the time. */
async function clientsList(): Promise<Client[]> {
  const answer = await invoke<ArrayBuffer | Client[]>("clients_list");
  return answer instanceof ArrayBuffer
    ? (JSON.parse(new TextDecoder().decode(answer)) as Client[])
    : answer;
}

export const host = {
  sessionStatus: () => invoke<Status>("session_status"),
  sessionDemo: () => invoke<DemoSignIn | null>("session_demo"),
  sessionDoor: () => invoke<Door>("session_door"),
  sessionSignIn: (server: string, email: string, sealedPassword: SealedPassword) =>
    invoke<Status>("session_sign_in", { server, email, sealedPassword }),
  sessionUnlock: (sealedPassword: SealedPassword) =>
    invoke<Status>("session_unlock", { sealedPassword }),
  sessionLock: () => invoke<Status>("session_lock"),
  sessionSignOut: () => invoke<Status>("session_sign_out"),

  clientsList,
  clientsRefresh: () => invoke<SyncReport>("clients_refresh"),
  clientsSeats: (client: string) => invoke<SeatSnapshot[]>("clients_seats", { client }),

  importFormats: () => invoke<FormatInfo[]>("import_formats"),
  importChoose: () => invoke<ChosenFile | null>("import_choose"),
  importSample: () => invoke<ChosenFile | null>("import_sample"),
  importWaiting: () => invoke<ChosenFile[]>("import_waiting"),
  importDetect: (fileId: string) => invoke<Detection>("import_detect", { fileId }),
  importInspect: (reading: Reading) => invoke<Inspection>("import_inspect", { ...reading }),
  importStage: (
    reading: Reading,
    client: string,
    placement: Placement,
    onread: (read: number) => void,
  ) =>
    invoke<StagedImport>("import_stage", {
      ...reading,
      client,
      placement,
      channel: channel<StageProgress>(({ read }) => {
        onread(read);
      }),
    }),
  importList: () => invoke<StagedImport[]>("import_list"),
  importGet: (staging: string) => invoke<StagedImport>("import_get", { staging }),
  importItems: (staging: string, from: number, count: number) =>
    invoke<MaskedItem[]>("import_items", { staging, from, count }),
  importFindings: (staging: string) => invoke<Finding[]>("import_findings", { staging }),
  importSkip: (staging: string, items: number[], skipped: boolean) =>
    invoke<StagedImport>("import_skip", { staging, items, skipped }),
  importPlace: (staging: string, placement: Placement) =>
    invoke<StagedImport>("import_place", { staging, placement }),
  importDiscard: (staging: string, evenIfUnproven: boolean) =>
    invoke<null>("import_discard", { staging, evenIfUnproven }),
  importAccess: (client: string) => invoke<AccessChoices>("import_access", { client }),
  importPlan: (staging: string) => invoke<UploadPlan>("import_plan", { staging }),
  importUpload: (staging: string, onnews: (news: UploadEvent) => void) =>
    invoke<null>("import_upload", { staging, channel: channel(onnews) }),
  importCancel: (staging: string) => invoke<null>("import_cancel", { staging }),
  importReceipt: (staging: string) => invoke<Receipt>("import_receipt", { staging }),
  importSaveReceipt: (staging: string, form: ReceiptForm) =>
    invoke<boolean>("import_save_receipt", { staging, form }),

  /** Calls back whenever stored things of some rooms changed. The answer stops it. */
  onChanged: (react: (rooms: Room[]) => void) =>
    listen<Room[]>("changed", (event) => {
      react(event.payload);
    }),
  /** A file was dropped on the window or opened with it. */
  onFileWaiting: (react: () => void) => listen("file-waiting", react),
  /** A file hovers over the window, or no longer does. */
  onFileHover: (react: (hovers: boolean) => void) =>
    listen<boolean>("file-hover", (event) => {
      react(event.payload);
    }),
};
