import { type FirewallRule, type FirewallWish, ruleWords } from '#model/firewall';
import type { IpFamily } from '#model/network';
import { BackendError } from '../../errors.ts';
import { outputOf } from '../host/program-answers.ts';
import type { RunProgram } from '../transport/run-program.ts';
import { readIptables, type RuleTable } from './docker-rules.ts';

/** Of each family. */
export type FirewallTables = Readonly<Record<IpFamily, readonly RuleTable[]>>;

export interface FirewallChange {
  readonly wish: FirewallWish;
  readonly rules: readonly FirewallRule[];
}

/** Between what the one program writes and what the other does; no line of theirs is like it. */
const NEXT = '=== IPv6 ===';
/** Of pkexec(1): nobody agreed, and nobody could be asked. */
const DISMISSED: ReadonlySet<number | null> = new Set([126, 127]);

/**
 * What root does, at one asking (sh -c SCRIPT sh IPV4 IPV6 BACK): changes of each family, or none, and then all the rules there are. What
 * iptables-restore(8) is given is done as a whole or not at all; where the second family fails, the first goes back. Nothing of the words is
 * read by the shell.
 */
const SCRIPT = `
change() { [ -z "$2" ] || printf '%s\\n' "$2" | "$1" -w -n; }
change iptables-restore "$1" || exit 1
change ip6tables-restore "$2" || { change iptables-restore "$3" || exit 4; exit 1; }
iptables-save -t filter || exit 3
echo '${NEXT}'
ip6tables-save -t filter || :
`;

/** What there is to say of the script's ends; of any other nobody knows how far it came. */
const ENDS: ReadonlyMap<number | null, string> = new Map([
  [1, 'The firewall did not take this. Nothing was changed.'],
  [3, 'The firewall was changed as you wished, but its rules could not be read afterwards.'],
  [4, 'The firewall took the rules of IPv4 and not those of IPv6, and those of IPv4 could not be taken back.'],
]);
const UNKNOWN_END = 'It was ended before it told what became of it: whether the firewall was changed is not known.';

/** All rules there are, after the change. Rejects with 'permission' where root's rights are not to be had, and with 'invalid-state', saying what was changed, where not all was done. */
export async function asRoot(run: RunProgram, local: boolean, change: FirewallChange | null): Promise<FirewallTables> {
  const isRoot = (await outputOf(run, 'id', '-u'))?.trim() === '0';
  if (!isRoot && !local) {
    throw new BackendError('permission', 'Only root may do this, and Guesthouse is connected to the host as somebody else.', {
      remedy: 'Run the lines on the host by hand, or connect to it as root.',
    });
  }
  const texts = change === null ? ['', '', ''] : [text(change, 'IPv4'), text(change, 'IPv6'), back(change)];
  const words = ['-c', SCRIPT, 'sh', ...texts];
  const { code, stdout, stderr } = await run(isRoot ? ['/bin/sh', ...words] : ['pkexec', '/bin/sh', ...words]);
  if (!isRoot && DISMISSED.has(code)) {
    throw new BackendError('permission', 'The desktop did not give root’s rights for this. Nothing was changed.', {
      reason: stderr.trim() === '' ? null : stderr.trim().slice(0, 500),
      remedy: 'Try again and give an administrator’s password, or run the lines in a terminal.',
    });
  }
  if (code !== 0) {
    const message = change === null ? 'The firewall’s rules could not be read.' : (ENDS.get(code) ?? UNKNOWN_END);
    throw new BackendError('invalid-state', message, {
      reason: stderr.trim().slice(0, 500) || null,
      remedy: 'Docker may have changed its rules just now: look again. Else run the lines in a terminal.',
    });
  }
  const [four = '', six = ''] = stdout.split(`${NEXT}\n`);
  return { IPv4: readIptables(four), IPv6: readIptables(six) };
}

/** As iptables-restore takes it, beside what is there; empty where there is nothing to do. */
function text({ wish, rules }: FirewallChange, family: IpFamily): string {
  const lines = rules.filter((rule) => rule.family === family).flatMap(({ bridge }) => ruleWords(wish, bridge));
  return lines.length === 0 ? '' : ['*filter', ...lines, 'COMMIT'].join('\n');
}

const back = ({ wish, rules }: FirewallChange): string =>
  text({ wish: wish === 'let-through' ? 'take-back' : 'let-through', rules }, 'IPv4');
