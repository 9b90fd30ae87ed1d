import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/** Processors that only pretend to draw, as Mesa and Chromium call theirs. */
const software = /swiftshader|llvmpipe|softpipe|software|basic render/iu;

let known: boolean | undefined;

/** Whether a graphics processor would draw. Software in its place is far slower than the page's own drawing. */
function hasGpu(): boolean {
  if (known === undefined) {
    // Chromium does not always count software as a caveat, so that what draws is asked for its name.
    const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
    const named = context?.getExtension('WEBGL_debug_renderer_info');
    known = context !== null && !software.test(String(context.getParameter(named?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER)));
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
