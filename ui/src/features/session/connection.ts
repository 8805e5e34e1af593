/** How true the screen is right now, in a few words. Pure. */
import type { RefreshState } from "#bindings/RefreshState";
import type { Status } from "#bindings/Status";
import { age, count, isFresh, since, timeOfDay } from "#lib/format.ts";
import { t } from "#lib/words/index.svelte.ts";

export interface Connection {
  /** Decides icon and colour. */
  kind: "idle" | "refreshing" | "waiting" | "offline" | "ended";
  text: string;
}

/** What is known besides what the refresh itself says. */
export interface Known {
  online: Status["online"];
  lastSync: Status["lastSync"];
  /** The person has just asked for a refresh. */
  asked: boolean;
  now: number;
}

function idle({ online, lastSync, now }: Known): Connection {
  const words = t.session.state;
  if (!online) {
    const text = lastSync === null ? words.offlineNever : words.offline(since(lastSync, now));
    return { kind: "offline", text };
  }
  if (lastSync === null) return { kind: "idle", text: words.never };
  const fresh = isFresh(lastSync, now);
  const text = fresh ? words.upToDate(age(lastSync, now)) : words.asOf(since(lastSync, now));
  return { kind: "idle", text };
}

function waiting(
  reason: "slowDown" | "batterySaver" | "trouble",
  until: string | null,
): Connection {
  const words = t.session.state;
  if (reason === "batterySaver") return { kind: "waiting", text: words.batterySaver };
  const [timed, open] =
    reason === "slowDown"
      ? [words.slowDown, words.slowDownOpen]
      : [words.trouble, words.troubleOpen];
  return { kind: "waiting", text: until === null ? open : timed(timeOfDay(until)) };
}

export function connectionOf(state: RefreshState | null, known: Known): Connection {
  const words = t.session.state;
  const phase = state?.phase ?? { kind: "idle" };
  const last = state?.lastSync ?? known.lastSync;
  if (phase.kind === "ended") return { kind: "ended", text: words.ended };
  if (phase.kind === "refreshing" && phase.total > 0) {
    return { kind: "refreshing", text: words.refreshingOf(count(phase.done), count(phase.total)) };
  }
  if (known.asked || phase.kind === "refreshing") {
    return { kind: "refreshing", text: words.refreshing };
  }
  if (phase.kind === "waiting" && phase.reason !== "offline") {
    return waiting(phase.reason, phase.until);
  }
  const online = known.online && phase.kind !== "waiting";
  return idle({ ...known, online, lastSync: last });
}
