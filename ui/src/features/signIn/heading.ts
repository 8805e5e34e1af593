/** What stands above each step of a sign-in. */
import type { SignInStep } from "#bindings/SignInStep";
import { t } from "#lib/words/index.svelte.ts";

export type Way = "password" | "sso" | "apiKey";

export interface Heading {
  title: string;
  lead: string;
}

/** Above the first page, whichever way one begins. */
export function headingOfWay(way: Way, again: boolean, email: string): Heading {
  const words = t.signIn;
  if (way !== "password") return words[way];
  return again
    ? { title: words.againTitle, lead: email }
    : { title: words.title, lead: words.lead };
}

/** Above a step that the server asks for. `server` is empty when it is not known. */
export function headingOf(step: SignInStep, server: string): Heading {
  const words = t.signIn;
  switch (step.kind) {
    case "twoStep":
      return { title: words.twoStep.title, lead: words.twoStep.lead(server) };
    case "newDevice":
      return words.newDevice;
    case "singleSignOn":
      return { title: words.sso.title, lead: words.sso.required };
    case "password":
      return { title: words.afterSso.title, lead: step.email };
    case "trustDevice":
      return words.trust;
    case "approval":
      return step.request.admin
        ? { title: words.approval.adminTitle, lead: words.approval.adminLead }
        : words.approval;
    case "webVault":
      return { title: words.webVault[step.reason].title, lead: "" };
    case "done":
      return { title: words.title, lead: "" };
  }
}
