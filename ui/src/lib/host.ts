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
import type { CollectionTarget } from "#bindings/CollectionTarget";
import type { DemoSignIn } from "#bindings/DemoSignIn";
import type { Detection } from "#bindings/Detection";
import type { Door } from "#bindings/Door";
import type { DuplicateKind } from "#bindings/DuplicateKind";
import type { DuplicateQuery } from "#bindings/DuplicateQuery";
import type { DuplicateReport } from "#bindings/DuplicateReport";
import type { DuplicateRule } from "#bindings/DuplicateRule";
import type { ExpiredNotice } from "#bindings/ExpiredNotice";
import type { ExposedSource } from "#bindings/ExposedSource";
import type { Finding } from "#bindings/Finding";
import type { Fix } from "#bindings/Fix";
import type { FormatInfo } from "#bindings/FormatInfo";
import type { GridPage } from "#bindings/GridPage";
import type { GridQuery } from "#bindings/GridQuery";
import type { HealthPick } from "#bindings/HealthPick";
import type { HealthReport } from "#bindings/HealthReport";
import type { ImportSettings } from "#bindings/ImportSettings";
import type { Inspection } from "#bindings/Inspection";
import type { ItemDetail } from "#bindings/ItemDetail";
import type { KeyNews } from "#bindings/KeyNews";
import type { MaskedItem } from "#bindings/MaskedItem";
import type { NetworkSettings } from "#bindings/NetworkSettings";
import type { NetworkState } from "#bindings/NetworkState";
import type { PastImport } from "#bindings/PastImport";
import type { Placement } from "#bindings/Placement";
import type { Receipt } from "#bindings/Receipt";
import type { ReceiptForm } from "#bindings/ReceiptForm";
import type { Recipe } from "#bindings/Recipe";
import type { RecipePreview } from "#bindings/RecipePreview";
import type { RefreshState } from "#bindings/RefreshState";
import type { Room } from "#bindings/Room";
import type { SealedPassword } from "#bindings/SealedPassword";
import type { SeatSnapshot } from "#bindings/SeatSnapshot";
import type { SecuritySettings } from "#bindings/SecuritySettings";
import type { SecurityState } from "#bindings/SecurityState";
import type { Selection } from "#bindings/Selection";
import type { ServerSettings } from "#bindings/ServerSettings";
import type { SheetPreview } from "#bindings/SheetPreview";
import type { SignInStep } from "#bindings/SignInStep";
import type { SourceFile } from "#bindings/SourceFile";
import type { SsoOrganization } from "#bindings/SsoOrganization";
import type { StageProgress } from "#bindings/StageProgress";
import type { StagedImport } from "#bindings/StagedImport";
import type { Status } from "#bindings/Status";
import type { SyncReport } from "#bindings/SyncReport";
import type { TwoStepKind } from "#bindings/TwoStepKind";
import type { UploadEvent } from "#bindings/UploadEvent";
import type { UploadPlan } from "#bindings/UploadPlan";

/** How to read a chosen file. */
export interface Reading {
  fileId: string;
  /** Format id; absent lets the content decide. */
  format?: string;
  /** For exports protected by a password of their own. */
  sealedPassword?: SealedPassword;
  /** A second chosen file that opens the first. */
  keyFileId?: string;
  /** How a spreadsheet of no known product is read. */
  recipe?: Recipe;
}

/** Where a health check is: passwords looked at. */
export interface HealthProgress {
  done: number;
  total: number;
}

