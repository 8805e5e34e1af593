/** An icon for each kind of item. */
import CreditCard from "@lucide/svelte/icons/credit-card";
import Globe from "@lucide/svelte/icons/globe";
import IdCard from "@lucide/svelte/icons/id-card";
import Landmark from "@lucide/svelte/icons/landmark";
import StickyNote from "@lucide/svelte/icons/sticky-note";
import SquareTerminal from "@lucide/svelte/icons/square-terminal";
import type { Component } from "svelte";

type Icon = Component<{ size?: number; "aria-label"?: string; "aria-hidden"?: "true" }>;

const ICONS: Record<string, Icon> = {
  login: Globe,
  note: StickyNote,
  card: CreditCard,
  identity: IdCard,
  sshKey: SquareTerminal,
  bankAccount: Landmark,
  driversLicense: IdCard,
  passport: IdCard,
};

export const kindIcon = (kind: string): Icon => ICONS[kind] ?? Globe;

/** In the order in which people look for them. */
export const KINDS = [
  "login",
  "note",
  "card",
  "identity",
  "sshKey",
  "bankAccount",
  "driversLicense",
  "passport",
] as const;
