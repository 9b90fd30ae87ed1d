import type { PointerMode } from '../../screen.ts';
import type { PictureStage } from '../picture-stage.ts';
import type { CursorEvents } from './cursor-channel.ts';
import type { CursorShape } from './cursor-shape.ts';

/** Chromium shows no larger pointer, in pixels of CSS. */
const MOST = 128;

export interface CursorView extends CursorEvents {
  setMode(mode: PointerMode): void;
  dispose(): void;
}

/**
 * Shows the guest's pointer: as that of the person over the picture, or, where the guest has a mouse only and moves its pointer by itself,
 * drawn over the picture where the guest has it.
 */
export function createCursorView(stage: PictureStage): CursorView {
  const drawn = document.createElement('canvas');
  drawn.className = 'gh-spice__pointer';
  let shape: CursorShape | null = null;
  let isVisible = true;
  let mode: PointerMode = 'absolute';
  let position = { x: 0, y: 0 };
  let frame = 0;

  const place = (): void => {
    const picture = stage.firstPicture();
    drawn.hidden = true;
    if (mode === 'absolute' || !isVisible || shape === null || picture === null) return;
    const { scale, left, top } = picture;
    drawn.hidden = false;
    drawn.style.width = `${shape.width * scale}px`;
    drawn.style.left = `${left + (position.x - shape.hotX) * scale}px`;
    drawn.style.top = `${top + (position.y - shape.hotY) * scale}px`;
  };
  const show = (): void => {
    if (drawn.parentElement !== stage.area) stage.area.append(drawn);
    stage.area.style.cursor = mode === 'relative' || shape === null ? '' : isVisible ? cssCursor(drawn, shape) : 'none';
    place();
  };

  /** Once a frame, however often the guest changes it. */
  const showSoon = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (shape !== null) draw(drawn, shape);
      show();
    });
  };

  return {
    shape: (given) => {
      shape = given !== null && given.width > 0 && given.height > 0 ? given : null;
      showSoon();
    },
    visible: (is) => {
      if (isVisible === is) return;
      isVisible = is;
      showSoon();
    },
    moved: (x, y) => {
      position = { x, y };
      place();
    },
    setMode: (given) => {
      mode = given;
      showSoon();
    },
    dispose: () => {
      cancelAnimationFrame(frame);
      stage.area.style.cursor = '';
      drawn.remove();
    },
  };
}

function draw(canvas: HTMLCanvasElement, { width, height, rgba }: CursorShape): void {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  image.data.set(rgba);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

/** One pixel of the guest's pointer is one of the person's screen, unless it would be too large to be shown. */
function cssCursor(canvas: HTMLCanvasElement, { width, height, hotX, hotY }: CursorShape): string {
  const density = Math.max(devicePixelRatio, Math.max(width, height) / MOST);
  const hot = `${Math.floor(hotX / density)} ${Math.floor(hotY / density)}`;
  return `-webkit-image-set(url(${canvas.toDataURL()}) ${density}x) ${hot}, default`;
}
