/** What can be done with accounts. */
export interface AccountActions {
  onswitch: (userId: string) => void;
  onadd: () => void;
  oncolour: (userId: string, colour: number) => void;
  onlockall: () => void;
  /** Asks first. */
  onsignout: () => void;
}
