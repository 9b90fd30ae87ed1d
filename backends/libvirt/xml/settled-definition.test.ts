import { expect, test } from 'vitest';
import { parseXml, serialize } from './document.ts';
import { settled } from './settled-definition.ts';

const installing = (reboot: string) =>
  `<domain type='kvm'><os><type>hvm</type><kernel>/k</kernel><initrd>/i</initrd><cmdline>quiet</cmdline></os><on_reboot>${reboot}</on_reboot></domain>`;
const after = (reboot: string) => serialize(settled(parseXml(installing(reboot))));

test('the installer’s kernel goes, and the end that its first reboot is; what somebody else said of reboots stays', () => {
  expect(after('destroy')).not.toMatch(/kernel|initrd|cmdline/);
  expect(after('destroy')).toContain('<on_reboot>restart</on_reboot>');
  expect(after('preserve')).toContain('<on_reboot>preserve</on_reboot>');
});
