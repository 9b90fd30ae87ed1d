type Virsh = (...args: string[]) => Promise<string>;

const removals: Readonly<Record<string, readonly (readonly string[])[]>> = {
  domain: [['destroy'], ['undefine', '--nvram', '--managed-save', '--snapshots-metadata', '--checkpoints-metadata']],
  network: [['net-destroy'], ['net-undefine']],
  pool: [['pool-destroy'], ['pool-undefine']],
};

/** virsh, with one thing more: what is defined takes the place of another of its name, which a test left that failed. */
export const virshAnew =
  (virsh: Virsh): Virsh =>
  async (...args) => {
    try {
      return await virsh(...args);
    } catch (error) {
      const [, kind = '', name = ''] = /(domain|network|pool) '([^']+)' already exists with uuid/.exec(String(error)) ?? [];
      const steps = removals[kind];
      if (steps === undefined || args[0]?.includes('define') !== true) throw error;
      // What does not run cannot be stopped.
      for (const [command = '', ...options] of steps) await virsh(command, name, ...options).catch(() => undefined);
      return virsh(...args);
    }
  };
