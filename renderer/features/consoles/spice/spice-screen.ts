import type { Fault } from '#model/fault';
import type { SpiceChannel } from '#model/guest-console';
import { faultOf } from '../../../data/fault-of.ts';
import type { ConsoleChannel } from '../port-channel.ts';
import type { ClipboardWays, Key, PointerMode, Scale, Screen, ScreenEvents, ScreenSize, ScreenSource } from '../screen.ts';
import { type ChannelHandler, type ChannelLink, type DisplayHandler, type DisplayOptions, spiceLimits } from './channel.ts';
import { CursorChannel } from './cursor/cursor-channel.ts';
import { createCursorView, type CursorView } from './cursor/cursor-view.ts';
import { onFileDrop } from './input/file-drop.ts';
import { InputsChannel } from './input/inputs-channel.ts';
import { KeyboardInput } from './input/keyboard-input.ts';
import { PointerInput } from './input/pointer-input.ts';
import { MainChannel, type OfferedChannel } from './main-channel.ts';
import { PictureStage } from './picture-stage.ts';
import { PlaybackChannel } from './sound/playback-channel.ts';
import { createSoundPlayer, type SoundPlayer } from './sound/sound-player.ts';
import { createFactStore, type SpiceExtras, type SpiceFacts } from './spice-extras.ts';
import { openSpiceLink, spiceFault, type SpiceLink } from './spice-link.ts';

/** How long the first answer and the first picture may take, in milliseconds. */
const PATIENCE = 20_000;
/** Without resizing in between, before the guest is asked for another size, in milliseconds. */
const SETTLED = 300;

interface SpiceScreenOptions {
  readonly element: HTMLElement;
  readonly source: ScreenSource;
  readonly events: ScreenEvents;
  readonly makeDisplay: (options: DisplayOptions) => DisplayHandler;
}

/** A console's channels, and the element that shows them, as one screen. */
export class SpiceScreen implements Screen, SpiceExtras {
  readonly #source: ScreenSource;
  readonly #makeDisplay: SpiceScreenOptions['makeDisplay'];
  readonly #events: ScreenEvents;
  readonly #stage: PictureStage;
  readonly #main: MainChannel;
  readonly #keyboard: KeyboardInput;
  readonly #pointer: PointerInput;
  readonly #cursor: CursorView;
  readonly #sound: SoundPlayer;
  readonly #stopDrop: () => void;
  readonly #facts = createFactStore();
  readonly #links: SpiceLink[] = [];
  readonly #displays: DisplayHandler[] = [];
  readonly #patience;
  #session = 0;
  #inputs: InputsChannel | null = null;
  #viewOnly = false;
  #following = false;
  #resizable = false;
  #resizing: ReturnType<typeof setTimeout> | undefined;
  #isDrawn = false;
  #isOver = false;

