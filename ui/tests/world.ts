/** The Rust side for tests: commands answered by functions, every call written down. */
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { cleanup } from "@testing-library/svelte";
import { afterEach } from "vitest";

import type { Status } from "../src/bindings/Status.ts";
import { doorOf, makePair, openWith } from "../src/lib/mock/door.ts";
import type { AccountState, WindowStatus } from "../src/lib/types.ts";
import type { SealedPassword } from "../src/bindings/SealedPassword.ts";
import type { Code } from "../src/bindings/Code.ts";

/** One door for all tests: making a key takes a second on a busy machine. */
const pair = await makePair();
const door = await doorOf(pair);

export interface Call {
  command: string;
  args: Record<string, unknown>;
}

export type Answers = Record<string, (args: Record<string, unknown>) => unknown>;

/** What every window asks for without being told to. */
const ALWAYS: Answers = {
  session_door: () => door,
  session_sign_in_step: () => null,
  session_sign_in_cancel: () => null,
  session_demo: () => null,
  session_touched: () => null,
  clients_look_at: () => null,
  import_waiting: () => [],
};

/** Answers commands until the test is over. The answer lists the calls so far. */
export function world(answers: Answers): Call[] {
  const calls: Call[] = [];
  const all = { ...ALWAYS, ...answers };
  mockIPC(
    (command, payload) => {
      const args = (payload ?? {}) as Record<string, unknown>;
      calls.push({ command, args });
      const answer = all[command];
      if (answer === undefined) throw failure("unexpected", `no answer to ${command}`);
      return answer(args);
    },
    { shouldMockEvents: true },
  );
  return calls;
}

// What is drawn says goodbye to the Rust side while there is still one.
afterEach(async () => {
  cleanup();
  await new Promise((resolve) => setTimeout(resolve));
  clearMocks();
});

/** What a command throws. */
export const failure = (code: Code, message = "made up") => ({ code, message, hint: null });

export function failing(code: Code, message?: string): () => never {
  return () => {
    throw failure(code, message);
  };
}

/** The text under a seal, as Rust would open it. */
export const unsealed = (sealed: unknown): Promise<string> =>
  openWith(pair.privateKey, sealed as SealedPassword);

/** Calls of one command, newest last. */
export const callsOf = (calls: Call[], command: string) =>
  calls.filter((call) => call.command === command);

export function account(place: number, change: Partial<AccountState> = {}): AccountState {
  const server = place % 2 === 0 ? "eu" : "us";
  return {
    account: { email: `person-${place}@desk-${place}.example`, server, userId: `user-${place}` },
    state: "unlocked",
    colour: place,
    server: `bitwarden.${server === "us" ? "com" : "eu"}`,
    visible: false,
    problem: null,
    ...change,
  };
}

/** A status with one of the accounts in view. */
export function statusOf(
  desks: AccountState[],
  shown: AccountState | null,
  change: Partial<Status> = {},
): WindowStatus {
  const state = shown?.state ?? "signedOut";
  return {
    state,
    accounts: desks.map((desk) => desk.account),
    account: shown?.account ?? null,
    server: shown?.server ?? null,
    online: true,
    lastSync: new Date().toISOString(),
    keyring: "os",
    providers:
      state === "unlocked"
        ? [
            {
              id: "provider",
              name: `Provider of ${shown?.account.userId ?? ""}`,
              role: "providerAdmin",
              enabled: true,
            },
          ]
        : [],
    desks,
    serverKind: "bitwarden",
    ...change,
  };
}
