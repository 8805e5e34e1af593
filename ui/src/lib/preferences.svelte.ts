/** How the person wants the window to look. Kept in web storage: nothing here is about a client. */

export type Theme = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";

export interface Choices {
  theme: Theme;
  density: Density;
  /** "clients" or, for enterprises with several organizations, "business units". */
  clientTerm: "clients" | "businessUnits";
  /** Bitwarden is renaming collections to shared folders. */
  collectionTerm: "collections" | "sharedFolders";
  /** The note that there is no system keyring was read. */
  keyringNoteRead: boolean;
}

const KEY = "wardroom.appearance";
const DEFAULTS: Choices = {
  theme: "system",
  density: "comfortable",
  clientTerm: "clients",
  collectionTerm: "collections",
  keyringNoteRead: false,
};

function stored(): Choices {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Choices>) };
  } catch {
    return { ...DEFAULTS }; // Unreadable or refused storage costs a preference, nothing else.
  }
}

class Preferences {
  choices = $state<Choices>(stored());
  #systemDark = $state(false);
  readonly dark = $derived(
    this.choices.theme === "dark" || (this.choices.theme === "system" && this.#systemDark),
  );
  /** Height of a table row in pixels; touch and pointer both reach the comfortable one. */
  readonly rowHeight = $derived(this.choices.density === "compact" ? 36 : 48);

  set(change: Partial<Choices>): void {
    Object.assign(this.choices, change);
    try {
      localStorage.setItem(KEY, JSON.stringify(this.choices));
    } catch {
      // As above: it holds until the window closes.
    }
    this.#show();
  }

  /** Shows the theme now and follows the system; the answer stops it. */
  start = (): (() => void) => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => {
      this.#systemDark = system.matches;
      this.#show();
    };
    follow();
    system.addEventListener("change", follow);
    return () => {
      system.removeEventListener("change", follow);
    };
  };

  #show(): void {
    document.documentElement.dataset.theme = this.dark ? "dark" : "light";
    document.documentElement.dataset.density = this.choices.density;
  }
}

export const preferences = new Preferences();
