import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modularDaemons } from '../../build/setup/modular-daemons.mjs';
import { type Person, startPerson } from '../bed/person.ts';
import { type PrivateHome, privateHome } from '../bed/unprivileged.ts';

let home: PrivateHome;
let person: Person;
let programs: string;

beforeAll(async () => {
  const daemons = await modularDaemons();
  programs = daemons.programs;
  home = await privateHome();
  const env = { ...home.env, VIRTD_PATH: programs, ...(daemons.libraries !== null && { LD_LIBRARY_PATH: daemons.libraries }) };
  person = await startPerson({ ...home, env }, 'test/libvirt/session-person.ts');
}, 900_000);
afterAll(async () => {
  await person.kill();
  for (const { pid } of daemons()) process.kill(pid, 'SIGKILL');
  await home.remove();
});

/** The daemons of this home, known by its environment. */
function daemons(): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc').flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) return [];
    try {
      const ours = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${home.path}\0`);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return ours && readlinkSync(`/proc/${pid}/exe`).startsWith(programs) ? [{ pid, command }] : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

test("a person's own virtqemud is started, and it starts those that it needs", async () => {
  expect(await person.ask({ do: 'connect', uri: 'qemu:///session' })).toMatchObject({ facts: { hypervisor: 'QEMU' } });
  expect(daemons().map(({ command }) => command)).toContainEqual(`${programs}/virtqemud --timeout=120`);
  expect(await person.ask({ do: 'provide-pool' })).toEqual({});
  expect(await person.ask({ do: 'list' })).toMatchObject({ guests: [], pools: [{ name: 'default', active: true }] });
  expect(daemons().some(({ command }) => command.includes('virtstoraged'))).toBe(true);
});
