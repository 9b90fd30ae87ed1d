import { type GuestPicture, pictureLimits, pictureSize } from '#model/guest-picture';
import { BackendError } from '../../errors.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { LibvirtError } from '../rpc/libvirt-error.ts';
import type { Session } from '../rpc/session.ts';
import type { Stream } from '../rpc/stream.ts';
import { toBackendError } from '../to-backend-error.ts';
import { attribute, child, children, parseXml } from '../xml/document.ts';

/** A connection is kept between pictures, which come every few seconds: over ssh each would cost a process on both ends. */
const IDLE_MS = 30_000;
const ANSWER_MS = 10_000;
/** No header is longer. */
const HEADER_MAX = 64;

/** Takes pictures of screens, one after the other, over a connection of its own. */
export class Screenshots {
  readonly #host: LibvirtHost;
  #session: Promise<Session> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(host: LibvirtHost) {
    this.#host = host;
  }

  take(dom: Domain): Promise<GuestPicture> {
    const picture = this.#last.then(() => this.#take(dom));
    this.#last = picture.catch(() => undefined);
    return picture;
  }

  async #take(dom: Domain): Promise<GuestPicture> {
    clearTimeout(this.#idle);
    const session = await this.#open();
    // A stream that stands still would hold up all pictures after it.
    const late = setTimeout(() => session.close(), ANSWER_MS);
    try {
      const { reply, stream } = await session.openStream(remote.domainScreenshot, { dom, screen: 0, flags: 0 }, { deadlineMs: ANSWER_MS });
      return await readPicture(reply.mime, stream);
    } catch (error) {
      throw await this.#explained(dom, error);
    } finally {
      clearTimeout(late);
      this.#idle = setTimeout(() => session.close(), IDLE_MS);
      this.#idle.unref();
    }
  }

  /** Whether there is a screen at all is no error of its own: it comes as an invalid state, or as an internal error of QEMU. */
  async #explained(dom: Domain, error: unknown): Promise<BackendError> {
    const why = toBackendError(error);
    if (!(error instanceof LibvirtError)) return why;
    const xml = await this.#host.domainXml(dom, DomainXml.live).catch(() => null);
    const cards = xml === null ? null : children(child(parseXml(xml), 'devices'), 'video');
    if (cards === null || cards.some((card) => attribute(child(card, 'model'), 'type') !== 'none')) return why;
    return new BackendError('unsupported', 'This guest has no screen to take a picture of.', { reason: why.message, cause: error });
  }

  async #open(): Promise<Session> {
    this.#session ??= this.#host.openSession();
    try {
      const session = await this.#session;
      if (session.open) return session;
      this.#session = this.#host.openSession();
      return await this.#session;
    } catch (error) {
      this.#session = null;
      throw error;
    }
  }
}

/** Refuses by the header what is too large to be shown, before the rest has come. */
async function readPicture(mime: string | null, stream: Stream): Promise<GuestPicture> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let checked = false;
  for await (const chunk of stream.bytes()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > pictureLimits.bytes) throw tooLarge();
    if (checked || length < HEADER_MAX) continue;
    if (pictureSize(pictureOf(mime, Buffer.concat(chunks, length))) === null) throw tooLarge();
    checked = true;
  }
  const picture = pictureOf(mime, Buffer.concat(chunks, length));
  if (pictureSize(picture) === null) throw tooLarge();
  return picture;
}

function pictureOf(mime: string | null, bytes: Uint8Array<ArrayBuffer>): GuestPicture {
  if (mime === 'image/png' || mime === 'image/x-portable-pixmap') return { mime, bytes };
  throw new BackendError('unsupported', 'The host sends pictures of a kind that cannot be shown here.', { reason: mime });
}

const tooLarge = () => new BackendError('unsupported', 'The host’s picture of the screen is damaged, or too large to be shown.');
