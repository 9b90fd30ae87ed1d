import type { SpiceChannel } from './guest-console.ts';

/**
 * Bit numbers of what a SPICE client says that it can do. Source: spice-protocol, spice/protocol.h (SPICE_COMMON_CAP_…) and spice/enums.h,
 * where SPICE_MAIN_CAP_… and its like are in this order.
 */
export const SpiceCapability = {
  common: { authSelection: 0, authSpice: 1, authSasl: 2, miniHeader: 3 },
  main: { semiSeamlessMigrate: 0, nameAndUuid: 1, agentConnectedTokens: 2, seamlessMigrate: 3 },
  display: {
    sizedStream: 0,
    monitorsConfig: 1,
    composite: 2,
    a8Surface: 3,
    streamReport: 4,
    lz4Compression: 5,
    prefCompression: 6,
    glScanout: 7,
    multiCodec: 8,
    codecMjpeg: 9,
  },
  inputs: { keyScancode: 0 },
  playback: { celt: 0, volume: 1, latency: 2, opus: 3 },
} as const;

const { common, main, display, inputs, playback } = SpiceCapability;

/** What we say of ourselves on every channel: the link is made by the backend, with headers of six bytes after it. */
export const announcedToAll: readonly number[] = [common.authSelection, common.authSpice, common.miniHeader];

/**
 * What we say besides on a channel of each kind, and therefore what the page must understand of it. A line here is a promise that the
 * server relies upon: only what the page implements.
 */
export const announcedSpiceCapabilities: Readonly<Record<SpiceChannel['type'], readonly number[]>> = {
  main: [main.nameAndUuid, main.agentConnectedTokens],
  display: [
    display.sizedStream,
    display.monitorsConfig,
    display.lz4Compression,
    display.prefCompression,
    display.multiCodec,
    display.codecMjpeg,
  ],
  inputs: [inputs.keyScancode],
  cursor: [],
  playback: [playback.volume, playback.opus],
};
