import { fileURLToPath } from 'node:url';

/** Debian's python3-libvirt belongs to the system's Python, whichever python3 comes first in PATH. */
export const PYTHON = '/usr/bin/python3';
/** A script of this folder. The bench runs as a bundle, which lies as deep in the repository as its sources. */
export const script = (name: string): string => fileURLToPath(new URL(`../../test/bench/${name}`, import.meta.url));
