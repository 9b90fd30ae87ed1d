import type { PointerMode } from '../screen.ts';
import { Agent, type AgentOptions } from './agent/agent.ts';
import { BodyReader } from './body-reader.ts';
import { BodyWriter } from './body-writer.ts';
import { type ChannelHandler, type ChannelLink, SpiceError, spiceLimits } from './channel.ts';

// Source: spice.proto, MainChannel.
const Told = {
  init: 103,
  channelsList: 104,
  mouseMode: 105,
  mediaTime: 106,
  agentConnected: 107,
  agentDisconnected: 108,
  agentData: 109,
  agentToken: 110,
  name: 113,
  agentConnectedTokens: 115,
  migrateBegin: 101,
  migrateBeginSeamless: 116,
  migrateSwitchHost: 111,
} as const;
const Say = { attachChannels: 104, mouseMode: 105, agentStart: 106, agentData: 107, agentToken: 108 } as const;
const SERVER_MOUSE = 1;
const CLIENT_MOUSE = 2;
/** Chunks that the agent may send before we have dealt with some. */
const AGENT_WINDOW = 10;
const MOST_NAME = 256;

/** Numbers of the kinds of channels that we open. Source: spice-protocol, SPICE_CHANNEL_… */
const kinds: ReadonlyMap<number, SpiceChannelKind> = new Map([
  [2, 'display'],
  [3, 'inputs'],
  [4, 'cursor'],
  [5, 'playback'],
]);
export type SpiceChannelKind = 'display' | 'inputs' | 'cursor' | 'playback';
export interface OfferedChannel {
  readonly type: SpiceChannelKind;
  readonly id: number;
}

export interface MainOptions extends Omit<AgentOptions, 'sendChunk'> {
  readonly link: ChannelLink;
  /** What the server calls this console; other channels name it. Told once. */
  readonly begun: (session: number) => void;
  /** The channels there are, of those that we know. Told once. */
  readonly channels: (offered: readonly OfferedChannel[]) => void;
  readonly pointer: (mode: PointerMode) => void;
  /** Text of the guest's definition. */
  readonly named: (name: string) => void;
}

/** The first channel of a console: says what the others are, and carries what is said to and by the guest's agent. */
export class MainChannel implements ChannelHandler {
  readonly #options: MainOptions;
  readonly agent: Agent;
  #state: 'new' | 'begun' | 'listed' = 'new';
  #mediaTime = 0;
  #mediaTimeAt = 0;
  #taken = 0;

  constructor(options: MainOptions) {
    this.#options = options;
    this.agent = new Agent({ ...options, sendChunk: (chunk) => options.link.send(Say.agentData, chunk) });
  }

  /** Of the server, in milliseconds, modulo 2^32. */
  mediaTime(): number {
    return (this.#mediaTime + Math.round(performance.now() - this.#mediaTimeAt)) >>> 0;
  }

  receive(type: number, bytes: Uint8Array): void {
    const body = new BodyReader(bytes);
    switch (type) {
      case Told.init:
        this.#init(body);
        return;
      case Told.channelsList:
        this.#list(body);
        return;
      case Told.mouseMode:
        this.#pointer(body.u16(), body.u16());
        return;
      case Told.mediaTime:
        this.#setMediaTime(body.u32());
        return;
      case Told.name:
        this.#options.named(new TextDecoder().decode(body.bytes(Math.min(body.u32(), MOST_NAME))).replace(/\0.*$/s, ''));
        return;
      case Told.migrateBegin:
      case Told.migrateBeginSeamless:
      case Told.migrateSwitchHost:
        throw new SpiceError('The guest moved to another host.');
      default:
        this.#agent(type, body);
    }
  }

  dispose(): void {
    this.agent.disconnected();
  }

  #agent(type: number, body: BodyReader): void {
    switch (type) {
      case Told.agentConnected:
        this.#startAgent(0);
        return;
      case Told.agentConnectedTokens:
        this.#startAgent(body.u32());
        return;
      case Told.agentDisconnected:
        this.agent.disconnected();
        return;
      case Told.agentToken:
        this.agent.addTokens(body.u32());
        return;
      case Told.agentData:
        this.agent.receive(body.rest());
        this.#giveBack();
        return;
      default:
    }
  }

  #init(body: BodyReader): void {
    if (this.#state !== 'new') throw new SpiceError('The screen began twice.');
    this.#state = 'begun';
    const session = body.u32();
    body.skip(4);
    const [supported, current] = [body.u32(), body.u32()];
    const hasAgent = body.u32() !== 0;
    const tokens = body.u32();
    this.#setMediaTime(body.u32());
    this.#options.begun(session);
    this.#pointer(supported, current);
    if (hasAgent) this.#startAgent(tokens);
    else this.agent.disconnected();
    this.#options.link.send(Say.attachChannels);
  }

  #list(body: BodyReader): void {
    if (this.#state !== 'begun') return;
    this.#state = 'listed';
    const count = body.u32();
    if (count > spiceLimits.channels) throw new SpiceError(`The screen has ${count} channels, more than Guesthouse takes.`);
    const offered = Array.from({ length: count }, () => ({ type: kinds.get(body.u8()), id: body.u8() }));
    this.#options.channels(offered.flatMap(({ type, id }) => (type === undefined ? [] : [{ type, id }])));
  }

  #pointer(supported: number, current: number): void {
    this.#options.pointer(current === CLIENT_MOUSE ? 'absolute' : 'relative');
    if (current !== CLIENT_MOUSE && (supported & CLIENT_MOUSE) !== 0) {
      this.#options.link.send(Say.mouseMode, new BodyWriter(2).u16(CLIENT_MOUSE).done());
    } else if (current !== CLIENT_MOUSE && current !== SERVER_MOUSE) {
      throw new SpiceError('The screen has no mouse that Guesthouse knows.');
    }
  }

  #startAgent(tokens: number): void {
    this.#taken = 0;
    this.#options.link.send(Say.agentStart, new BodyWriter(4).u32(AGENT_WINDOW).done());
    this.agent.connected(tokens);
  }

  #giveBack(): void {
    this.#taken += 1;
    if (this.#taken < AGENT_WINDOW / 2) return;
    this.#options.link.send(Say.agentToken, new BodyWriter(4).u32(this.#taken).done());
    this.#taken = 0;
  }

  #setMediaTime(time: number): void {
    this.#mediaTime = time;
    this.#mediaTimeAt = performance.now();
  }
}
