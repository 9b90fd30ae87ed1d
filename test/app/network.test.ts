import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from './launch.ts';

// E8, E9 and E19 of the security bar: what the page can reach outside itself.

let running: RunningApp;
/** Counts connections: whatever protocol is meant, it would begin with one. */
let server: Server;
let datagrams: Socket;
let port = 0;
let udpPort = 0;
let connections = 0;
let packets = 0;

beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = portOf(server.address());
  datagrams = createSocket('udp4', () => (packets += 1));
  datagrams.bind(0, '127.0.0.1');
  await once(datagrams, 'listening');
  udpPort = datagrams.address().port;
  running = await startApp();
});
afterAll(async () => {
  server.close();
  datagrams.close();
  await running.stop();
});
afterEach(() => {
  connections = 0;
  packets = 0;
});

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

test('the counters count', async () => {
  await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
  const socket = createSocket('udp4');
  socket.send('x', udpPort, '127.0.0.1');
  await expect.poll(() => [connections, packets]).toEqual([1, 1]);
  socket.close();
});

test('E4 E8: nothing the page tries reaches a server', async () => {
  const outcomes = await running.page.evaluate(async (host) => {
    const outcome: Record<string, string> = {};
    const settled = async (name: string, attempt: () => Promise<unknown>): Promise<void> => {
      outcome[name] = await attempt().then(
        () => 'went through',
        () => 'refused',
      );
    };
    await settled('fetch', () => fetch(`http://${host}/`));
    await settled('fetch without cors', () => fetch(`http://${host}/`, { mode: 'no-cors' }));
    const heard = (target: EventTarget): Promise<unknown> =>
      new Promise((resolve, reject) => {
        for (const name of ['load', 'open', 'message']) target.addEventListener(name, resolve);
        target.addEventListener('error', reject);
      });
    await settled('XMLHttpRequest', () => {
      const request = new XMLHttpRequest();
      const result = heard(request);
      request.open('GET', `http://${host}/`);
      request.send();
      return result;
    });
    await settled('image', () => {
      const image = new Image();
      const result = heard(image);
      image.src = `https://${host}/x.png`;
      return result;
    });
    await settled('WebSocket', () => heard(new WebSocket(`ws://${host}/`)));
    await settled('EventSource', () => heard(new EventSource(`http://${host}/`)));
    await settled('style sheet', () => {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = `http://${host}/x.css`;
      const result = heard(link);
      document.head.append(link);
      return result;
    });
    navigator.sendBeacon(`http://${host}/`, 'x');
    for (const rel of ['prefetch', 'preconnect', 'dns-prefetch', 'preload']) {
      const link = document.createElement('link');
      link.rel = rel;
      link.href = `http://${host}/`;
      document.head.append(link);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    return outcome;
  }, `127.0.0.1:${port}`);
  expect(Object.values(outcomes)).toEqual(Object.values(outcomes).map(() => 'refused'));
  expect(connections).toBe(0);
});

test('E8: the block holds without the page’s policy', async () => {
  const outcomes = await running.app.evaluate(async ({ net }, host) => {
    const addresses = [`http://${host}/`, `https://${host}/`];
    return Promise.all(addresses.map((address) => net.fetch(address).then(({ status }) => `status ${status}`, String)));
  }, `127.0.0.1:${port}`);
  for (const outcome of outcomes) expect(outcome).toMatch(/Error/);
  expect(connections).toBe(0);
});

test('E8: WebRTC sends nothing', async () => {
  const candidates = await running.page.evaluate(
    async ([tcp, udp]) => {
      const found: string[] = [];
      const connection = new RTCPeerConnection({
        iceServers: [
          { urls: `stun:127.0.0.1:${udp}` },
          { urls: `turn:127.0.0.1:${udp}`, username: 'x', credential: 'x' },
          { urls: `turn:127.0.0.1:${tcp}?transport=tcp`, username: 'x', credential: 'x' },
        ],
      });
      connection.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate !== null && candidate.candidate !== '') found.push(candidate.candidate);
      });
      connection.createDataChannel('x');
      await connection.setLocalDescription(await connection.createOffer());
      await new Promise((resolve) => setTimeout(resolve, 2000));
      connection.close();
      return found;
    },
    [port, udpPort],
  );
  expect(candidates).toEqual([]);
  expect([connections, packets]).toEqual([0, 0]);
});

