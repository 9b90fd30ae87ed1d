import { expect, test } from 'vitest';
import { parseXml, serialize } from '../xml/document.ts';
import { withoutSecrets, withSecretsOf } from './secrets.ts';

const shown = (text: string) => serialize(withoutSecrets(parseXml(text)));
const kept = (original: string, typed: string) => serialize(withSecretsOf(parseXml(original), parseXml(typed)));

test('passwords of displays and cookies of disks are not shown', () => {
  expect(
    shown(
      '<devices><graphics type="vnc" passwd="secret"/><disk><source name="x"><cookies><cookie name="a">b</cookie></cookies></source></disk></devices>',
    ),
  ).toBe('<devices><graphics type="vnc"/><disk><source name="x"/></disk></devices>');
});

test('what was not shown is kept where nothing else was typed', () => {
  expect(kept('<graphics type="vnc" passwd="secret"/>', '<graphics type="vnc" port="1"/>')).toContain('passwd="secret"');
  expect(kept('<graphics type="vnc" passwd="secret"/>', '<graphics type="vnc" passwd="mine"/>')).toContain('passwd="mine"');
  const disk = '<disk><source name="x"><cookies><cookie name="a">b</cookie></cookies></source></disk>';
  expect(kept(disk, '<disk><source name="y"/></disk>')).toContain('<cookie name="a">b</cookie>');
  expect(kept(disk, '<disk><source name="y"><cookies/></source></disk>')).not.toContain('>b<');
});
