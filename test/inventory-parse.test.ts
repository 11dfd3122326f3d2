import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../src/errors.ts';
import { formatInventory, parseInventory, type Host } from '../src/inventory.ts';

const HEADER = 'ENV IP_PUBLIQUE HOSTNAME IP_PRIVEE FQDN USER_SSH POOL ROLE SUBROLE DOCKER_STACK CORE NOTES'
  .split(' ')
  .join('\t');

/** A good row, changed where the test says so. */
function row(changes: Partial<Record<keyof Host, string>> = {}): string {
  const host = {
    ...{ env: 'prod', publicIp: '203.0.113.1', name: 'redis-01', privateIp: '10.0.0.123' },
    ...{ fqdn: 'r1.keybuzz.io', user: 'root', pool: 'data', role: 'redis', subrole: 'master' },
    ...{ stack: 'redis', core: 'oui', notes: 'Rôle initial' },
    ...changes,
  };
  const { env, publicIp, name, privateIp, fqdn, user, pool, role, subrole, stack, core, notes } = host;
  return [env, publicIp, name, privateIp, fqdn, user, pool, role, subrole, stack, core, notes].join('\t');
}

const SECOND = { name: 'redis-02', publicIp: '203.0.113.2', privateIp: '10.0.0.124', fqdn: 'r2.keybuzz.io' };

function parse(...lines: string[]) {
  return parseInventory(lines.join('\n'), 'servers.tsv');
}

/** The lines of the error that the text gives. */
function faultsOf(...lines: string[]): string[] {
  try {
    parse(...lines);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

describe('parseInventory', () => {
  it('reads a row and remembers its line', () => {
    const [host] = parse(HEADER, '', row()).hosts;
    expect(host).toEqual({
      ...{ name: 'redis-01', env: 'prod', publicIp: '203.0.113.1', privateIp: '10.0.0.123', fqdn: 'r1.keybuzz.io' },
      ...{ user: 'root', pool: 'data', role: 'redis', subrole: 'master', stack: 'redis', core: 'oui' },
      ...{ notes: 'Rôle initial', line: 3 },
    });
  });

  it('does not mind a byte order mark, CRLF, blank lines and tabs left at the end', () => {
    const text = `\uFEFF${HEADER}\r\n\r\n${row()}\t\t\r\n   \r\n${row(SECOND)}\r\n`;
    expect(parseInventory(text, 'servers.tsv').hosts.map(({ line }) => line)).toEqual([3, 5]);
  });

  it('takes a row whose empty NOTES lost their tab', () => {
    expect(parse(HEADER, row({ notes: '' }).replace(/\t$/, '')).hosts[0]?.notes).toBe('');
  });

  it('names line, column and fix of a bad address', () => {
    expect(faultsOf(HEADER, row({ privateIp: '10.0.0.300' }))).toEqual([
      '- line 2, IP_PRIVEE (column 4): "10.0.0.300" is not an IPv4 address. Write it as 10.0.0.123.',
    ]);
  });

  it.each([
    ['publicIp', '1.2.3', 'IP_PUBLIQUE'],
    ['privateIp', '010.0.0.1', 'IP_PRIVEE'],
    ['privateIp', '::1', 'IP_PRIVEE'],
    ['name', 'redis_01', 'HOSTNAME'],
    ['name', '-redis', 'HOSTNAME'],
    ['name', 'Redis-01', 'HOSTNAME'],
    ['fqdn', 'redis', 'FQDN'],
    ['fqdn', 'a..b', 'FQDN'],
    ['user', 'root;id', 'USER_SSH'],
    ['role', '', 'ROLE'],
    ['notes', 'a\u001b[31m', 'NOTES'],
  ])('refuses the %s "%s"', (field, value, title) => {
    const faults = faultsOf(HEADER, row({ [field]: value }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`line 2, ${title} (column`);
  });

  it('lists all faults at once', () => {
    const faults = faultsOf(HEADER, row({ privateIp: 'x', name: 'Y' }), 'prod\tonly', row({ ...SECOND, user: '' }));
    expect(faults).toHaveLength(4);
    expect(faults.join('\n')).toContain('line 3: has 2 columns instead of 12');
  });

  it.each([
    ['name', 'redis-01', 'HOSTNAME (column 3): redis-01 already belongs to line 2'],
    ['fqdn', 'r1.keybuzz.io', 'FQDN (column 5): r1.keybuzz.io already belongs to line 2'],
    ['privateIp', '10.0.0.123', 'IP_PRIVEE (column 4): 10.0.0.123 already belongs to redis-01 (line 2, IP_PRIVEE)'],
    [
      'publicIp',
      '203.0.113.1',
      'IP_PUBLIQUE (column 2): 203.0.113.1 already belongs to redis-01 (line 2, IP_PUBLIQUE)',
    ],
    ['privateIp', '203.0.113.1', 'IP_PRIVEE (column 4): 203.0.113.1 already belongs to redis-01 (line 2, IP_PUBLIQUE)'],
  ])('refuses a second host with the %s of the first, naming both lines', (field, value, expected) => {
    expect(faultsOf(HEADER, row(), row({ ...SECOND, [field]: value }))[0]).toContain(`line 3, ${expected}`);
  });

  it.each(['10.0.0.5', '10.0.0.6', '10.0.0.10', '10.0.0.20'])('refuses %s, which is a load balancer', (privateIp) => {
    expect(faultsOf(HEADER, row({ privateIp }))[0]).toMatch(
      /line 2, IP_PRIVEE .* already belongs to the load balancer/,
    );
  });

  it('lets several hosts have no public address', () => {
    expect(parse(HEADER, row({ publicIp: '' }), row({ ...SECOND, publicIp: '' })).hosts).toHaveLength(2);
  });

  it.each([
    ['', 'has no header'],
    [row(), 'is not the header'],
    [HEADER.replace('\tCORE', ''), 'is not the header'],
  ])('refuses a file that does not begin with the header', (first, expected) => {
    expect(faultsOf(first)[0]).toContain(expected);
  });

  it('refuses a file without a server', () => {
    expect(faultsOf(HEADER)[0]).toContain('no server follows');
  });
});

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const cell = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .map((text) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '').trim());
const hosts = fc.uniqueArray(label, { minLength: 1, maxLength: 20 }).chain((names) =>
  fc.tuple(
    ...names.map((name, index) =>
      fc.record({ env: cell, pool: cell, subrole: cell, stack: cell, core: cell, notes: cell }).map((free): Host => ({
        ...free,
        ...{ name, publicIp: `203.0.113.${index + 1}`, privateIp: `10.1.0.${index + 1}`, fqdn: `${name}.example` },
        ...{ user: 'root', role: 'app', line: index + 2 },
      })),
    ),
  ),
);

describe('parseInventory, for any text', () => {
  it('reads back what formatInventory writes', () => {
    fc.assert(
      fc.property(hosts, (list) => {
        const text = formatInventory({ file: 'x', hosts: list });
        expect(parseInventory(text, 'x').hosts).toEqual(list);
      }),
    );
  });

  it('throws nothing but ConfigError', () => {
    const line = fc.oneof(
      fc.constant(HEADER),
      fc.constant(row()),
      fc.string({ unit: 'binary' }),
      fc.array(fc.string(), { maxLength: 14 }).map((cells) => cells.join('\t')),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
        try {
          parseInventory([HEADER, ...lines].join(end), 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});
