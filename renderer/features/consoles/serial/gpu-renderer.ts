import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

let known: boolean | undefined;

/** Whether a graphics processor would draw. Software in its place is slower than the page's own drawing, and takes the processor from the guests. */
function hasGpu(): boolean {
  if (known === undefined) {
    const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
    known = context !== null;
    // A page has room for sixteen.
    context?.getExtension('WEBGL_lose_context')?.loseContext();
  }
  return known;
}

/** Has the graphics processor draw the terminal where there is one, until it is lost; then the page does. Returns its end. */
export function drawWithGpu(terminal: Terminal): () => void {
  if (!hasGpu()) return () => undefined;
  const addon = new WebglAddon();
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    addon.dispose();
  };
  addon.onContextLoss(end);
  try {
    terminal.loadAddon(addon);
  } catch {
    // No context for one more canvas: the page draws.
    end();
  }
  return end;
}
