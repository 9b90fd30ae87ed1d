/** Why the app must not start. */
export interface Refusal {
  readonly exitCode: number;
  readonly sentence: string;
}

/** Switches that take the walls around the page down. Chromium reads them before we do, so the only answer is not to start. */
const WEAKENING =
  /^(no-sandbox|disable-[a-z-]*sandbox|no-zygote|single-process|in-process-gpu|renderer-cmd-prefix|utility-cmd-prefix|gpu-launcher|disable-web-security|disable-site-isolation-trials|allow-[a-z-]+|ignore-certificate-errors[a-z-]*|load-extension|host-rules|host-resolver-rules|proxy-[a-z-]+)$/;
/** Switches by which another program takes the app over: how tests drive it, and never part of what users start. */
const DEBUGGING = /^(remote-debugging-[a-z-]+|remote-allow-origins|inspect[a-z-]*|js-flags|auto-open-devtools-for-tabs)$/;

/**
 * A second instance hands its arguments to the first. Chromium's message for that takes 32 kB (process_singleton_posix.cc); with more, the
 * first does not understand, is taken to hang and is killed.
 */
const LONGEST = 16 * 1024;

/**
 * Whether the app may start with these arguments (without the executable). `packaged` is Electron's word for an executable that is no
 * longer called "electron": what users have. A checkout is run by "electron", and only there tests may attach.
 */
export function refusal(args: readonly string[], packaged: boolean, uid: number | undefined): Refusal | null {
  if (uid === 0) {
    return { exitCode: 3, sentence: "Guesthouse does not run as root: Chromium's sandbox needs an ordinary user. Start it as yourself." };
  }
  if (Buffer.byteLength(args.join(' ')) > LONGEST) {
    return { exitCode: 2, sentence: 'Guesthouse does not start with this many arguments.' };
  }
  for (const arg of args) {
    // Chromium takes one dash as well as two.
    const name = /^--?([^=]+)/.exec(arg)?.[1] ?? '';
    if (WEAKENING.test(name) || (packaged && DEBUGGING.test(name))) {
      return { exitCode: 2, sentence: `Guesthouse does not start with --${name}: it would open the window to other programs or pages.` };
    }
  }
  return null;
}
