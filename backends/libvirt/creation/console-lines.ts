/** What a program has nothing to say about in one line of a console. */
const LINE_MAX = 500;

/** The lines of a console, without what cannot be seen; of a long one the beginning. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    // A bar of progress begins its line again and again.
    const parts = (rest + decoder.decode(chunk, { stream: true })).split(/[\r\n]+/);
    rest = (parts.pop() ?? '').slice(0, LINE_MAX);
    for (const part of parts) yield part.slice(0, LINE_MAX).replaceAll(/\p{C}/gu, '').trim();
  }
}
