import { BodyReader } from '../body-reader.ts';
import { type ChannelHandler, SpiceError } from '../channel.ts';

// Source: spice.proto, PlaybackChannel.
const Told = { data: 101, mode: 102, start: 103, stop: 104, volume: 105, mute: 106 } as const;
const Mode = { raw: 1, opus: 3 } as const;
const S16 = 1;

export interface SoundFormat {
  readonly channels: number;
  /** Frames a second. */
  readonly frequency: number;
}

/** Where a guest's sound goes. */
export interface SoundOutput {
  start(format: SoundFormat): void;
  /** Interleaved signed samples of 16 bits, little-endian. */
  samples(bytes: Uint8Array): void;
  /** One packet of Opus. */
  opus(packet: Uint8Array): void;
  stop(): void;
  /** 0 to 1, by the guest. */
  volume(volume: number): void;
  /** By the guest. */
  muted(isMuted: boolean): void;
  dispose(): void;
}

/** The guest's sound, as samples or as Opus; of the older CELT we say that we do not know it. */
export class PlaybackChannel implements ChannelHandler {
  readonly #output: SoundOutput;
  #mode: number = Mode.raw;
  #isPlaying = false;

  constructor(output: SoundOutput) {
    this.#output = output;
  }

  receive(type: number, bytes: Uint8Array): void {
    const body = new BodyReader(bytes);
    switch (type) {
      case Told.mode:
        body.skip(4);
        this.#mode = body.u16();
        return;
      case Told.start:
        this.#start(body);
        return;
      case Told.data:
        body.skip(4);
        if (this.#isPlaying) this.#data(body.rest());
        return;
      case Told.stop:
        this.#isPlaying = false;
        this.#output.stop();
        return;
      case Told.volume:
        if (body.u8() > 0) this.#output.volume(body.u16() / 0xffff);
        return;
      case Told.mute:
        this.#output.muted(body.u8() !== 0);
        return;
      default:
    }
  }

  dispose(): void {
    this.#isPlaying = false;
    this.#output.dispose();
  }

  #data(bytes: Uint8Array): void {
    if (this.#mode === Mode.raw) this.#output.samples(bytes);
    else if (this.#mode === Mode.opus) this.#output.opus(bytes);
  }

  #start(body: BodyReader): void {
    const channels = body.u32();
    const format = body.u16();
    const frequency = body.u32();
    if (channels < 1 || channels > 8 || format !== S16 || frequency < 8000 || frequency > 192_000) {
      throw new SpiceError('The screen sent sound of an unknown kind.');
    }
    this.#isPlaying = true;
    this.#output.start({ channels, frequency });
  }
}
