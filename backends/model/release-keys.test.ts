import { describe, expect, test } from 'vitest';
import { createReleaseWatch, type ReleaseKeys } from './release-keys.ts';

/** Feeds keys as a keyboard makes them: "+Control" goes down, "-Control" up; modifiers follow. Returns at which steps the keyboard is released. */
function releases(keys: ReleaseKeys, steps: string): number[] {
  const watch = createReleaseWatch();
  const down = new Set<string>();
  const has = (name: string): boolean => [...down].some((code) => code.startsWith(name));
  return steps.split(' ').flatMap((step, at) => {
    const [isDown, code] = [step.startsWith('+'), step.slice(1)];
    if (isDown) down.add(code);
    else down.delete(code);
    const modifiers = { control: has('Control'), alt: has('Alt'), shift: has('Shift'), meta: has('Meta') };
    return watch.completes(keys, { isDown, code, ...modifiers }) ? [at] : [];
  });
}

describe('what releases', () => {
  test.each([
    ['ctrl-alt', '+ControlLeft +AltLeft -AltLeft -ControlLeft', [2]],
    ['ctrl-alt', '+AltRight +ControlLeft -ControlLeft -AltRight', [2]],
    ['ctrl-alt', '+ControlLeft +AltLeft +AltLeft +AltLeft -ControlLeft -AltLeft', [4]],
    ['ctrl-alt', '+ControlLeft +AltLeft -AltLeft +AltLeft -AltLeft -ControlLeft', [2, 4]],
    ['right-ctrl', '+ControlRight -ControlRight', [1]],
    ['ctrl-alt-shift', '+ShiftLeft +ControlLeft +AltLeft -ShiftLeft -AltLeft -ControlLeft', [3]],
    ['super-escape', '+MetaLeft +Escape -Escape -MetaLeft', [1]],
  ] as const)('%s: %s', (keys, steps, expected) => expect(releases(keys, steps)).toEqual(expected));
});

describe('what stays the guest’s', () => {
  test.each([
    ['ctrl-alt', '+ControlLeft +AltLeft +F2 -F2 -AltLeft -ControlLeft'],
    ['ctrl-alt', '+ControlLeft +AltLeft +Delete -AltLeft -ControlLeft -Delete'],
    ['ctrl-alt', '+ControlLeft -ControlLeft +AltLeft -AltLeft'],
    ['ctrl-alt', '+ControlLeft +AltLeft +ShiftLeft -ShiftLeft -AltLeft -ControlLeft'],
    ['ctrl-alt', '+MetaLeft +ControlLeft +AltLeft -AltLeft -ControlLeft -MetaLeft'],
    ['right-ctrl', '+ControlLeft -ControlLeft'],
    ['right-ctrl', '+ControlRight +KeyC -KeyC -ControlRight'],
    ['ctrl-alt-shift', '+ControlLeft +AltLeft -AltLeft -ControlLeft'],
    ['super-escape', '+Escape -Escape +MetaLeft -MetaLeft'],
    ['super-escape', '+MetaLeft +ControlLeft +Escape -Escape -ControlLeft -MetaLeft'],
  ] as const)('%s: %s', (keys, steps) => expect(releases(keys, steps)).toEqual([]));
});
