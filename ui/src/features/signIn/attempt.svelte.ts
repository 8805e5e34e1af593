/** The sign-in under way. It lives in Rust; this follows its steps and asks the questions. */
import type { ServerSettings } from "#bindings/ServerSettings";
import type { SignInStep } from "#bindings/SignInStep";
import type { TwoStepKind } from "#bindings/TwoStepKind";
import { host } from "#lib/host.ts";
import { sealInput } from "#lib/seal.ts";
import { session } from "#lib/session.svelte.ts";
import type { KeyNews } from "#lib/types.ts";

/** Whose answer is asked for. */
export interface Whom {
  server: ServerSettings;
  email: string;
}

/** Empties the input and hands its text over sealed. Each text goes through a door of its own. */
const sealed = async (input: HTMLInputElement) => sealInput(await host.sessionDoor(), input);

export class Attempt {
  /** What is asked for now; null while nothing has begun. */
  step = $state.raw<SignInStep | null>(null);
  /** As told when it began; unknown after a reload. */
  whom = $state.raw<Whom | null>(null);
  /** A question is open in Rust. */
  waiting = false;
  #turn = 0;
  /** With whom another device was asked first; null when that was a later step. */
  #asked: Whom | null = null;

  /** Takes up a sign-in that began before the page was loaded. */
  async resume(): Promise<void> {
    this.step = await host.sessionSignInStep();
  }

  password = (whom: Whom, input: HTMLInputElement): Promise<void> => {
    this.whom = whom;
    return this.#advance(async () =>
      host.sessionSignIn(whom.server, whom.email, await sealed(input)),
    );
  };

  apiKey = (
    whom: Whom,
    clientId: string,
    secret: HTMLInputElement,
    password: HTMLInputElement,
  ): Promise<void> => {
    this.whom = whom;
    return this.#advance(async () => {
      const { server, email } = whom;
      return host.sessionSignInApiKey(
        server,
        email,
        clientId,
        await sealed(secret),
        await sealed(password),
      );
    });
  };

  /** Opens the browser and waits until it came back. */
  sso = (whom: Whom, identifier: string): Promise<void> => {
    this.whom = whom;
    return this.#advance(() => host.sessionSso(whom.server, whom.email, identifier));
  };

  twoStep = (method: TwoStepKind, input: HTMLInputElement, remember: boolean): Promise<void> =>
    this.#advance(async () => host.sessionTwoStep(method, await sealed(input), remember));

  /** `pin` is the key's own, when it asked for one. */
  securityKey = (
    pin: HTMLInputElement | undefined,
    remember: boolean,
    onnews: (news: KeyNews) => void,
  ): Promise<void> =>
    this.#advance(async () => host.sessionTwoStepKey(pin && (await sealed(pin)), remember, onnews));

  newDevice = (input: HTMLInputElement): Promise<void> =>
    this.#advance(async () => host.sessionNewDevice(await sealed(input)));

  masterPassword = (input: HTMLInputElement): Promise<void> =>
    this.#advance(async () => host.sessionMasterPassword(await sealed(input)));

  /** Begins a sign-in by asking another device. */
  beginWithDevice = (whom: Whom): Promise<void> => {
    this.whom = whom;
    this.#asked = whom;
    return this.askDevice();
  };

  /** Asks another device, again or as the next step. */
  askDevice = (): Promise<void> => {
    const { server, email } = this.#asked ?? { server: this.whom?.server ?? NOWHERE, email: "" };
    return this.#advance(() => host.sessionAskDevice(server, email));
  };

  askAdmin = (): Promise<void> => this.#advance(() => host.sessionAskAdmin());

  waitForApproval = (): Promise<void> => this.#advance(() => host.sessionWaitForApproval());

  /** Ends a wait for the browser, a device or a key; the sign-in goes on where it stood, if it can. */
  stopWaiting = async (): Promise<void> => {
    const turn = ++this.#turn;
    this.waiting = false;
    await host.sessionSignInCancel();
    const step = await host.sessionSignInStep();
    if (turn === this.#turn) this.step = step;
  };

  /** Gives the sign-in up, wherever it stands. */
  leave = async (): Promise<void> => {
    this.#asked = null;
    this.#turn += 1;
    this.waiting = false;
    this.step = null;
    await host.sessionSignInCancel().catch(() => undefined); // Gone already is gone.
  };

  /** An answer to a question that was given up in the meantime changes nothing, and never fails. */
  async #advance(ask: () => Promise<SignInStep>): Promise<void> {
    const turn = ++this.#turn;
    this.waiting = true;
    try {
      const step = await ask();
      if (turn !== this.#turn) return;
      this.waiting = false;
      if (step.kind === "done") await this.#done();
      else this.step = step;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.waiting = false;
      throw thrown;
    }
  }

  async #done(): Promise<void> {
    await session.read();
    this.step = null;
    session.enter(null);
  }
}

/** After a reload the page does not know the server; the sign-in in Rust does. */
const NOWHERE: ServerSettings = {
  address: "",
  vault: null,
  api: null,
  identity: null,
  notifications: null,
};
