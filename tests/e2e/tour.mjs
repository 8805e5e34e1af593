// `cargo xtask demo` without a display: the main job in the demo as a person would see it, in pictures.
import { openWindow } from "./window.mjs";
import { makeFolder } from "./world.mjs";

const { folder, remove } = makeFolder();
const { screen, picture, close } = await openWindow({ data: `${folder}/data` });
try {
  const signIn = await screen.signInAsFilledIn();
  await picture("01-sign-in");
  await signIn();
  await screen.toClients();
  await picture("02-clients");
  await screen.lookIntoSample();
  await picture("03-file");
  await screen.stageFor("a");
  await picture("04-look");
  await screen.place("From LastPass");
  await picture("05-place");
  await screen.toSend();
  await picture("06-plan");
  await screen.send();
  await picture("07-receipt");
} finally {
  await close();
  remove();
}
