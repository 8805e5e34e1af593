/** How each failure looks to the person. The only table from codes to looks and ways out. */
import type { Code } from "#bindings/Code";
import type { Failure } from "#bindings/Failure";

import { t } from "./words/index.svelte.ts";

export interface Presentation {
  /** Quiet is a state of the world, a warning asks for something, danger means harm. */
  tone: "quiet" | "warning" | "danger";
  /** The core's own sentence adds something a person can use, such as a line number. */
  showsMessage: boolean;
}

/** A code without an entry does not compile. */
export const PRESENTATIONS: Record<Code, Presentation> = {
  signedOut: { tone: "warning", showsMessage: false },
  locked: { tone: "warning", showsMessage: false },
  wrongPassword: { tone: "danger", showsMessage: false },
  wrongCode: { tone: "warning", showsMessage: true },
  moreNeeded: { tone: "warning", showsMessage: true },
  signInUnsupported: { tone: "warning", showsMessage: true },
  notPermitted: { tone: "warning", showsMessage: true },
  notFound: { tone: "warning", showsMessage: true },
  offline: { tone: "quiet", showsMessage: false },
  slowDown: { tone: "quiet", showsMessage: false },
  serverTrouble: { tone: "warning", showsMessage: true },
  inputRefused: { tone: "warning", showsMessage: true },
  outcomeUnknown: { tone: "warning", showsMessage: false },
  cacheTooNew: { tone: "warning", showsMessage: false },
  cacheLocked: { tone: "warning", showsMessage: false },
  cacheDamaged: { tone: "danger", showsMessage: false },
  unexpected: { tone: "danger", showsMessage: true },
};

/** A failure ready to be shown. */
export interface Shown extends Presentation {
  title: string;
  /** What happened, what is safe, what to do. */
  text: string;
  /** Title and text in one, for a place that has a title of its own. */
  story: string;
}

const isCode = (value: unknown): value is Code =>
  typeof value === "string" && Object.hasOwn(PRESENTATIONS, value);

/** Whatever a command threw, as a failure. */
export function asFailure(thrown: unknown): Failure {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && isCode(thrown.code)) {
    const { message, hint } = thrown as Partial<Failure>;
    return { code: thrown.code, message: message ?? "", hint: hint ?? null };
  }
  const message = thrown instanceof Error ? thrown.message : "";
  return { code: "unexpected", message, hint: null };
}

/** Core messages are lower case without a full stop; on screen they are sentences. */
export function sentence(message: string): string {
  const [first = "", ...rest] = message.trim();
  if (first === "") return "";
  const text = first.toLocaleUpperCase() + rest.join("");
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** Whether no safe way led to the server: certificates, or the proxy. Nothing was sent then. */
const isUnsafe = ({ code, message }: Failure): boolean =>
  code === "offline" && /certificate|tls|proxy|ca file|secure connection/i.test(message);

/** Whether the network settings may help. */
export const isAboutTheWay = ({ code }: Failure): boolean => code === "offline";

export function present(failure: Failure): Shown {
  const presentation = PRESENTATIONS[failure.code];
  if (isUnsafe(failure)) {
    const title = t.network.tls.title;
    const text = [failure.message, failure.hint ?? ""].map(sentence).join(" ").trim();
    return { tone: "warning", showsMessage: true, title, text, story: `${title}. ${text}` };
  }
  const { title, text } = t.errors[failure.code];
  const own = presentation.showsMessage ? sentence(failure.message) : "";
  const words = [own, text].filter((part) => part !== "").join(" ");
  return { ...presentation, title, text: words, story: `${title}. ${words}` };
}
