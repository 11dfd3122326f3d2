import { createHmac } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findPinned, followKnownHosts, loadKnownHosts, parseKnownHosts } from '../../src/ssh/known-hosts.ts';
import { pinHostKey } from '../../src/ssh/pin.ts';
import { newKey } from './test-server.ts';

const [one, two, three] = [newKey().publicKey, newKey().publicKey, newKey().publicKey];
const target = { host: 'redis-01', address: '10.0.0.123', port: 22, user: 'root' };

describe('known_hosts', () => {
  it('finds keys by name before address, and by [name]:port before the plain name', () => {
    const known = parseKnownHosts(
      [
        '# pinned',
        '',
        `redis-01,10.0.0.9 ${one.type} ${one.keyBase64} comment`,
        `10.0.0.123 ${two.type} ${two.keyBase64}`,
        `[10.0.0.123]:2222 ${three.type} ${three.keyBase64}`,
      ].join('\n'),
    );
    expect(findPinned(known, target).accepted).toEqual([one]);
    expect(findPinned(known, { ...target, host: 'new-name' }).accepted).toEqual([two]);
    expect(findPinned(known, { ...target, port: 2222 }).accepted).toEqual([three]);
    expect(findPinned(known, { ...target, host: 'x', address: '10.0.0.1' }).accepted).toEqual([]);
  });

  it('reads hashed names as OpenSSH writes them', () => {
    const salt = Buffer.alloc(20, 7);
    const hash = createHmac('sha1', salt).update('redis-01').digest('base64');
    const known = parseKnownHosts(`|1|${salt.toString('base64')}|${hash} ${one.type} ${one.keyBase64}`);
    expect(findPinned(known, target).accepted).toEqual([one]);
    expect(findPinned(known, { ...target, host: 'redis-02' }).accepted).toEqual([]);
  });

  it('never accepts a revoked key', () => {
    const line = `${one.type} ${one.keyBase64}`;
    const pinned = findPinned(
      parseKnownHosts(`@revoked redis-01 ${line}\nredis-01 ${two.type} ${two.keyBase64}`),
      target,
    );
    expect(pinned).toEqual({ accepted: [two], revoked: [one] });
  });

  it.each([
    ['redis-01 ssh-ed25519'],
    ['redis-01 ssh-ed25519 bm9rZXk='],
    [`redis-01 ssh-rsa ${one.keyBase64}`],
    [`@cert-authority * ssh-ed25519 ${one.keyBase64}`],
  ])('refuses the line %j with its number', (line) => {
    expect(() => parseKnownHosts(`\n${line}`, 'inventory/known_hosts')).toThrow(
      expect.objectContaining({
        code: 'KEYBUZZ_KNOWN_HOSTS_INVALID',
        message: expect.stringContaining('inventory/known_hosts line 2') as unknown,
      }),
    );
  });
});

describe('pinHostKey', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keybuzz-pin-'));
    file = join(directory, 'known_hosts');
  });
  afterEach(() => rm(directory, { recursive: true }));

  const pinnedFor = (host: string) => findPinned(loadKnownHosts(file), { ...target, host }).accepted;

  it('makes the file, pins once however often it is called, and leaves nothing else behind', async () => {
    const pin = { names: ['redis-01', '10.0.0.123'], key: one };
    await pinHostKey(file, pin);
    const before = await readFile(file, 'utf8');
    await pinHostKey(file, pin);
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(before).toBe(`redis-01,10.0.0.123 ${one.type} ${one.keyBase64}\n`);
    expect(await readdir(directory)).toEqual(['known_hosts']);
  });

  it('refuses another key for a name and replaces it only when told to, for those names alone', async () => {
    const comment = '# made by hand';
    await writeFile(file, `${comment}\nredis-01,shared ${one.type} ${one.keyBase64}\n`);
    const pin = { names: ['redis-01'], key: two };
    await expect(pinHostKey(file, pin)).rejects.toMatchObject({ code: 'KEYBUZZ_HOST_KEY_PINNED' });
    expect(pinnedFor('redis-01')).toEqual([one]);
    await pinHostKey(file, pin, { replace: true });
    expect(pinnedFor('redis-01')).toEqual([two]);
    expect(pinnedFor('shared')).toEqual([one]);
    expect(await readFile(file, 'utf8')).toContain(comment);
  });

  it('loses no pin when many are written at the same time', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `host-${n}`);
    await Promise.all(names.map((name) => pinHostKey(file, { names: [name], key: one })));
    expect(
      loadKnownHosts(file)
        .entries.flatMap((entry) => entry.names)
        .sort(),
    ).toEqual(names.sort());
  });

  it('is read again when the file became another one, and only then', async () => {
    const known = followKnownHosts(file);
    expect(known().entries).toEqual([]);
    await pinHostKey(file, { names: ['redis-01'], key: one });
    const before = known();
    expect(findPinned(before, { ...target, host: 'redis-01' }).accepted).toEqual([one]);
    expect(known()).toBe(before);
    await appendFile(file, `redis-02 ${two.type} ${two.keyBase64}\n`);
    expect(findPinned(known(), { ...target, host: 'redis-02' }).accepted).toEqual([two]);
    await rm(file);
    expect(known().entries).toEqual([]);
  });

  it('reads a missing file as pinning nothing', () => {
    expect(loadKnownHosts(file).entries).toEqual([]);
  });
});
