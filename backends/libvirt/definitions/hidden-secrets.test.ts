import { expect, test } from 'vitest';
import { putBackSecrets } from './hidden-secrets.ts';

const domain = (...devices: string[]) => `<domain><devices>\n${devices.join('\n')}\n</devices></domain>`;
const vnc = "<graphics type='vnc' port='-1'/>";
const spice = "<graphics type='spice' port='5901'/>";
const lockedVnc = "<graphics passwd=\"v\" type='vnc' port='-1'/>";
const lockedSpice = "<graphics passwd=\"s\" type='spice' port='5901'/>";
const put = (...edited: string[]) => putBackSecrets(domain(...edited), domain(vnc, spice), domain(lockedVnc, lockedSpice));

test('a hidden password stays with its display, wherever that stands now', () => {
  expect(put(vnc, spice)).toBe(domain(lockedVnc, lockedSpice));
  expect(put(spice, vnc)).toBe(domain(lockedSpice, lockedVnc));
  expect(put("<graphics type='vnc' port='5909'/>", spice)).toBe(domain("<graphics passwd=\"v\" type='vnc' port='5909'/>", lockedSpice));
  expect(put(spice)).toBe(domain(lockedSpice));
});

test('a display that is added before one never gets its password', () => {
  const added = "<graphics type='vnc' port='5990'/>";
  expect(put(added, vnc, spice)).toBe(domain(added, lockedVnc, lockedSpice));
  expect(put("<graphics type='sdl'/>", vnc, spice)).toBe(domain("<graphics type='sdl'/>", lockedVnc, lockedSpice));
});

test('where two could be the one, nothing is guessed, and what the person typed counts', () => {
  const [one, other] = ["<graphics type='vnc' port='5990'/>", "<graphics type='vnc' port='5991'/>"];
  expect(() => put(one, other, spice)).toThrow(/Several <graphics>/);
  const typed = [one, other].map((display) => display.replace('type=', "passwd='mine' type="));
  expect(put(...typed, spice)).toBe(domain(...typed, lockedSpice));
});

test('a display that is made another keeps its password, where it is a sort that has one', () => {
  const alone = (edited: string) => putBackSecrets(domain(edited), domain(vnc), domain(lockedVnc));
  expect(alone(spice)).toBe(domain("<graphics passwd=\"v\" type='spice' port='5901'/>"));
  expect(alone("<graphics type='sdl'/>")).toBe(domain("<graphics type='sdl'/>"));
});

test('two that read the same have each their own', () => {
  const whole = domain(lockedVnc, lockedVnc.replace('"v"', '"w"'));
  expect(putBackSecrets(domain(vnc, vnc), domain(vnc, vnc), whole)).toBe(whole);
});
