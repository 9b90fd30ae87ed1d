import type { Backend } from './backend.ts';
import { libvirtBackend } from './libvirt/libvirt-backend.ts';

/** Every backend that the program is built with. */
export const backends: readonly Backend[] = [libvirtBackend];
