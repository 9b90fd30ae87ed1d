import { z } from 'zod';
import { IpFamily } from './network.ts';

/** What lets the guests behind a bridge out, and the answers to them in: two rules in the chain that Docker leaves to people. */
export const FirewallRule = z.strictObject({
  family: IpFamily,
  /** A name that the kernel takes, without what would be a pattern to iptables, "+" at its end, or an option. */
  bridge: z.string().regex(/^\w[\w.:@-]{0,14}$/),
});
export type FirewallRule = z.infer<typeof FirewallRule>;

/** Whether the rules of another program, Docker's, keep guests from reaching out. */
export const FirewallReport = z.discriminatedUnion('kind', [
  /** Nothing there that would. */
  z.strictObject({ kind: z.literal('clear') }),
  /** Docker is there, and its rules are for root to read. `askable`: this computer's desktop can ask for a password for that. */
  z.strictObject({ kind: z.literal('unreadable'), reason: z.string(), look: z.string(), askable: z.boolean() }),
  z.strictObject({
    kind: z.literal('cut'),
    /** `only`: guests go on reaching out by the other one; null: they do not. */
    networks: z.array(z.strictObject({ name: z.string(), bridge: z.string(), only: IpFamily.nullable() })),
    /** What would let them through. */
    rules: z.array(FirewallRule),
  }),
  /** Docker would cut them off, and rules like ours let them through. */
  z.strictObject({ kind: z.literal('let-through'), networks: z.array(z.string()), rules: z.array(FirewallRule) }),
]);
export type FirewallReport = z.infer<typeof FirewallReport>;

export const FirewallWish = z.enum(['let-through', 'take-back']);
export type FirewallWish = z.infer<typeof FirewallWish>;

const programs: Readonly<Record<IpFamily, string>> = { IPv4: 'iptables', IPv6: 'ip6tables' };
const options: Readonly<Record<FirewallWish, string>> = { 'let-through': '-I', 'take-back': '-D' };

/** The words of one family's rules, as iptables takes them after its own name. */
export const ruleWords = (wish: FirewallWish, bridge: string): string[] => [
  `${options[wish]} DOCKER-USER -i ${bridge} -j ACCEPT`,
  `${options[wish]} DOCKER-USER -o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
];

/** The same by hand, a line each. */
export const firewallLines = (wish: FirewallWish, rules: readonly FirewallRule[]): string =>
  rules.flatMap(({ family, bridge }) => ruleWords(wish, bridge).map((words) => `sudo ${programs[family]} ${words}`)).join('\n');

/** Shows the rules that decide what is passed on. */
export const firewallLook = (families: readonly IpFamily[]): string =>
  families.map((family) => `sudo ${programs[family]} -S FORWARD`).join('\n');
