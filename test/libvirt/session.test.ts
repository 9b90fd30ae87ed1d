import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, startPerson } from '../bed/person.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';
import { type PrivateHome, privateHome } from '../bed/unprivileged.ts';

const SESSION = { do: 'connect', uri: 'qemu:///session' };

let home: PrivateHome;
let person: Person;

beforeAll(async () => {
  home = await privateHome();
  person = await startPerson(home, 'test/libvirt/session-person.ts');
});
afterAll(async () => {
  await person.kill();
  for (const { pid } of processes()) process.kill(pid, 'SIGKILL');
  await home.remove();
});

/** What this home's libvirt runs, known by its environment. */
function processes(): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc').flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) return [];
    try {
      const ours = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${home.path}\0`);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return ours && /libvirtd|virt\w+d|qemu/.test(command) ? [{ pid, command }] : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}
const daemons = () => processes().filter(({ command }) => /\/(libvirtd|virtqemud) --timeout=120$/.test(command));

test('ten windows at once start one daemon, which is the person’s own', async () => {
  expect(daemons()).toEqual([]);
  expect(await person.ask({ ...SESSION, times: 10 })).toMatchObject({ facts: { hypervisor: 'QEMU' }, commands: 10 });
  expect(existsSync(join(home.path, 'run/libvirt'))).toBe(true);
  // Of several that were started, all but the first find the pid file taken.
  await expect.poll(() => daemons().length, { timeout: 10_000 }).toBe(1);
});

test('their guests, pool and disk are in their home, and what happens is told', async () => {
  expect(await person.ask({ do: 'list' })).toEqual({ guests: [], pools: [] });
  expect(await person.ask({ do: 'provide-pool' })).toEqual({});
  const folder = join(home.path, '.local/share/libvirt/images');
  const made = await person.ask({ do: 'create', name: 'mine', media: (await tinyGuest()).iso });
  expect(made).toEqual({ id: expect.any(String) });
  const id = String(Object(made).id);
  expect(existsSync(join(folder, 'mine.qcow2'))).toBe(true);
  expect(await person.ask({ do: 'list' })).toMatchObject({
    guests: [{ id, name: 'mine', state: 'running' }],
    pools: [{ name: 'default', active: true, path: folder }],
  });
  expect(await person.ask({ do: 'act', id, action: 'force-off' })).toEqual({});
  await expect
    .poll(() => person.ask({ do: 'changes' }), { timeout: 10_000 })
    .toMatchObject({
      changes: expect.arrayContaining([expect.objectContaining({ guest: expect.objectContaining({ id, state: 'shut-off' }) })]),
    });
});

test('the daemon outlives the program, and the next one finds it', async () => {
  const [before] = daemons();
  await person.kill();
  await sleep(200);
  expect(daemons()).toEqual([before]);
  person = await startPerson(home, 'test/libvirt/session-person.ts');
  await person.ask(SESSION);
  expect(daemons()).toEqual([before]);
  expect(await person.ask({ do: 'list' })).toMatchObject({ guests: [{ name: 'mine', state: 'shut-off' }] });
});
