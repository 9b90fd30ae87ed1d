import { expect, test } from 'vitest';
import { attribute, child, parseXml, type XmlElement } from '../xml/document.ts';
import { foundDevices } from './found-device.ts';

const domain = (...devices: readonly string[]) => parseXml(`<domain type="kvm"><devices>${devices.join('')}</devices></domain>`);
const rng = (slot: number, file: string) =>
  `<rng model="virtio"><backend model="random">${file}</backend><address type="pci" slot="${slot}"/></rng>`;
const slot = (element: XmlElement | null) => attribute(child(element, 'address'), 'slot');
const slots = (next: XmlElement, running: XmlElement) =>
  foundDevices(next, running, true).map((device) => [slot(device.next), slot(device.running)]);

test('of devices without an identity, those at one address are one, wherever they stand', () => {
  const running = domain(rng(1, '/dev/one'), rng(2, '/dev/two'));
  expect(slots(running, running)).toEqual([
    ['1', '1'],
    ['2', '2'],
  ]);
  expect(slots(domain(rng(2, '/dev/two')), running)).toEqual([
    ['2', '2'],
    [null, '1'],
  ]);
  expect(slots(domain(rng(2, '/dev/two'), rng(3, '/dev/three')), running)).toEqual([
    ['2', '2'],
    ['3', null],
    [null, '1'],
  ]);
});

test('where addresses say nothing, their order does', () => {
  const dogs = (model: string) => domain(`<watchdog model="${model}"/>`);
  expect(foundDevices(dogs('ib700'), dogs('i6300esb'), true)).toMatchObject([{ id: 'watchdog:1', number: null }]);
});

test('no id is given twice, and none is longer than the model takes', () => {
  const long = `<filesystem><target dir="/${'a'.repeat(1000)}"/></filesystem>`;
  const many = domain(...Array.from({ length: 300 }, () => '<panic/>'), long, long);
  const found = foundDevices(many, many, true);
  expect(new Set(found.map(({ id }) => id)).size).toBe(302);
  expect(found.every(({ id }) => id.length <= 256)).toBe(true);
  expect(found.filter(({ number }) => number === null)).toEqual([]);
});
