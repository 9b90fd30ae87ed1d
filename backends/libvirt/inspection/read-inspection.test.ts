import { expect, test } from 'vitest';
import { InstalledSystem, inspectionLimits } from '#model/inspection';
import { debianFound, debianReport } from '../../../test/bed/debian-disk.ts';
import { readInspection } from './read-inspection.ts';

const system = (inside: string) => `<operatingsystems><operatingsystem>${inside}</operatingsystem></operatingsystems>`;

test('what virt-inspector has found is read, with a name that says something', async () => {
  expect(await readInspection(debianReport)).toMatchObject([debianFound]);
  const [windows] = await readInspection(
    system(`<name>windows</name><product_name>Windows 10 Pro</product_name><applications><application><name>7-Zip</name>
      <display_name>7-Zip 22.01 (x64)</display_name><version>22.01</version><publisher>Igor Pavlov</publisher></application></applications>`),
  );
  expect(windows).toMatchObject({
    name: 'Windows 10 Pro',
    shortId: null,
    applications: [{ name: '7-Zip 22.01 (x64)', version: '22.01', publisher: 'Igor Pavlov', arch: null, summary: null }],
  });
});

test('a guest that tells too much is cut short', async () => {
  const word = 'x'.repeat(5000);
  const application = `<application><name>${word}</name><version>1</version><summary>${word}</summary><extra>1</extra></application>`;
  const many = application.replaceAll(word, 'a').repeat(inspectionLimits.applications);
  const [found] = await readInspection(
    system(`<product_name>${word}</product_name><hostname>${word}</hostname><applications>${application}${many}</applications>`),
  );
  expect(InstalledSystem.parse(found)).toMatchObject({ cut: true });
  expect(found?.applications).toHaveLength(inspectionLimits.applications);
  const more = await readInspection(
    `<operatingsystems>${'<operatingsystem><name>a</name></operatingsystem>'.repeat(50)}</operatingsystems>`,
  );
  expect(more).toHaveLength(inspectionLimits.systems);
});

test.each([
  ['an entity', '<!DOCTYPE a [<!ENTITY b "c">]><operatingsystems/>'],
  ['a tower', '<a>'.repeat(100)],
  ['half a document', '<operatingsystems>'],
  ['no XML', 'virt-inspector: <something> & else'],
])('%s is refused', async (_, text) => {
  await expect(readInspection(text)).rejects.toMatchObject({ code: 'protocol' });
});
