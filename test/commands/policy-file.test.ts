import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { faultSentence, openPolicy } from '../../src/commands/policy-file.ts';
import { ConfigError } from '../../src/errors.ts';
import { known, POLICY } from './fakes.ts';

let folder = '';
let file = '';
let tick = 0;

/** Writes the policy with a time of its own, as a person's edit has. */
function write(text: string): void {
  tick += 1;
  writeFileSync(file, text);
  utimesSync(file, 1_700_000_000 + tick, 1_700_000_000 + tick);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keybuzz-policy-'));
  file = join(folder, 'policy.yaml');
  write(POLICY);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('openPolicy', () => {
  it('reads at once, and the same again while the file stays', () => {
    const policy = openPolicy(file, known);
    expect(policy.now()).toBe(policy.now());
    expect(policy.now().people.olga?.name).toBe('Olga Petit');
    expect(policy.fault()).toBeUndefined();
  });

  it('follows the file', () => {
    const policy = openPolicy(file, known);
    write(POLICY.replace('Olga Petit', 'Olga Grand'));
    expect(policy.now().people.olga?.name).toBe('Olga Grand');
  });

  it('goes by the policy before it while the file has a fault, and says what is wrong, on which line, and the fix', () => {
    const policy = openPolicy(file, known);
    const before = policy.now();
    write(POLICY.replace('verbs: [deploy, test,', 'verbs: [deplyo, test,'));
    expect(policy.now()).toBe(before);
    expect(policy.fault()).toBeInstanceOf(ConfigError);
    expect(faultSentence(policy.fault())).toContain(
      'line 14, rules/1/verbs/0: "deplyo" is no verb; write deploy if you meant that.',
    );
    write(POLICY.replace('Olga Petit', 'Olga Grand'));
    expect(policy.now().people.olga?.name).toBe('Olga Grand');
    expect(faultSentence(policy.fault())).toBe('');
  });

  it('goes by the policy before it while the file is gone, also if it comes back unchanged', () => {
    const policy = openPolicy(file, known);
    rmSync(file);
    expect(policy.now().people.olga).toBeDefined();
    expect(faultSentence(policy.fault())).toMatch(/can't be read: .* Set KEYBUZZ_POLICY/);
    write(POLICY);
    expect(policy.fault()).toBeUndefined();
  });

  it('does not start with a faulty file', () => {
    write('people: 1');
    expect(() => openPolicy(file, known)).toThrow(ConfigError);
    expect(() => openPolicy(join(folder, 'none.yaml'), known)).toThrow(ConfigError);
  });
});

describe('the sentence about a fault', () => {
  it('counts the faults it leaves out and fits into an alert', () => {
    write(POLICY);
    const policy = openPolicy(file, known);
    write(`${POLICY}users: {}\nfoo: ${'x'.repeat(400)}\n`.replace('people:', 'peeple:'));
    const sentence = faultSentence(policy.fault());
    expect(sentence.length).toBeLessThanOrEqual(290);
    expect(sentence).toMatch(/\(and \d more\)$/);
  });
});
