/** Which rows of a tall list of equal rows are worth drawing. */

export interface RowWindow {
  /** First row drawn. */
  first: number;
  /** One past the last row drawn. */
  end: number;
}

/** Rows drawn beyond each edge, so that a fast scroll meets rows that are there. */
export const OVERSCAN = 8;

/** A view that has not been measured yet counts as this high. */
const UNMEASURED_HEIGHT = 640;

export function rowWindow(
  count: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
): RowWindow {
  const height = viewHeight > 0 ? viewHeight : UNMEASURED_HEIGHT;
  const top = Math.floor(scrollTop / rowHeight);
  const first = Math.max(0, Math.min(top, count - 1) - OVERSCAN);
  return { first, end: Math.min(count, top + Math.ceil(height / rowHeight) + OVERSCAN) };
}

/** Where to scroll so that `row` is wholly in view; the present place when it is already. */
export function scrollFor(
  row: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return Math.max(scrollTop, top + rowHeight - viewHeight);
}

/** Where a key press leads from `active` (-1 is nowhere), or null when the key does not move. */
export function moveBy(key: string, active: number, count: number, page: number): number | null {
  if (count === 0) return null;
  const steps: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: count - 1,
  };
  const target = steps[key];
  return target === undefined ? null : Math.max(0, Math.min(count - 1, target));
}
