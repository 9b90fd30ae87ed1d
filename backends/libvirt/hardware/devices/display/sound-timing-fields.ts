import { numberAt, switchAt, textAt } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { forTypes } from '../for-types.ts';

const words = { maxLength: 255, advanced: true } as const;
const microseconds = { unit: 'µs', min: 1, max: 2 ** 32 - 1, advanced: true } as const;

/** What each direction has, by the sort of output. libvirt: virDomainAudioCommonParse and its neighbours; what they mean is QEMU's (qapi/audio.json). */
function direction(key: 'out' | 'in', at: 'output' | 'input', section: string): BoundField[] {
  return [
    switchAt(`${key}Mixing`, `${at}/@mixingEngine`, {
      label: 'Mixed by QEMU',
      help: 'Several sound cards can share one voice of the host that way. Without it the host’s sound system gets each by itself.',
      section,
      advanced: true,
      unset: 'As QEMU likes (yes)',
    }),
    numberAt(`${key}Voices`, `${at}/@voices`, {
      label: 'Voices',
      help: 'How many streams of sound QEMU opens at the host.',
      section,
      advanced: true,
      unset: 'As QEMU likes',
      min: 1,
      max: 2 ** 31 - 1,
    }),
    numberAt(`${key}Buffer`, `${at}/@bufferLength`, {
      ...microseconds,
      label: 'Buffer',
      help: 'How much sound waits to be handed on. Longer stops crackling, shorter makes it come sooner.',
      section,
      unset: 'As QEMU likes',
    }),
    forTypes(
      ['coreaudio', 'oss', 'sdl'],
      numberAt(`${key}Buffers`, `${at}/@bufferCount`, {
        label: 'Buffers',
        section,
        advanced: true,
        unset: 'As QEMU likes',
        min: 1,
        max: 2 ** 31 - 1,
      }),
    ),
    forTypes(
      ['pulseaudio'],
      numberAt(`${key}Latency`, `${at}/@latency`, {
        ...microseconds,
        label: 'Delay asked for',
        section,
        unset: 'As QEMU likes',
      }),
    ),
    forTypes(['pulseaudio'], textAt(`${key}Name`, `${at}/@name`, { ...words, label: 'Device', section, unset: 'The usual one' })),
    forTypes(
      ['pulseaudio'],
      textAt(`${key}Stream`, `${at}/@streamName`, { ...words, label: 'Name of the stream', section, unset: 'As QEMU likes' }),
    ),
    forTypes(
      ['jack'],
      textAt(`${key}Client`, `${at}/@clientName`, { ...words, label: 'Name of the client', section, unset: 'As QEMU likes' }),
    ),
    forTypes(
      ['jack'],
      textAt(`${key}Ports`, `${at}/@connectPorts`, {
        ...words,
        label: 'Connected to the ports',
        help: 'A regular expression of their names.',
        section,
        unset: 'None',
      }),
    ),
  ];
}

/** https://libvirt.org/formatdomain.html#audio-backends */
export const soundTimingFields: readonly BoundField[] = [
  numberAt('timer', '@timerPeriod', {
    ...microseconds,
    label: 'Timer',
    help: 'How often sound is handed on. Shorter makes it come sooner and is more work for the host.',
    unset: 'As QEMU likes (10,000)',
  }),
  ...direction('out', 'output', 'Playing'),
  ...direction('in', 'input', 'Recording'),
];