  constructor({ element, source, events, makeDisplay }: SpiceScreenOptions) {
    this.#source = source;
    this.#makeDisplay = makeDisplay;
    this.#events = events;
    this.#stage = new PictureStage(element, () => this.#roomChanged());
    const { area } = this.#stage;
    const inputs = (): InputsChannel | null => (this.#viewOnly ? null : this.#inputs);
    this.#cursor = createCursorView(this.#stage);
    this.#sound = createSoundPlayer(() => this.#facts.learn({ hasSound: true }));
    this.#keyboard = new KeyboardInput({ element: area, inputs });
    this.#pointer = new PointerInput({
      element: area,
      inputs,
      mode: () => this.#facts.get().pointer,
      pointAt: (event) => this.#stage.pointAt(event),
      seen: (event) => this.#keyboard.syncLocks(event),
    });
    this.#patience = setTimeout(() => this.#end(lateFault), PATIENCE);
    this.#main = this.#openMain();
    this.#stopDrop = onFileDrop({
      element: area,
      isWelcome: () => !this.#viewOnly && this.#main.agent.takesFiles,
      dropped: (files) => this.#main.agent.addFiles(files),
    });
  }

  setScale(scale: Scale): void {
    this.#stage.setScale(scale);
  }

  setFollowing(follow: boolean): void {
    this.#following = follow;
    if (follow) this.#roomChanged();
  }

  setViewOnly(viewOnly: boolean): void {
    if (viewOnly) this.releaseKeys();
    this.#viewOnly = viewOnly;
  }

  setClipboard(ways: ClipboardWays): void {
    this.#main.agent.setClipboard(ways);
  }

  offerText(text: string): void {
    this.#main.agent.offerText(text);
  }

  pressKeys(keys: readonly Key[]): void {
    this.#keyboard.pressKeys(keys);
  }

  holdKeys(keys: readonly Key[]): void {
    this.#keyboard.holdKeys(keys);
  }

  releaseKeys(): void {
    this.#keyboard.releaseAll();
    this.#pointer.free();
  }

  picture(): Promise<Blob> {
    for (const display of this.#displays) display.present();
    return this.#stage.picture();
  }

  focus(): void {
    this.#stage.area.focus({ preventScroll: true });
  }

  dispose(): void {
    if (this.#isOver) return;
    this.#close();
  }

  getFacts = (): SpiceFacts => this.#facts.get();

  subscribe = (listener: () => void): (() => void) => this.#facts.subscribe(listener);

  setSilent(isSilent: boolean): void {
    this.#sound.silence(isSilent);
    this.#facts.learn({ isSilent });
  }

  removeTransfer(id: number): void {
    this.#main.agent.removeFile(id);
  }

  #openMain(): MainChannel {
    const events = this.#events;
    let main: MainChannel | undefined;
    const make = (link: ChannelLink): MainChannel => {
      main = new MainChannel({
        link,
        begun: (session) => {
          this.#session = session;
        },
        channels: (offered) => this.#openOffered(offered),
        pointer: (mode) => this.#setPointer(mode),
        named: (name) => this.#tell(() => events.named(name)),
        clipboardPeer: (peer) => this.#tell(() => events.clipboardPeer(peer)),
        copied: (text) => this.#tell(() => events.copied(text)),
        resizable: (can) => this.#setResizable(can),
        transfers: (transfers) => this.#facts.learn({ transfers }),
      });
      return main;
    };
    this.#speak(this.#source.channel, make, (fault) => this.#end(fault));
    if (main === undefined) throw new Error('The main channel was not made.');
    return main;
  }

  #openOffered(offered: readonly OfferedChannel[]): void {
    const first = (type: SpiceChannel['type']): readonly OfferedChannel[] =>
      offered.filter((channel) => channel.type === type && channel.id === 0).slice(0, 1);
    const ids = [...new Set(offered.filter(({ type }) => type === 'display').map(({ id }) => id))];
    for (const id of ids.slice(0, spiceLimits.displays)) void this.#open({ type: 'display', id }, (link) => this.#display(id, link), true);
    for (const channel of first('inputs')) void this.#open(channel, (link) => this.#takeInputs(new InputsChannel(link)), true);
    for (const channel of first('cursor')) void this.#open(channel, () => new CursorChannel(this.#cursor), false);
    for (const channel of first('playback')) void this.#open(channel, () => new PlaybackChannel(this.#sound), false);
  }

  /** @param isNeeded whether the screen is of no use without it */
  async #open({ type, id }: OfferedChannel, make: (link: ChannelLink) => ChannelHandler, isNeeded: boolean): Promise<void> {
    const lost = (fault: Fault | null): void => {
      if (isNeeded || fault?.code === 'protocol') this.#end(fault);
    };
    try {
      const channel = await this.#source.openChannel({ type, id, session: this.#session });
      if (this.#isOver) channel.close();
      else this.#speak(channel, make, lost);
    } catch (error) {
      if (!this.#isOver) lost(faultOf(error));
    }
  }

  #speak(channel: ConsoleChannel, handler: (link: ChannelLink) => ChannelHandler, ended: (fault: Fault | null) => void): void {
    this.#links.push(openSpiceLink({ channel, handler, ended }));
  }

  #display(id: number, link: ChannelLink): DisplayHandler {
    const display = this.#makeDisplay({
      id,
      link,
      canvas: this.#stage.add(id),
      resized: (size) => this.#resized(id, size),
      drawn: () => undefined,
      heads: () => undefined,
      mediaTime: () => this.#main.mediaTime(),
      failed: (error) => this.#end(spiceFault(error)),
    });
    this.#displays.push(display);
    return display;
  }

  #takeInputs(inputs: InputsChannel): InputsChannel {
    this.#inputs = inputs;
    return inputs;
  }

  #resized(id: number, size: ScreenSize | null): void {
    if (this.#isOver) return;
    this.#stage.resized(id, size);
    if (size === null) return;
    clearTimeout(this.#patience);
    if (!this.#isDrawn) this.#events.connected();
    this.#isDrawn = true;
    if (id === 0) this.#events.resized({ width: size.width, height: size.height });
  }

  #setPointer(pointer: PointerMode): void {
    this.#facts.learn({ pointer });
    this.#cursor.setMode(pointer);
    if (pointer === 'absolute') this.#pointer.free();
    this.#events.pointer?.(pointer);
  }

  #setResizable(can: boolean): void {
    this.#resizable = can;
    this.#tell(() => this.#events.resizable(can));
    if (can) this.#roomChanged();
  }

  #roomChanged(): void {
    clearTimeout(this.#resizing);
    if (!this.#following || !this.#resizable) return;
    this.#resizing = setTimeout(() => {
      const { width, height } = this.#stage.room();
      // A hidden page has no room, and would leave the guest with the smallest screen it has.
      if (width >= 200 && height >= 150) this.#main.agent.resize({ width, height });
    }, SETTLED);
  }

  #tell(what: () => void): void {
    if (!this.#isOver) what();
  }

  #end(fault: Fault | null): void {
    if (this.#isOver) return;
    this.#close();
    this.#events.ended(fault ?? takenFault);
  }

  #close(): void {
    this.releaseKeys();
    this.#isOver = true;
    clearTimeout(this.#patience);
    clearTimeout(this.#resizing);
    this.#stopDrop();
    this.#keyboard.dispose();
    this.#pointer.dispose();
    for (const link of this.#links) link.close();
    this.#inputs = null;
    this.#sound.dispose();
    this.#cursor.dispose();
    this.#stage.dispose();
  }
}

/**
 * A server has one viewer at a time, and closes the channels of the last one for the next without a word (spice-server, reds.c). So an end in
 * good order is not one after which to come back by oneself: two viewers would go on taking the display from each other.
 */
const takenFault: Fault = {
  code: 'console-busy',
  message: 'The host closed this screen.',
  reason: 'Somebody else may have connected to it: a SPICE display has one viewer at a time.',
  remedy: 'Connect again to take it back.',
};

const lateFault: Fault = { code: 'timeout', message: 'The screen did not answer.', reason: null, remedy: 'Connect again.' };
