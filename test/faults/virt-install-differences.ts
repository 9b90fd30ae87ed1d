interface Difference {
  /** The whole line, with whose it is. */
  readonly line: RegExp;
  readonly why: string;
}

/** All in which a definition of ours and virt-install's differ where both were asked for the same, and why. */
const differences: readonly Difference[] = [
  {
    line: /^ours: (disk \w+|interface( \d+)?) \/ boot order=\d+$|^theirs: os \/ boot dev=(hd|cdrom|network)$/,
    why: 'Ours are booted in an order of devices, disks first: it need not be changed after the installation (new-domain.ts).',
  },
  {
    line: /^ours: on_reboot: restart$|^theirs: on_reboot: destroy$/,
    why: 'Its document is that of the installation alone, which it takes away at the first reboot; ours stays.',
  },
  {
    line: /^(ours|theirs): os \/ (kernel|initrd): /,
    why: 'It keeps what it fetched in a folder of its own, we in the pool, from where it is removed after the first start.',
  },
  {
    line: /^ours: os \/ cmdline: inst\.repo=\S+ console=ttyS0$|^theirs: os \/ cmdline: console=ttyS0 inst\.repo=\S+$/,
    why: 'The words are the same: it puts its own last, we the person’s, which count more where one is said twice.',
  },
];

/** Null: nobody has said why. */
export const whyDifferent = (line: string): string | null => differences.find((each) => each.line.test(line))?.why ?? null;

export const allReasons: readonly string[] = differences.map(({ why }) => why);