/** How a health report is written for the client. */
export type HealthForm = "json" | "csv" | "html";

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
  sessionUnlock: (sealedPassword: SealedPassword) =>
    invoke<Status>("session_unlock", { sealedPassword }),
  sessionUnlockPin: (sealedPin: SealedPassword) =>
    invoke<Status>("session_unlock_pin", { sealedPin }),
  sessionUnlockPresence: () => invoke<Status>("session_unlock_presence"),
  sessionLock: (all: boolean) => invoke<Status>("session_lock", { all }),
  sessionSignOut: () => invoke<Status>("session_sign_out"),
  sessionSwitch: (userId: string) => invoke<Status>("session_switch", { userId }),
  sessionColour: (userId: string, colour: number) =>
    invoke<Status>("session_colour", { userId, colour }),
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
  /** The system's own dialog; several files may be chosen, none when it was closed. */
  importChoose: () => invoke<ChosenFile[]>("import_choose"),
  importSample: () => invoke<ChosenFile | null>("import_sample"),
  importWaiting: () => invoke<ChosenFile[]>("import_waiting"),
  importDetect: (fileId: string) => invoke<Detection>("import_detect", { fileId }),
  importInspect: (reading: Reading) => invoke<Inspection>("import_inspect", { files: [reading] }),
  importStage: (
    files: Reading[],
    client: string,
    placement: Placement,
    onread: (read: number) => void,
  ) =>
    invoke<StagedImport>("import_stage", {
      files,
      client,
      placement,
      channel: channel<StageProgress>(({ read }) => {
        onread(read);
      }),
    }),
  importStageCancel: () => invoke<null>("import_stage_cancel"),
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

  importGrid: (staging: string, query: GridQuery, from: number, count: number) =>
    invoke<GridPage>("import_grid", { staging, query, from, count }),
  importGridMatching: (staging: string, query: GridQuery) =>
    invoke<number[]>("import_grid_matching", { staging, query }),
  importDetail: (staging: string, item: number) =>
    invoke<ItemDetail>("import_detail", { staging, item }),
  /** One secret in clear. Whoever asks hides it again. */
  importReveal: (staging: string, item: number, path: string) =>
    invoke<string>("import_reveal", { staging, item, path }),
  importEdit: (staging: string, item: number, path: string, sealedValue: SealedPassword) =>
    invoke<number>("import_edit", { staging, item, path, sealedValue }),
  importSkipMany: (staging: string, selection: Selection, skipped: boolean) =>
    invoke<number>("import_skip_many", { staging, selection, skipped }),
  importMove: (staging: string, selection: Selection, folder: string | null, keepOthers: boolean) =>
    invoke<number>("import_move", { staging, selection, folder, keepOthers }),
  importFix: (staging: string, fix: Fix, selection: Selection) =>
    invoke<number>("import_fix", { staging, fix, selection }),
  importUndo: (staging: string) => invoke<number>("import_undo", { staging }),
  importRedo: (staging: string) => invoke<number>("import_redo", { staging }),
  importTargets: (staging: string, askServer: boolean) =>
    invoke<CollectionTarget[]>("import_targets", { staging, askServer }),

  importDuplicates: (staging: string, query: DuplicateQuery, from: number, count: number) =>
    invoke<DuplicateReport>("import_duplicates", { staging, query, from, count }),
  importResolveDuplicates: (
    staging: string,
    groups: number[] | null,
    kind: DuplicateKind,
    rule: DuplicateRule,
    revision: number,
  ) => invoke<number>("import_resolve_duplicates", { staging, groups, kind, rule, revision }),

  importHealth: (
    staging: string,
    exposed: ExposedSource,
    worst: number,
    onprogress: (progress: HealthProgress) => void,
  ) =>
    invoke<HealthReport>("import_health", {
      staging,
      exposed,
      worst,
      channel: channel(onprogress),
    }),
  importHealthCancel: (staging: string) => invoke<null>("import_health_cancel", { staging }),
  /** The system's own dialog; answers the name of a downloaded list of password hashes. */
  importChooseHashList: () => invoke<string | null>("import_choose_hash_list"),
  importHealthTag: (staging: string, pick: HealthPick, collection: string, revision: number) =>
    invoke<number>("import_health_tag", { staging, pick, collection, revision }),
  importSaveHealth: (staging: string, form: HealthForm) =>
    invoke<boolean>("import_save_health", { staging, form }),

  /** With a shape: by its sheet, delimiter and row of names; a row 0 says that there are no names. */
  importSheet: (fileId: string, shape?: Recipe) =>
    invoke<SheetPreview>("import_sheet", { fileId, shape }),
  importRecipePreview: (fileId: string, recipe: Recipe) =>
    invoke<RecipePreview>("import_recipe_preview", { fileId, recipe }),
  importRecipes: () => invoke<Recipe[]>("import_recipes"),
  /** One without an id gets one. */
  importRecipeSave: (recipe: Recipe) => invoke<Recipe>("import_recipe_save", { recipe }),
  importRecipeDelete: (recipeId: string) => invoke<null>("import_recipe_delete", { recipeId }),
  importRecipeExport: (recipeId: string) => invoke<boolean>("import_recipe_export", { recipeId }),
  /** Keeps it, too. */
  importRecipeImport: () => invoke<Recipe | null>("import_recipe_import"),

  importHistory: (client: string | null, text: string) =>
    invoke<PastImport[]>("import_history", { client, text }),
  importSources: (staging: string) => invoke<SourceFile[]>("import_sources", { staging }),
  importDeleteSource: (staging: string, file: number) =>
    invoke<SourceFile>("import_delete_source", { staging, file }),
  /** `days` of 0 keeps it for ever. */
  importKeep: (staging: string, days: number) =>
    invoke<StagedImport>("import_keep", { staging, days }),
  importSettings: () => invoke<ImportSettings>("import_settings"),
  importSetSettings: (settings: ImportSettings) =>
    invoke<null>("import_set_settings", { settings }),
  importExpired: () => invoke<ExpiredNotice[]>("import_expired"),
  importExpiredSeen: () => invoke<null>("import_expired_seen"),

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
