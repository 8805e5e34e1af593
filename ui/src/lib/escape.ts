/** `Esc` closes exactly one thing: the last one that was opened. */

const open: (() => void)[] = [];

/** Until the answer is called, `close` is what `Esc` does, unless something opens later. */
export function onEscape(close: () => void): () => void {
  open.push(close);
  return () => {
    const place = open.lastIndexOf(close);
    if (place >= 0) open.splice(place, 1);
  };
}

/** For the window's one keydown listener. Answers whether there was something to close. */
export function escape(): boolean {
  const close = open.at(-1);
  close?.();
  return close !== undefined;
}
