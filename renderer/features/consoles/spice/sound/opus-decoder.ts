import type { SoundFormat } from './playback-channel.ts';

/** Packets that wait to be decoded, each of which is hundredths of a second: more come than can be heard. */
const MOST_WAITING = 50;

export interface OpusDecoder {
  /** One packet. */
  decode(packet: Uint8Array): void;
  dispose(): void;
}

/** Opus by the decoder of Chromium. What cannot be decoded is silence: it is no reason to end a screen. */
export function createOpusDecoder({ channels, frequency }: SoundFormat, decoded: (sound: AudioBuffer) => void): OpusDecoder {
  const decoder = new AudioDecoder({
    output: (data) => {
      const { numberOfChannels, numberOfFrames: length, sampleRate } = data;
      const buffer = new AudioBuffer({ numberOfChannels, length, sampleRate });
      for (let planeIndex = 0; planeIndex < numberOfChannels; planeIndex++) {
        data.copyTo(buffer.getChannelData(planeIndex), { planeIndex, format: 'f32-planar' });
      }
      data.close();
      decoded(buffer);
    },
    error: () => undefined,
  });
  decoder.configure({ codec: 'opus', sampleRate: frequency, numberOfChannels: channels });
  let timestamp = 0;
  return {
    decode: (data) => {
      if (decoder.state !== 'configured' || decoder.decodeQueueSize > MOST_WAITING) return;
      // Only their order counts; when they are heard is decided later.
      timestamp += 1;
      decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, data }));
    },
    dispose: () => {
      if (decoder.state !== 'closed') decoder.close();
    },
  };
}
