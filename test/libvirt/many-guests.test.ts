import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allMeasures } from '../../backends/model/sample.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { connectTo } from '../bed/unattended-connect.ts';

let daemon: PrivateLibvirtd;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
});
afterAll(() => daemon.stop());

/** A host of libvirt's test driver, whose guests all run. */
async function hostOf(guests: number): Promise<string> {
  const domains = Array.from(
    { length: guests },
    (_, index) =>
      `<domain type='test'><name>guest-${index}</name><uuid>${randomUUID()}</uuid><memory>${1024 + index}</memory>` +
      `<vcpu>${1 + (index % 4)}</vcpu><os><type>hvm</type></os></domain>`,
  );
  const file = join(daemon.dir, `n${guests}.xml`);
  await writeFile(file, `<node>${domains.join('')}</node>`);
  return `test://${file}?socket=${daemon.socket}`;
}

test.each([1000, 10_000])('%i guests are listed and counted', async (count) => {
  const connection = await connectTo(await hostOf(count));
  try {
    const guests = await connection.listGuests();
    expect(guests).toHaveLength(count);
    expect(new Set(guests.map(({ id }) => id)).size).toBe(count);
    expect(guests.find(({ name }) => name === 'guest-7')).toMatchObject({
      state: 'running',
      vcpus: 4,
      memory: 1031 * 1024,
      persistent: true,
    });
    const counters = await connection.countGuests(allMeasures);
    expect(counters).toHaveLength(count);
    expect(counters.every(({ cpuTime, memory }) => (cpuTime ?? 0) > 0 && (memory ?? 0) > 0)).toBe(true);
  } finally {
    await connection.close();
  }
});

test('200 guests that are forced off at once are each told so', async () => {
  const connection = await connectTo(await hostOf(200));
  try {
    const log = new ChangeLog(connection);
    const guests = await connection.listGuests();
    await Promise.all(guests.map(({ id }) => connection.act(id, 'force-off')));
    await Promise.all(guests.map(({ id }) => log.guest(id, ({ state }) => state === 'shut-off', 5000)));
  } finally {
    await connection.close();
  }
});
