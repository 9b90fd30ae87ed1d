import type { AppContract } from '#contract/contract';
import type { ConsoleFrame } from '#contract/consoles';
import type { Caller, Handlers, Own, Publisher } from '#contract/define';
import type { Settings } from '#contract/settings';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import type { DiskImage } from '#model/disk-image';
import type { GuestRef } from '#model/guest';
import type { GuestTemplate } from '#model/guest-template';
import type { SavedHost } from '#model/host';
import type { SourceFile } from '#model/source-file';
import type { Backend, LocalFile, SaveTarget } from '../backends/backend.ts';
import type { Sources } from '../backends/sources/sources.ts';
import type { LoginFileKind } from './address-wishes.ts';
import type { GuestConsoleSettings } from './console-settings.ts';
import type { DefinitionShelf } from './definition-record.ts';
import type { OwnFiles, RecordShelf } from './journal/operation-record.ts';
import type { KeptFile } from './kept-file.ts';
import type { ExternalViewers } from './external-viewers.ts';
import type { KeptMedium } from './recent-media-file.ts';
import type { RemoteViewer } from './remote-viewer.ts';
import type { Schemas } from './schemas/schemas.ts';

/** All that Guesthouse needs of the program around it: Electron in the app, a plain page in the harness of the UI tests. */
export interface Surroundings {
  readonly backends: readonly Backend[];
  /** In the order in which they were added. */
  readonly hosts: readonly SavedHost[];
  /** Keeps all hosts for the next start. Rejects with BackendError; then nothing has changed. */
  saveHosts(hosts: readonly SavedHost[]): Promise<void>;
  /** To every window. */
  readonly publish: Publisher<AppContract>;
  /** Asks in a window of main's own, modal to that one. `signal` takes the question back, as if it were cancelled. */
  confirm(window: number, question: Confirmation, signal: AbortSignal): Promise<ConfirmationAnswer>;
  /** Answers the two calls of that window. */
  readonly confirmation: Handlers<AppContract>['confirmation'];
  readonly consoleWindows: ConsoleWindows;
  readonly viewer: RemoteViewer;
  readonly externalViewers: ExternalViewers;
  /** The keyboard that consoles have. */
  readonly keyboard: Handlers<AppContract>['keyboard'];
  /** Null: the person chose none. */
  chooseFile(window: number, what: SourceFile): Promise<LocalFile | null>;
  /** The same for what a login needs: a private key, or a folder with certificates. Rejects with 'bad-file' for what is none. */
  chooseLoginFile(window: number, what: LoginFileKind): Promise<LocalFile | null>;
  readonly media: Sources;
  /** Runs commands, as words, that let the hypervisor read a file of this computer; the person has agreed. Rejects with 'permission'. */
  grantAccess(commands: readonly (readonly string[])[]): Promise<void>;
  readonly files: DiskFiles;
  /** Makes a channel and sends its other end to the window, marked with `ticket`. */
  createPort(window: number, ticket: string): ConsolePort;
  readonly settings: { read(): Promise<Settings>; write(change: Partial<Settings>): Promise<Settings> };
  /** What was chosen for the consoles of guests, kept for the next start. */
  readonly consoleSettings: KeptFile<readonly GuestConsoleSettings[]>;
  /** The person's templates of guests, by name. */
  readonly templates: KeptFile<readonly GuestTemplate[]>;
  /** What guests were made from, newest first. */
  readonly recentMedia: KeptFile<readonly KeptMedium[]>;
  readonly clipboard: DesktopClipboard;
  /** What operations make, written down for the next start. */
  readonly journal: { readonly shelf: RecordShelf; readonly files: OwnFiles };
  /** Definitions that guests have had, kept for the next start. */
  readonly definitions: DefinitionShelf;
  /** libvirt's, on this computer. */
  readonly schemas: Schemas;
  /** A random (version 4) one. Node 18 has no global `crypto`, and a page no node:crypto. */
  uuid(): string;
  log(line: string): void;
}

/** The windows that consoles are torn off into. */
export interface ConsoleWindows {
  readonly handlers: Handlers<AppContract>['windows'];
  /** Whether the asking window may do something with the guest: a console window has its own guests, the app's has all. */
  holds(caller: Caller, guest: GuestRef): boolean;
  /** What the window may know of; null: of everything. */
  own(caller: Caller): Own | null;
}

/** The clipboard that other programs see. */
export interface DesktopClipboard {
  /** Its text, '' where there is none. */
  read(): Promise<string>;
  write(text: string): Promise<void>;
  /** False where it cannot be read. */
  writePicture(png: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** Whether the person works in this window now. */
  isFocused(window: number): boolean;
}

/** Disk images and pictures on this computer, at which a person points in main's dialogs. */
export interface DiskFiles {
  /** Null: the person chose none. */
  chooseImage(window: number): Promise<LocalFile | null>;
  /** Rejects with 'bad-file'. */
  inspect(file: LocalFile): Promise<DiskImage>;
  /** Null: nowhere. */
  chooseSave(window: number, name: string): Promise<SaveTarget | null>;
  save(to: SaveTarget, bytes: Uint8Array): Promise<void>;
}

/** Main's end of a channel to one console in a window. `close` may be called more than once; frames posted after it are dropped. */
export interface ConsolePort {
  post(frame: ConsoleFrame): void;
  onFrame(listener: (frame: unknown) => void): void;
  onClosed(listener: () => void): void;
  close(): void;
}
