import { expect, test } from 'vitest';
import { cpuModelIn } from './host-facts.ts';

const sysinfo = (processors: string) => `<sysinfo type='smbios'><bios><entry name='version'>2.61</entry></bios>${processors}</sysinfo>`;

test('the processor is called what its firmware calls it', () => {
  const entry = (version: string) => `<processor><entry name='family'>Zen</entry><entry name='version'>${version}</entry></processor>`;
  expect(cpuModelIn(sysinfo(entry('AMD Ryzen 7 5800X 8-Core Processor             ')))).toBe('AMD Ryzen 7 5800X 8-Core Processor');
  expect(cpuModelIn(sysinfo(entry('One') + entry('Two')))).toBe('One');
});

test('a host that does not tell, or tells nonsense, has no model', () => {
  for (const nothing of ['', sysinfo(''), sysinfo("<processor><entry name='version'> </entry></processor>"), '<sysinfo>\u0001']) {
    expect(cpuModelIn(nothing)).toBeNull();
  }
});
