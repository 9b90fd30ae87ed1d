import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { displayOf } from './display-definition.ts';
import { viewerFile, type ViewerFileFacts } from './viewer-file.ts';

const display = (graphics: string, name: string) => displayOf(parseXml(`<domain><devices>${graphics}</devices></domain>`), name);
const vnc = display(`<graphics type='vnc' port='5900' listen='0.0.0.0'/>`, 'vnc0');
const spice = display(`<graphics type='spice' port='5901' tlsPort='5902' listen='::'/>`, 'spice0');
const local: ViewerFileFacts = {
  route: { local: true, host: null, displays: 'private' },
  address: 'qemu:///system',
  guest: 'attic',
  display: vnc,
  password: null,
  ca: null,
};
const over = (host: string, displays: 'private' | 'certified' | 'none') => ({ route: { local: false, host, displays } });

test('what remote-viewer reads', () => {
  expect(viewerFile(local)).toBe('[virt-viewer]\ntype=vnc\nhost=127.0.0.1\nport=5900\ntitle=attic\ndelete-this-file=1\n');
  expect(viewerFile({ ...local, display: spice, ca: 'A\nB\n' })).toContain('host=::1\nport=5901\ntls-port=5902\nca=A\\nB\\n\n');
  const socket = display(`<graphics type='spice' socket='/run/a b'/>`, 'spice0');
  expect(viewerFile({ ...local, display: socket })).toContain('\nunix-path=/run/a b\n');
});

test('no name and no password can add a line, or lose a blank', () => {
  const lines = viewerFile({ ...local, guest: 'a\n[ovirt]\nhost=evil', password: '  a\\b\t\r\nproxy=evil' }).split('\n');
  expect(lines).toContain('title=a\\n[ovirt]\\nhost=evil');
  expect(lines).toContain('password=\\s\\sa\\\\b\\t\\r\\nproxy=evil');
  expect(lines.filter((line) => /^(proxy|\[ovirt)/.test(line))).toEqual([]);
});

test('a host elsewhere is named only where its display proves itself over the network', () => {
  const far = { ...local, display: spice, address: "qemu://far/system?x='", ...over('far.example', 'certified') };
  expect(viewerFile(far)).toContain('host=far.example\ntls-port=5902\n');
  for (const facts of [
    { ...far, display: vnc },
    { ...far, ...over('far.example', 'private') },
    { ...far, ...over('localhost', 'private') },
  ]) {
    expect(() => viewerFile(facts)).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        remedy: expect.stringContaining(`virt-viewer -c 'qemu://far/system?x='"'"'' 'attic'`),
      }),
    );
  }
});

test('VNC at a unix socket is nothing that remote-viewer could open', () => {
  const socket = display(`<graphics type='vnc' socket='/run/vnc'/>`, 'vnc0');
  expect(() => viewerFile({ ...local, display: socket })).toThrow(expect.objectContaining({ code: 'unsupported' }));
});
