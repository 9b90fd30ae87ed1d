/** Something that takes long and stops every now and then, so that whoever does it can let others have a turn. */
export type Work<Result> = Generator<void, Result, void>;

/** Below what is felt: a frame at 60 Hz is 16 ms, and the page has other things to do in it. */
export const SLICE_MS = 8;

/** Does all of it at once. */
export function finish<Result>(work: Work<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Does it in slices of some 8 ms with the page's other work in between. Resolves in the same turn of the microtask queue if one was enough. */
export async function inSlices<Result>(work: Work<Result>): Promise<Result> {
  for (let began = performance.now(); ;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < SLICE_MS) continue;
    // oxlint-disable-next-line no-await-in-loop -- that is the point
    await nextTurn();
    began = performance.now();
  }
}

/** A turn of the event loop. Not by setTimeout, which waits 4 ms when nested, and a second in a hidden window. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener(
      'message',
      () => {
        port1.close();
        resolve();
      },
      { once: true },
    );
    port1.start();
    port2.postMessage(null);
  });
}
