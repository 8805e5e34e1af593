/** Files dropped on the window, or opened with it, that nobody has looked into yet. */
import type { ChosenFile } from "#bindings/ChosenFile";
import { host } from "#lib/host.ts";
import { staysWithAccount } from "#lib/stay.ts";

class Waiting {
  files = $state.raw<ChosenFile[]>([]);
  hovers = $state(false);

  /** Listens for files; `ontake` is called with those that arrive. The answer stops it. */
  start = (ontake: (files: ChosenFile[]) => void): (() => void) => {
    const take = async () => {
      const arrived = await host.importWaiting();
      this.hovers = false;
      this.files = [...this.files, ...arrived];
      if (arrived.length > 0) ontake(arrived);
    };
    const stops = [
      host.onFileWaiting(() => void take()),
      host.onFileHover((hovers) => (this.hovers = hovers)),
    ];
    void take().catch(() => undefined); // Locked: they wait on the other side until it is not.
    return () => {
      for (const stop of stops)
        void stop.then((end) => {
          end();
        });
    };
  };

  /** A file was looked into, or put aside. */
  done(fileId: string): void {
    this.files = this.files.filter((file) => file.fileId !== fileId);
  }
}

export const waiting = new Waiting();
// A file was dropped for the account in view, and its name may say whose it is.
staysWithAccount<ChosenFile[]>({
  leave: () => {
    const { files } = waiting;
    waiting.files = [];
    waiting.hovers = false;
    return files;
  },
  enter: (files) => (waiting.files = files ?? []),
});
