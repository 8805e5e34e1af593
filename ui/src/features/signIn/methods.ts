/** The methods of two-step login: how each is named, drawn and offered. */
import CircleHelp from "@lucide/svelte/icons/circle-question-mark";
import Globe from "@lucide/svelte/icons/globe";
import KeyRound from "@lucide/svelte/icons/key-round";
import LifeBuoy from "@lucide/svelte/icons/life-buoy";
import Mail from "@lucide/svelte/icons/mail";
import Smartphone from "@lucide/svelte/icons/smartphone";
import Usb from "@lucide/svelte/icons/usb";
import type { Component } from "svelte";

import type { TwoStepMethod } from "#bindings/TwoStepMethod";
import { t } from "#lib/words/index.svelte.ts";

/** A method, or the recovery code that every account has beside them. */
export type Chosen = TwoStepMethod | { kind: "recovery" };

export interface Offer {
  id: string;
  method: Chosen;
  icon: Component<{ size?: number; "aria-hidden"?: "true" }>;
  name: string;
  detail: string;
}

export const RECOVERY: Chosen = { kind: "recovery" };

const ICONS = {
  authenticator: Smartphone,
  email: Mail,
  duo: Globe,
  yubiKey: KeyRound,
  securityKey: Usb,
  recovery: LifeBuoy,
  other: CircleHelp,
};

function nameOf(method: Chosen): string {
  const { names } = t.signIn.twoStep;
  if (method.kind === "other") return names.other(method.number.toString());
  if (method.kind === "duo" && method.organization) return names.duoOrganization;
  return names[method.kind];
}

export function offerOf(method: Chosen): Offer {
  const { details } = t.signIn.twoStep;
  const number = method.kind === "other" ? `-${method.number}` : "";
  const organization = method.kind === "duo" && method.organization ? "-organization" : "";
  return {
    id: `${method.kind}${number}${organization}`,
    method,
    icon: ICONS[method.kind],
    name: nameOf(method),
    detail: method.kind === "email" ? details.email(method.address) : details[method.kind],
  };
}

/** What to begin with: the first that works here; the first at all where none does. */
export const firstOf = (methods: readonly TwoStepMethod[]): Chosen =>
  methods.find((method) => method.kind !== "other") ?? methods[0] ?? RECOVERY;