test('E9: every permission is denied, asked for or not', async () => {
  const states = await running.page.evaluate(async () => {
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'midi',
      'clipboard-read',
      'clipboard-write',
      'persistent-storage',
      'background-sync',
      'screen-wake-lock',
      'payment-handler',
      'idle-detection',
    ];
    const queried = await Promise.all(
      names.map((name) =>
        Reflect.apply(navigator.permissions.query, navigator.permissions, [{ name }]).then(({ state }: PermissionStatus) => state),
      ),
    );
    return Object.fromEntries(names.map((name, at) => [name, queried[at]]));
  });
  expect(new Set(Object.values(states))).toEqual(new Set(['denied']));

  const asked = await running.page.evaluate(async () => {
    const attempts: Record<string, () => Promise<unknown>> = {
      'clipboard.readText': () => navigator.clipboard.readText(),
      'clipboard.read': () => navigator.clipboard.read(),
      getUserMedia: () => navigator.mediaDevices.getUserMedia({ audio: true }),
      getDisplayMedia: () => navigator.mediaDevices.getDisplayMedia(),
      geolocation: () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
      bluetooth: () => Reflect.get(navigator, 'bluetooth').requestDevice({ acceptAllDevices: true }),
      usb: () => Reflect.get(navigator, 'usb').requestDevice({ filters: [] }),
      hid: () =>
        Reflect.get(navigator, 'hid')
          .requestDevice({ filters: [] })
          .then((devices: unknown[]) => devices.length || Promise.reject()),
      serial: () => Reflect.get(navigator, 'serial').requestPort(),
      'service worker': () => navigator.serviceWorker.register('/x.js'),
    };
    const results = await Promise.all(
      Object.entries(attempts).map(async ([name, attempt]) => {
        try {
          return [name, `granted ${String(await attempt())}`];
        } catch {
          return [name, 'refused'];
        }
      }),
    );
    return { results: Object.fromEntries(results), notification: Notification.permission };
  });
  expect(asked.notification).toBe('denied');
  expect(new Set(Object.values(asked.results))).toEqual(new Set(['refused']));
});

test('E9: a click may copy', async () => {
  await running.app.evaluate(async ({ BrowserWindow, clipboard }) => {
    await clipboard.writeText('before');
    BrowserWindow.getAllWindows()[0]?.focus();
  });
  await running.page.evaluate(() => {
    const button = document.createElement('button');
    button.textContent = 'Copy for the test';
    button.style.cssText = 'position:fixed;inset:0;z-index:9999';
    button.addEventListener('click', () => void navigator.clipboard.writeText('virsh start debian'));
    document.body.append(button);
  });
  await running.page.getByRole('button', { name: 'Copy for the test' }).click();
  await expect.poll(() => running.app.evaluate(({ clipboard }) => clipboard.readText())).toBe('virsh start debian');
  await running.page.getByRole('button', { name: 'Copy for the test' }).evaluate((button) => button.remove());
});

test('E19: nothing is downloaded', async () => {
  await running.app.evaluate(({ session }) => {
    session.defaultSession.on('will-download', (event, item) => {
      Reflect.set(globalThis, 'downloads', [...(Reflect.get(globalThis, 'downloads') ?? []), [event.defaultPrevented, item.getFilename()]]);
    });
  });
  await running.page.evaluate(async (host) => {
    const addresses = [
      URL.createObjectURL(new Blob(['x'])),
      'data:application/octet-stream,x',
      document.querySelector('script')?.src,
      `http://${host}/x`,
    ];
    for (const address of addresses) {
      const link = document.createElement('a');
      link.href = address ?? '';
      link.download = 'dropped.bin';
      document.body.append(link);
      link.click();
      link.remove();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }, `127.0.0.1:${port}`);
  const downloads = await running.app.evaluate(() => Reflect.get(globalThis, 'downloads'));
  expect(downloads?.length).toBeGreaterThan(0);
  for (const [prevented] of downloads) expect(prevented).toBe(true);
  expect(connections).toBe(0);
});

test('E19: no certificate is excused and none is offered', async () => {
  const answers = await running.app.evaluate(({ app, webContents }) => {
    const [contents] = webContents.getAllWebContents();
    const given: unknown[] = [];
    const event = { preventDefault: () => given.push('prevented') };
    app.emit('certificate-error', event, contents, 'https://127.0.0.1/', 'net::ERR_CERT_AUTHORITY_INVALID', {}, (trusted: boolean) =>
      given.push(trusted),
    );
    app.emit('select-client-certificate', event, contents, 'https://127.0.0.1/', [{}], (certificate?: object) =>
      given.push(certificate ?? 'none'),
    );
    return given;
  });
  expect(answers).toEqual(['prevented', false, 'prevented', 'none']);
});
