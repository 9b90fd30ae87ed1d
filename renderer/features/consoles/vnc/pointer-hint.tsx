import { useScreenContext } from '../console-context.ts';

/** Says what is different with a guest that has a mouse and no tablet. */
export function PointerHint() {
  const { pointer, canType } = useScreenContext();
  if (pointer === 'absolute' || !canType) return null;
  return <>A click gives the mouse to the guest, which has no tablet · </>;
}
