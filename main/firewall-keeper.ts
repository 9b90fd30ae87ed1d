import type { Confirmation } from '#model/confirmation';
import { firewallLines, type FirewallReport, type FirewallRule, type FirewallWish } from '#model/firewall';
import type { HostId } from '#model/host';
import type { HostConnection } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { HostFirewall } from '../backends/host-firewall.ts';
import { facetOf } from './facet.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import type { Tasks } from './tasks.ts';

const titles: Readonly<Record<FirewallWish, string>> = {
  'let-through': 'Let guests through Docker’s firewall rules',
  'take-back': 'Take firewall rules for guests back',
};

/** Changes hosts' firewalls, as tasks: only after main asked, and only what it told then. */
export class FirewallKeeper {
  readonly #registry: Registry;
  readonly #tasks: Tasks;
  readonly #questions: Questions;

  constructor(registry: Registry, tasks: Tasks, questions: Questions) {
    this.#registry = registry;
    this.#tasks = tasks;
    this.#questions = questions;
  }

  async look(host: HostId): Promise<FirewallReport> {
    return firewallOf(this.#registry.connection(host)).look();
  }

  async change(window: number, host: HostId, wish: FirewallWish): Promise<FirewallReport> {
    const { saved, connection } = this.#registry.reached(host);
    const firewall = firewallOf(connection);
    const { rules } = await changeable(firewall, wish);
    await this.#questions.insist(window, firewallQuestion(wish, rules), { host: saved });
    const job = { title: titles[wish], host, guest: null, command: firewallLines(wish, rules), cancellable: false };
    let after: FirewallReport | null = null;
    await this.#tasks.run(job, async () => void (after = await firewall.change(wish, rules))).result;
    return after ?? firewall.read();
  }
}

/** Throws 'invalid-state' where there is nothing of the kind to be changed. */
async function changeable(firewall: HostFirewall, wish: FirewallWish): Promise<{ readonly rules: readonly FirewallRule[] }> {
  const report = await firewall.read();
  if (report.kind === (wish === 'let-through' ? 'cut' : 'let-through')) return report;
  throw new BackendError('invalid-state', 'The rules of the firewall are others by now. Nothing was done.', {
    remedy: 'Look at them again.',
  });
}

function firewallOf(connection: HostConnection): HostFirewall {
  const { firewall } = facetOf(connection, 'networks');
  if (firewall === null) throw new BackendError('unsupported', 'The firewall of this host is out of reach: no program can be run there.');
  return firewall;
}

function firewallQuestion(wish: FirewallWish, rules: readonly FirewallRule[]): Confirmation {
  const lines = firewallLines(wish, rules).split('\n');
  const details = lines.map((value) => ({ label: 'As root', value, exact: true }));
  if (wish === 'take-back') {
    return {
      title: 'Take back what lets guests through?',
      message: ['Docker’s rules cut these guests off then.'],
      details,
      choices: [],
      confirm: 'Take back',
      danger: true,
    };
  }
  return {
    title: 'Let guests through Docker’s firewall rules?',
    message: [
      'Rules are added to the host’s firewall, in the chain that Docker leaves to people: what guests send is passed on, and answers come back.',
      'They hold until the host is started anew, and can be taken back before.',
    ],
    details,
    choices: [],
    confirm: 'Let guests through',
    danger: false,
  };
}
