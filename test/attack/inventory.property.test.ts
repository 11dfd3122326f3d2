import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { errorMessage } from '../../src/bot/views/error.ts';
import { replyMessage } from '../../src/bot/views/reply.ts';
import { parse, vocabularyOf } from '../../src/commands/grammar.ts';
import { planOf } from '../../src/commands/plan.ts';
import { ConfigError, KeybuzzError } from '../../src/errors.ts';
import { parseInventory, select, type Host, type Inventory } from '../../src/inventory.ts';
import { MODULES } from '../../src/modules/index.ts';
import { buildOwn } from '../../src/ssh/transport.ts';
import { renderError, renderReply } from '../../src/terminal/render.ts';
import { PLAIN } from '../terminal/fixtures.ts';
import { hostile, inputsOf, TIMEOUT_MS } from './inputs.ts';
import { assertMessage, assertTerminal } from './safe.ts';

const HEADER = 'ENV\tIP_PUBLIQUE\tHOSTNAME\tIP_PRIVEE\tFQDN\tUSER_SSH\tPOOL\tROLE\tSUBROLE\tDOCKER_STACK\tCORE\tNOTES';

/** The least inventory that the redis module takes: three servers, two proxies, the bot's own host. */
const CELLS = [
  ...['redis-01', 'redis-02', 'redis-03'].map((name, at) => rowOf(name, `10.0.0.${123 + at}`, 'redis', at)),
  ...['haproxy-01', 'haproxy-02'].map((name, at) => rowOf(name, `10.0.0.${11 + at}`, 'lb', at)),
  rowOf('install-01', '10.0.0.20', 'orchestrator', 0),
];

function rowOf(name: string, address: string, role: string, at: number): string[] {
  const subroles: Record<string, string> = { redis: at === 0 ? 'master' : 'replica', lb: 'internal-haproxy' };
  const stacks: Record<string, string> = { redis: 'redis-sentinel', lb: 'haproxy-internal' };
  const fqdn = `${name}.keybuzz.io`;
  return ['prod', '', name, address, fqdn, 'root', 'p', role, subroles[role] ?? '', stacks[role] ?? '', 'no', ''];
}

const spoiled = fc
  .array(fc.tuple(fc.nat(CELLS.length - 1), fc.nat(11), hostile), { minLength: 1, maxLength: 3 })
  .map((changes) => {
    const rows = CELLS.map((cells) => [...cells]);
    for (const [row, column, text] of changes) {
      const cells = rows[row];
      if (cells !== undefined) cells[column] = text;
    }
    return [HEADER, ...rows.map((cells) => cells.join('\t'))].join('\n');
  });

function assertFault(error: unknown): void {
  if (!(error instanceof KeybuzzError)) throw error;
  assertMessage(errorMessage(error));
  assertTerminal(renderError(error, PLAIN));
}

/** Every argument that any plan or probe would hand to a shell on a host, in the command line it would stand in. */
function argumentsOf(inventory: Inventory): string[] {
  return MODULES.flatMap((module) => {
    const verbs = ['deploy', 'failover', 'drill', 'test', 'remove'] as const;
    const steps = verbs
      .filter((verb) => module.verbs.includes(verb))
      .flatMap((verb) => {
        const { plan } = planOf({ verb, module: module.name }, { inventory, modules: MODULES, hashOf: () => 'h' });
        return plan.steps.flatMap((step) => (step.kind === 'script' ? step.work.flatMap(({ args }) => args) : []));
      });
    return [...steps, ...module.probes(inventory).flatMap(({ args }) => args)];
  });
}

function assertInventory(inventory: Inventory): void {
  const { hosts } = inventory;
  assertMessage(replyMessage({ kind: 'inventory', title: 'inventory', hosts }));
  assertTerminal(renderReply({ kind: 'inventory', title: 'inventory', hosts }, PLAIN));
  const odd = hosts.filter(
    ({ name, privateIp, user }) =>
      !/^[a-z0-9-]+$/.test(name) || !/^[0-9.]+$/.test(privateIp) || !/^[a-z0-9_-]+$/.test(user),
  );
  if (odd.length > 0) throw new Error(`a host that no shell should meet: ${JSON.stringify(odd)}`);
  for (const argument of argumentsOf(inventory)) {
    if (!/^[\w.,=:-]+$/.test(argument)) throw new Error(`an argument that needs quoting: ${JSON.stringify(argument)}`);
    buildOwn({ text: '', args: [argument], variables: '' });
  }
}

/** A cell typed as a filter finds the hosts that have it, or is refused by an error of ours. */
function assertFilter(inventory: Inventory, host: Host): void {
  const typed = `inventory stack="${host.stack.replace(/["\\]/g, '\\$&')}" role=${host.role}`;
  const command = parse(typed, vocabularyOf(inventory.hosts, MODULES));
  if (command.verb === 'inventory') select(inventory, command.selector);
}

function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    assertFault(error);
  }
}

describe('whatever stands in servers.tsv', () => {
  it(
    'is refused with ConfigError, or reaches no shell, mention, link or control sequence',
    () => {
      fc.assert(
        fc.property(spoiled, (text) => {
          let inventory: Inventory;
          try {
            inventory = parseInventory(text, 'servers.tsv');
          } catch (error) {
            if (!(error instanceof ConfigError)) throw error;
            assertFault(error);
            return;
          }
          attempt(() => assertInventory(inventory));
          for (const host of inventory.hosts) attempt(() => assertFilter(inventory, host));
        }),
        inputsOf('inventory cells'),
      );
    },
    TIMEOUT_MS,
  );
});
