/** How the Clients screen was left, so that one comes back to the same rows. */
import { staysWithAccount } from "#lib/stay.ts";

import type { Filter, SortColumn } from "./rows.ts";

class View {
  query = $state("");
  filter = $state<Filter>("all");
  sort = $state<{ column: SortColumn | string; descending: boolean }>({
    column: "client",
    descending: false,
  });
  /** Organization id of the row one is on. */
  selected = $state<string | null>(null);

  clear = (): void => {
    this.query = "";
    this.filter = "all";
  };
}

export const view = new View();
staysWithAccount({
  leave: () => {
    const { query, filter, sort, selected } = view;
    view.clear();
    view.selected = null;
    return { query, filter, sort, selected };
  },
  enter: (place) => {
    if (place !== undefined) Object.assign(view, place);
  },
});
