import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { artifactArgs, loadArtifacts, NO_ARTIFACTS, parseArtifacts } from '../src/inventory-artifacts.ts';
import { ConfigError } from '../src/errors.ts';
import { loadInventory } from '../src/inventory.ts';

const SHA = 'a'.repeat(64);
const OWN = { name: 'tool', version: '1.0', sha256: SHA, path: 'tool/1.0' };

describe('artifacts.yaml', () => {
  let root: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'keybuzz-artifacts-'));
  });

  afterAll(() => rmSync(root, { recursive: true }));

  it('lies beside servers.tsv, and need not be there', () => {
    const file = join(root, 'servers.tsv');
    expect(loadArtifacts(file)).toEqual(NO_ARTIFACTS);
    writeFileSync(join(root, 'artifacts.yaml'), 'base: http://10.0.0.250:8000/\n');
    expect(loadArtifacts(file)).toEqual({ base: 'http://10.0.0.250:8000', pins: [] });
    expect(loadInventory('inventory/servers.tsv').artifacts).toEqual(NO_ARTIFACTS);
  });

  it("gives scripts the module's pin, unless it has one of that name itself", () => {
    const artifacts = { base: 'https://mirror.test/x', pins: [{ ...OWN, version: '2.0', path: 'own' }] };
    expect(artifactArgs(OWN, artifacts)).toEqual(['https://mirror.test/x/own', '2.0', SHA]);
    expect(artifactArgs(OWN, { ...artifacts, pins: [] })).toEqual(['https://mirror.test/x/tool/1.0', '1.0', SHA]);
    expect(artifactArgs(OWN)).toEqual(['-', '1.0', SHA]);
  });

  it('lists every fault at once, where it stands', () => {
    const text = `base: ftp://x\nbsae: y\npins: { tool: { version: 1.0 two, sha256: abc, path: ../etc } }\n`;
    expect(() => parseArtifacts(text, 'artifacts.yaml')).toThrow(ConfigError);
    for (const where of ['base', 'bsae', 'pins/tool/version', 'pins/tool/sha256', 'pins/tool/path']) {
      expect(() => parseArtifacts(text, 'artifacts.yaml')).toThrow(where);
    }
    expect(() => parseArtifacts('base: [', 'artifacts.yaml')).toThrow(/YAML/);
    expect(parseArtifacts('', 'artifacts.yaml')).toEqual(NO_ARTIFACTS);
  });
});
