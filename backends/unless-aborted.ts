/**
 * What `work` comes to; rejects with the signal's reason as soon as it aborts. The work itself goes on, and nobody hears of its end then: for
 * disks that may stand still for longer than a person waits.
 */
export function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
