/**
 * Which screen is shown, for each account. In memory only: a window has no address, and a lock
 * forgets it.
 */
import type { ChosenFile } from "#bindings/ChosenFile";
import { staysWithAccount } from "#lib/stay.ts";

export type Screen =
  | { name: "clients" }
  | { name: "client"; client: string }
  | { name: "imports" }
  | { name: "newImport"; files: ChosenFile[]; client: string | null }
  | { name: "import"; staging: string }
  | { name: "settings" };

export type Room = "clients" | "imports" | "settings";

class Router {
  #history = $state.raw<Screen[]>([{ name: "clients" }]);
  /** The client that "Import…" was pressed on, until a file is chosen. */
  importClient = $state<string | null>(null);

  get screen(): Screen {
    return this.#history.at(-1) ?? { name: "clients" };
  }

  get canGoBack(): boolean {
    return this.#history.length > 1;
  }

  /** The room a screen belongs to, for the navigation. */
  get room(): Room {
    const { name } = this.screen;
    if (name === "settings") return "settings";
    return name === "clients" || name === "client" ? "clients" : "imports";
  }

  /** Enters a room by its front door. */
  enter(room: Room): void {
    this.importClient = null;
    this.#history = [{ name: room }];
  }

  go(screen: Screen): void {
    this.#history = [...this.#history, screen];
  }

  /** Takes the place of the present screen, so that going back does not return to it. */
  replace(screen: Screen): void {
    this.#history = [...this.#history.slice(0, -1), screen];
  }

  back = (): void => {
    if (this.canGoBack) this.#history = this.#history.slice(0, -1);
  };

  /**
   * Opens chosen files, for the client that was being looked at, if any. Where files are looked into
   * already, they join those.
   */
  open = (files: ChosenFile[]): void => {
    const { screen } = this;
    if (screen.name === "newImport") {
      this.replace({ ...screen, files: [...screen.files, ...files] });
      return;
    }
    const client = this.importClient;
    this.importClient = null;
    this.go({ name: "newImport", files, client });
  };

  /** Goes to where a file for this client is chosen. */
  importInto = (client: string): void => {
    this.go({ name: "imports" });
    this.importClient = client;
  };

  openClient = (client: string): void => {
    this.go({ name: "client", client });
  };

  openImport = (staging: string): void => {
    this.go({ name: "import", staging });
  };

  /** Back to the beginning; answers what brings the present place back. */
  leave = (): Screen[] => {
    const left = this.#history;
    this.enter("clients");
    return left;
  };

  comeBack = (history: Screen[] | undefined): void => {
    if (history !== undefined) this.#history = history;
  };
}

export const router = new Router();
staysWithAccount<Screen[]>({ leave: router.leave, enter: router.comeBack });
