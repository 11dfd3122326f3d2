import { readFile, stat } from 'node:fs/promises';
import ssh2, { type AuthenticationType, type BaseAgent, type PublicKeyAuthMethod } from 'ssh2';
import { ConfigError } from '../errors.ts';

/** sshd's MaxAuthTries is 3 on our hosts: a fourth key would end the connection. */
const AGENT_KEYS_MAX = 3;

export interface CredentialOptions {
  /** A private key, not encrypted, readable by its owner alone. Counts before the agent. */
  keyFile?: string | undefined;
  /** Path of an ssh-agent's socket. */
  agentSocket?: string | undefined;
}

/** What ssh2 offers, in order; nothing else (no password, no keyboard) is ever tried. */
export type AuthOffer = PublicKeyAuthMethod | { type: AuthenticationType; username: string; agent: BaseAgent };

/** The one way we prove who we are. Read anew for each connection, so that a rotated key counts at once. */
export async function loadCredential(options: CredentialOptions, username: string): Promise<AuthOffer> {
  if (options.keyFile !== undefined) {
    return { type: 'publickey', username, key: await readKey(options.keyFile) };
  }
  if (options.agentSocket !== undefined) {
    return { type: 'agent', username, agent: limitAgent(ssh2.createAgent(options.agentSocket)) };
  }
  throw new ConfigError('The worker has neither an SSH key nor an agent.', {
    code: 'KEYBUZZ_SSH_KEY_MISSING',
    fix: 'Set KEYBUZZ_SSH_KEY to the path of a private key, or SSH_AUTH_SOCK to an agent.',
  });
}

async function readKey(file: string): Promise<Buffer> {
  const fault = (why: string, cause?: unknown): ConfigError =>
    new ConfigError(`The SSH key ${file} ${why}.`, {
      code: 'KEYBUZZ_SSH_KEY_INVALID',
      fix: 'KEYBUZZ_SSH_KEY must name a private key without passphrase that only its owner may read (mode 0600).',
      cause,
    });
  const text = await readFile(file).catch((cause: unknown) => {
    throw fault("can't be read", cause);
  });
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0) throw fault('may be read by others than its owner');
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) throw fault('is no private key we can read', parsed);
  return text;
}

/** The agent with its first keys only. */
function limitAgent(agent: BaseAgent): BaseAgent {
  const all = agent.getIdentities.bind(agent);
  agent.getIdentities = (callback) => {
    all((error, keys) => callback(error, keys?.slice(0, AGENT_KEYS_MAX)));
  };
  return agent;
}
