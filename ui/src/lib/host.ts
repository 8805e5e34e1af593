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
import type { NetworkSettings } from "#bindings/NetworkSettings";
import type { NetworkState } from "#bindings/NetworkState";
import type { Placement } from "#bindings/Placement";
import type { Receipt } from "#bindings/Receipt";
import type { ReceiptForm } from "#bindings/ReceiptForm";
import type { RefreshState } from "#bindings/RefreshState";
import type { Room } from "#bindings/Room";
import type { SealedPassword } from "#bindings/SealedPassword";
import type { SeatSnapshot } from "#bindings/SeatSnapshot";
import type { SecuritySettings } from "#bindings/SecuritySettings";
import type { SecurityState } from "#bindings/SecurityState";
import type { ServerSettings } from "#bindings/ServerSettings";
import type { SignInStep } from "#bindings/SignInStep";
import type { SsoOrganization } from "#bindings/SsoOrganization";
import type { StageProgress } from "#bindings/StageProgress";
import type { StagedImport } from "#bindings/StagedImport";
import type { SyncReport } from "#bindings/SyncReport";
import type { TwoStepKind } from "#bindings/TwoStepKind";
import type { UploadEvent } from "#bindings/UploadEvent";
import type { UploadPlan } from "#bindings/UploadPlan";

import type { KeyNews, WindowStatus } from "./types.ts";

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
  sessionStatus: () => invoke<WindowStatus>("session_status"),
  sessionDemo: () => invoke<DemoSignIn | null>("session_demo"),
  sessionDoor: () => invoke<Door>("session_door"),
  sessionUnlock: (sealedPassword: SealedPassword) =>
    invoke<WindowStatus>("session_unlock", { sealedPassword }),
  sessionUnlockPin: (sealedPin: SealedPassword) =>
    invoke<WindowStatus>("session_unlock_pin", { sealedPin }),
  sessionUnlockPresence: () => invoke<WindowStatus>("session_unlock_presence"),
  sessionLock: (all: boolean) => invoke<WindowStatus>("session_lock", { all }),
  sessionSignOut: () => invoke<WindowStatus>("session_sign_out"),
  sessionSwitch: (userId: string) => invoke<WindowStatus>("session_switch", { userId }),
  sessionColour: (userId: string, colour: number) =>
    invoke<WindowStatus>("session_colour", { userId, colour }),
  sessionTouched: () => invoke<null>("session_touched"),

  sessionSignIn: (server: ServerSettings, email: string, sealedPassword: SealedPassword) =>
    invoke<SignInStep>("session_sign_in", { server, email, sealedPassword }),
  sessionSignInApiKey: (
    server: ServerSettings,
    email: string,
    clientId: string,
    sealedSecret: SealedPassword,
    sealedPassword: SealedPassword,
  ) =>
    invoke<SignInStep>("session_sign_in_api_key", {
      server,
      email,
      clientId,
      sealedSecret,
      sealedPassword,
    }),
  sessionSignInStep: () => invoke<SignInStep | null>("session_sign_in_step"),
  sessionSignInCancel: () => invoke<null>("session_sign_in_cancel"),
  sessionTwoStep: (method: TwoStepKind, sealedCode: SealedPassword, remember: boolean) =>
    invoke<SignInStep>("session_two_step", { method, sealedCode, remember }),
  sessionTwoStepSend: () => invoke<null>("session_two_step_send"),
  sessionTwoStepDuo: () => invoke<null>("session_two_step_duo"),
  sessionTwoStepKey: (
    sealedPin: SealedPassword | undefined,
    remember: boolean,
    onnews: (news: KeyNews) => void,
  ) =>
    invoke<SignInStep>("session_two_step_key", { sealedPin, remember, channel: channel(onnews) }),
  sessionNewDevice: (sealedCode: SealedPassword) =>
    invoke<SignInStep>("session_new_device", { sealedCode }),
  sessionNewDeviceResend: () => invoke<null>("session_new_device_resend"),
  sessionSsoFind: (server: ServerSettings, email: string) =>
    invoke<SsoOrganization[]>("session_sso_find", { server, email }),
  sessionSso: (server: ServerSettings, email: string, identifier: string) =>
    invoke<SignInStep>("session_sso", { server, email, identifier }),
  sessionMasterPassword: (sealedPassword: SealedPassword) =>
    invoke<SignInStep>("session_master_password", { sealedPassword }),
  /** `email` is empty while a sign-in is at the step of trusting this device. */
  sessionAskDevice: (server: ServerSettings, email: string) =>
    invoke<SignInStep>("session_ask_device", { server, email }),
  sessionAskAdmin: () => invoke<SignInStep>("session_ask_admin"),
  sessionWaitForApproval: () => invoke<SignInStep>("session_wait_for_approval"),
  sessionOpenWebVault: () => invoke<null>("session_open_web_vault"),

  sessionSecurity: () => invoke<SecurityState>("session_security"),
  sessionSetSecurity: (settings: SecuritySettings) =>
    invoke<SecurityState>("session_set_security", { settings }),
  sessionSetPin: (sealedPin: SealedPassword, afterRestart: boolean) =>
    invoke<SecurityState>("session_set_pin", { sealedPin, afterRestart }),
  sessionClearPin: () => invoke<SecurityState>("session_clear_pin"),
  sessionSetPresence: (on: boolean) => invoke<SecurityState>("session_set_presence", { on }),
  sessionNetwork: () => invoke<NetworkState>("session_network"),
  sessionSetNetwork: (settings: NetworkSettings, sealedProxyPassword?: SealedPassword) =>
    invoke<NetworkState>("session_set_network", { settings, sealedProxyPassword }),
  /** The system's own dialog; answers the path of the file, or null when none was chosen. */
  sessionChooseCa: () => invoke<string | null>("session_choose_ca"),

  clientsList,
  clientsRefresh: () => invoke<SyncReport>("clients_refresh"),
  clientsRefreshState: () => invoke<RefreshState>("clients_refresh_state"),
  /** The client one looks at is refreshed first; null when one looks at none. */
  clientsLookAt: (client: string | null) => invoke<null>("clients_look_at", { client }),
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
  /** What the refresh does has changed. */
  onRefresh: (react: (state: RefreshState) => void) =>
    listen<RefreshState>("refresh", (event) => {
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
