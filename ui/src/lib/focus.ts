/** Attachments that take the keyboard to where the person goes on. */

/** Focuses an element as soon as it is drawn. */
export function focused(node: HTMLElement): void {
  node.focus({ preventScroll: true });
}

/** Focuses the first field of a form that is empty, else its main button, as soon as it is drawn. */
export function firstField(form: HTMLElement): void {
  const fields = [
    ...form.querySelectorAll<HTMLInputElement>("input:not([type=radio], [type=checkbox])"),
  ];
  const goal = fields.find((field) => field.value === "") ?? fields[0];
  (goal ?? form.querySelector<HTMLElement>("button"))?.focus({ preventScroll: true });
}
