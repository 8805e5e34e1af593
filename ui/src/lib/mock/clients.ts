/** Made-up clients with believable names and states. */
import type { Client } from "#bindings/Client";
import type { SeatSnapshot } from "#bindings/SeatSnapshot";

import { ago, chance, scene } from "./scene.ts";

const NAMES = [
  "Aldgate Dental Practice",
  "Árnason & Dóttir Ráðgjöf",
  "Bäckerei Grünwald GmbH",
  "Bluefin Logistics",
  "Brightwater Primary School",
  "Café Zoë",
  "Calder Valley Veterinary Group",
  "Castellan Property Management and Lettings of North Yorkshire Ltd",
  "Delacroix Avocats",
  "Dunmore Haulage",
  "Eastgate Opticians",
  "Ferrybridge Engineering",
  "Fjord Seafood AS",
  "Goldhawk Accountancy",
  "Greenfield Housing Association",
  "Halloran & Sons Roofing",
  "Hollis Architects",
  "Ibis Travel",
  "Junction Theatre",
  "Kestrel Wealth",
  "Kowalski Stolarnia",
  "Larkspur Care Homes",
  "Lindqvist Arkitekter",
  "Marlowe Publishing",
  "Meridian Physiotherapy",
  "Nightingale Pharmacy",
  "Oakhurst Solicitors LLP",
  "Ocho Ríos Importaciones",
  "Pemberton Estates",
  "Quayside Marine Insurance",
  "Redwood Recruitment",
  "Saltmarsh Brewery 🍺",
  "Sycamore Nurseries",
  "Tŷ Gwyn Hotel",
  "Thornbury Plastics",
  "Underhill Farm Shop",
  "Vanguard Fire & Security",
  "Westmere Parish Council",
  "شركة النور للتجارة",
  "Zephyr Air Conditioning",
];

const PLANS = ["Teams", "Enterprise", "Enterprise (Annually)"];

function seats(next: () => number, place: number): { assigned: number; used: number } {
  const assigned = 3 + Math.floor(next() ** 2 * 120);
  if (place % 13 === 4) return { assigned, used: assigned + 1 + Math.floor(next() * 3) };
  if (place % 9 === 2) return { assigned, used: assigned };
  if (place % 7 === 3) return { assigned: assigned + 20, used: 4 + Math.floor(next() * 5) };
  return { assigned, used: Math.max(1, Math.floor(assigned * (0.55 + next() * 0.4))) };
}

function client(next: () => number, place: number): Client {
  const { assigned, used } = seats(next, place);
  const round = Math.floor(place / NAMES.length);
  const name = NAMES[place % NAMES.length] ?? "";
  const unknown = place === 17;
  return {
    organizationId: `00000000-0000-4000-8000-${place.toString(16).padStart(12, "0")}`,
    providerOrganizationId: `00000000-0000-4000-9000-${place.toString(16).padStart(12, "0")}`,
    providerId: "provider",
    name: round === 0 ? name : `${name} ${round + 1}`,
    assigned: unknown ? null : assigned,
    used: unknown ? null : used,
    remaining: unknown ? null : assigned - used,
    plan: unknown ? "" : (PLANS[Math.floor(next() * PLANS.length)] ?? ""),
    productTier: 3,
    enabled: place % 40 !== 28,
    source: "provider",
    hasKey: place % 40 !== 35,
    useGroups: place % 3 !== 0,
    syncedAt: ago(scene.age),
  };
}

export function makeClients(): Client[] {
  const next = chance(7);
  return Array.from({ length: scene.clients }, (_, place) => client(next, place));
}

/** A year of readings that end at the client's present seats. */
export function history(client: Client): SeatSnapshot[] {
  const next = chance(client.name.length * 31);
  const { assigned, used } = client;
  if (assigned === null || used === null) return [];
  return Array.from({ length: 24 }, (_, step) => {
    const left = 23 - step;
    return {
      takenAt: ago(scene.age + left * 15 * 24 * 60),
      assigned: Math.max(3, assigned - Math.floor(left / 6) * 2),
      used: left === 0 ? used : Math.max(1, Math.round(used - left * 0.3 - next() * 2)),
      plan: client.plan,
    };
  });
}
