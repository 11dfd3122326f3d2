import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openPolicy } from '../../src/commands/policy-file.ts';
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
    expect(policy()).toBe(policy());
    expect(policy().people.olga?.name).toBe('Olga Petit');
  });

  it('follows the file', () => {
    const policy = openPolicy(file, known);
    write(POLICY.replace('Olga Petit', 'Olga Grand'));
    expect(policy().people.olga?.name).toBe('Olga Grand');
  });

  it('refuses everything while the file has a fault, and goes on once it is corrected', () => {
    const policy = openPolicy(file, known);
    write(POLICY.replace('roles:', 'rolls:'));
    expect(policy).toThrow(ConfigError);
    expect(policy).toThrow(ConfigError);
    write(POLICY);
    expect(policy().people.olga).toBeDefined();
  });

  it('refuses everything while the file is gone, even if it comes back unchanged', () => {
    const policy = openPolicy(file, known);
    rmSync(file);
    expect(policy).toThrow(/can't be read/);
    write(POLICY);
    expect(policy().people.olga).toBeDefined();
  });

  it('does not start with a faulty file', () => {
    write('people: 1');
    expect(() => openPolicy(file, known)).toThrow(ConfigError);
    expect(() => openPolicy(join(folder, 'none.yaml'), known)).toThrow(ConfigError);
  });
});
