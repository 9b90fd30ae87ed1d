import { createOpusDecoder, type OpusDecoder } from './opus-decoder.ts';
import type { SoundFormat, SoundOutput } from './playback-channel.ts';

/** Sound that waits to be heard, in seconds: less stutters when the page is busy, more is late. */
const AHEAD = 0.06;
/** What came quicker than it can be played is left out beyond this. */
const MOST_AHEAD = 0.5;
/** Of one message, in seconds; an honest one has hundredths. */
const LONGEST = 1;

export interface SoundPlayer extends SoundOutput {
  /** By the person. */
  silence(isSilent: boolean): void;
}

/**
 * Plays a guest's sound through WebAudio, one buffer after the other.
 *
 * @param heard is called with the first sound after each start
 */
export function createSoundPlayer(heard: () => void): SoundPlayer {
  let context: AudioContext | null = null;
  let gain: GainNode | null = null;
  let format: SoundFormat = { channels: 2, frequency: 48_000 };
  let next = 0;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let isSilentYet = true;
  let opus: OpusDecoder | null = null;
  let volume = 1;
  let guestMuted = false;
  let silent = false;

  const setGain = (): void => {
    if (gain !== null) gain.gain.value = guestMuted || silent ? 0 : volume;
  };

  const play = (buffer: AudioBuffer): void => {
    if (isSilentYet) heard();
    isSilentYet = false;
    if (context === null || gain === null || context.state !== 'running') return;
    const now = context.currentTime;
    if (next > now + MOST_AHEAD) return;
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(gain);
    next = next < now ? now + AHEAD : next;
    source.start(next);
    next += buffer.duration;
  };

  return {
    start: (given) => {
      format = given;
      if (context === null) {
        context = new AudioContext({ latencyHint: 'interactive' });
        gain = context.createGain();
        gain.connect(context.destination);
        setGain();
      }
      void context.resume();
      clearTimeout(resting);
      next = 0;
      isSilentYet = true;
      opus?.dispose();
      opus = null;
    },
    samples: (bytes) => {
      const { channels, frequency } = format;
      const length = Math.floor(bytes.byteLength / (2 * channels));
      if (length === 0 || length > LONGEST * frequency) return;
      const buffer = new AudioBuffer({ numberOfChannels: channels, length, sampleRate: frequency });
      fill(buffer, bytes);
      play(buffer);
    },
    opus: (packet) => {
      opus ??= createOpusDecoder(format, play);
      opus.decode(packet);
    },
    stop: () => {
      // What was scheduled is still heard; then the device is let go of.
      const rest = Math.max(0, next - (context?.currentTime ?? 0));
      clearTimeout(resting);
      resting = setTimeout(() => void context?.suspend(), 1000 * rest);
    },
    volume: (value) => {
      volume = value;
      setGain();
    },
    muted: (isMuted) => {
      guestMuted = isMuted;
      setGain();
    },
    silence: (isSilent) => {
      silent = isSilent;
      setGain();
    },
    dispose: () => {
      clearTimeout(resting);
      opus?.dispose();
      void context?.close();
      context = null;
      gain = null;
    },
  };
}

function fill(buffer: AudioBuffer, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { numberOfChannels, length } = buffer;
  for (let channel = 0; channel < numberOfChannels; channel++) {
    const samples = buffer.getChannelData(channel);
    for (let i = 0; i < length; i++) samples[i] = view.getInt16(2 * (i * numberOfChannels + channel), true) / 32_768;
  }
}
