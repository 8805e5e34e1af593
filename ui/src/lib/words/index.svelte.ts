/** The words of the window, with the terms the person chose. */
import { preferences } from "#lib/preferences.svelte.ts";
import { english, type English } from "./en.ts";
import { TERMS, type Terms } from "./terms.ts";

class Words {
  readonly #terms = $derived<Terms>({
    ...TERMS[preferences.choices.clientTerm],
    ...TERMS[preferences.choices.collectionTerm],
  });
  readonly #all = $derived<English>(english(this.#terms));

  get terms() {
    return this.#terms;
  }
  get app() {
    return this.#all.app;
  }
  get session() {
    return this.#all.session;
  }
  get signIn() {
    return this.#all.signIn;
  }
  get security() {
    return this.#all.security;
  }
  get network() {
    return this.#all.network;
  }
  get clients() {
    return this.#all.clients;
  }
  get imports() {
    return this.#all.imports;
  }
  get look() {
    return this.#all.look;
  }
  get place() {
    return this.#all.place;
  }
  get send() {
    return this.#all.send;
  }
  get receipt() {
    return this.#all.receipt;
  }
  get bench() {
    return this.#all.bench;
  }
  get duplicates() {
    return this.#all.duplicates;
  }
  get health() {
    return this.#all.health;
  }
  get recipe() {
    return this.#all.recipe;
  }
  get history() {
    return this.#all.history;
  }
  get settings() {
    return this.#all.settings;
  }
  get errors() {
    return this.#all.errors;
  }
}

export const t = new Words();
