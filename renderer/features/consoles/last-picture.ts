/** What a screen showed last, left in its place while it is gone. */
const CLASS = 'gh-screen__last';

/** Leaves a copy of `canvas` in `element`, where and as large as it was shown. Call it before the canvas goes. */
export function leaveLastPicture(element: HTMLElement, canvas: HTMLCanvasElement): void {
  if (canvas.width === 0 || canvas.height === 0) return;
  const shown = canvas.getBoundingClientRect();
  const room = element.getBoundingClientRect();
  const copy = document.createElement('canvas');
  copy.className = CLASS;
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.setAttribute('aria-hidden', 'true');
  Object.assign(copy.style, {
    position: 'absolute',
    left: `${shown.left - room.left}px`,
    top: `${shown.top - room.top}px`,
    width: `${shown.width}px`,
    height: `${shown.height}px`,
    filter: 'grayscale(1) brightness(0.6)',
    pointerEvents: 'none',
  });
  copy.getContext('2d')?.drawImage(canvas, 0, 0);
  forgetLastPicture(element);
  element.append(copy);
}

/** Takes it away: something newer is shown. */
export function forgetLastPicture(element: HTMLElement): void {
  for (const copy of element.querySelectorAll(`.${CLASS}`)) copy.remove();
}
