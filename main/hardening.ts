import { app, session, type Session, type WebContents } from 'electron';
import { origins } from './app-protocol.ts';

/** Before the app is ready: every renderer sandboxed, and nothing of Chromium's own on the network. */
export function hardenApp(): void {
  app.enableSandbox();
  // Chromium's own services; and should a request get past the block below, no name and no address leads anywhere.
  app.commandLine.appendSwitch('disable-background-networking');
  app.commandLine.appendSwitch('disable-component-update');
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.on('session-created', hardenSession);
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
  app.on('select-client-certificate', (event, _contents, _url, _certificates, callback) => {
    event.preventDefault();
    callback();
  });
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault();
    callback(false);
  });
}

/** When the app is ready, before the first window: the default session exists without 'session-created'. */
export function hardenDefaultSession(): void {
  hardenSession(session.defaultSession);
}

/** What a console takes hold of, and the release keys give back: see keyboard-grab.ts. `keyboardLock` asks in newer Electrons only. */
const forConsoles: ReadonlySet<string> = new Set(['fullscreen', 'pointerLock', 'keyboardLock']);

function hasConsoles(url: string): boolean {
  return [origins.app, origins.console].some((origin) => url.startsWith(`${origin}/`));
}

function hardenSession(session: Session): void {
  const schemes = app.isPackaged ? ['app:'] : ['app:', 'devtools:'];
  session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !schemes.includes(url.slice(0, url.indexOf(':') + 1)) }));
  // Without the check handler Electron answers every query with 'granted'. What is given asks by request, from a gesture of the person.
  session.setPermissionCheckHandler(() => false);
  session.setPermissionRequestHandler((_contents, permission, callback, { isMainFrame, requestingUrl }) =>
    callback(isMainFrame && (permission === 'clipboard-sanitized-write' || (forConsoles.has(permission) && hasConsoles(requestingUrl)))),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  // A spelling dictionary would be fetched from the network.
  session.setSpellCheckerEnabled(false);
}

function hardenContents(contents: WebContents): void {
  const refuse = (event: { preventDefault(): void }): void => event.preventDefault();
  contents.on('will-navigate', refuse);
  contents.on('will-frame-navigate', refuse);
  contents.on('will-redirect', refuse);
  contents.on('will-attach-webview', refuse);
  // A page that asks to stay (beforeunload) would keep its window open for ever: Electron asks nobody.
  contents.on('will-prevent-unload', refuse);
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // WebRTC needs no permission, and webRequest does not see it.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  // Unhandled, the first device in reach is taken.
  contents.on('select-bluetooth-device', (event, _devices, callback) => {
    event.preventDefault();
    callback('');
  });
}
