import { createReadStream } from 'node:fs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { electronCommand } from '../../build/setup/electron-command.mjs';
import { appCommand } from '../app/launch.ts';

const NOVNC = fileURLToPath(new URL('../../node_modules/@novnc/novnc', import.meta.url));

export interface BareVnc {
  readonly page: Page;
  stop(): Promise<void>;
}

/** The same noVNC in the same Electron, with the least between it and QEMU: a WebSocket on the loopback that copies bytes. */
export async function startBareVnc(port: number): Promise<BareVnc> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') response.setHeader('content-type', 'text/html').end(PAGE);
    else createReadStream(join(NOVNC, pathname)).pipe(response.setHeader('content-type', 'text/javascript'));
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    const display = connect({ port, host: '127.0.0.1', noDelay: true });
    display.on('data', (bytes) => socket.send(bytes));
    display.on('close', () => socket.close());
    socket.on('message', (bytes: Buffer) => display.write(bytes));
    socket.on('close', () => display.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  const appDir = mkdtempSync(join(tmpdir(), 'guesthouse-bare-'));
  writeFileSync(join(appDir, 'package.json'), JSON.stringify({ name: 'bare', version: '1.0.0', main: 'main.cjs' }));
  const main = `const { app, BrowserWindow } = require('electron');
    app.enableSandbox();
    app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadURL('http://127.0.0.1:${address.port}/'));`;
  writeFileSync(join(appDir, 'main.cjs'), main);
  const surroundings = await appCommand();
  const { executable } = await electronCommand({ appDir });
  rmSync(appDir, { recursive: true });
  const app = await _electron.launch({ executablePath: executable, env: surroundings.env, chromiumSandbox: true, colorScheme: null });
  return {
    page: await app.firstWindow(),
    async stop() {
      await app.close();
      await surroundings.dispose();
      sockets.close();
      server.close();
    },
  };
}

/** Counts what comes for the meter of screen-meter.ts. */
const PAGE = `<!doctype html><title>Bare</title>
<style>body, #screen { margin: 0; width: 100vw; height: 100vh }</style><div id="screen"></div>
<script type="module">
  import RFB from '/core/rfb.js';
  globalThis.openScreen = () => {
    const socket = new WebSocket('ws://' + location.host);
    socket.addEventListener('message', ({ data }) => (globalThis.screenMeter.bytes += data.byteLength));
    const rfb = new RFB(document.getElementById('screen'), socket, { shared: true });
    rfb.scaleViewport = true;
  };
</script>`;
