import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, Reply } from './contract/define.ts';

// Electron's own functions, bound before any page script runs: a page that overwrites Function.prototype.call cannot reach them.
const bridge: Bridge = {
  invoke: (channel, input): Promise<Reply> => ipcRenderer.invoke('guesthouse:call', channel, input),
  subscribe: (channel, listener) => {
    const forward = (_event: unknown, name: string, payload: unknown): void => {
      if (name === channel) listener(payload);
    };
    ipcRenderer.on('guesthouse:event', forward);
    return () => {
      ipcRenderer.off('guesthouse:event', forward);
    };
  },
};

// A port cannot cross the bridge; it is handed to the page by name of its origin, never to '*'.
ipcRenderer.on('guesthouse:port', (event, ticket: string) => {
  window.postMessage({ kind: 'guesthouse:port', ticket }, window.location.origin, [...event.ports]);
});

contextBridge.exposeInMainWorld('guesthouse', bridge);
