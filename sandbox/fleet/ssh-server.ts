import ssh2 from 'ssh2';
import type { AuthContext, Connection, ParsedKey, ServerChannel } from 'ssh2';
import { openLine, type Line } from './line.ts';

/** One program a client asked for: its command line, its script from standard input, and where its output goes. */
export interface Execution {
  command: string;
  stdin: string;
  write: (text: string | Buffer) => void;
  /** Aborted when the channel closes before the program ends. */
  signal: AbortSignal;
}

/** Gives the exit status. */
export type Execute = (execution: Execution) => Promise<number>;

export interface SshServerOptions {
  /** Loopback address of this host. */
  address: string;
  port: number;
  /** Host key, OpenSSH format. */
  hostKey: string;
  /** The one key that may log in, as in authorized_keys. */
  authorizedKey: string;
  execute: Execute;
  /** Told what has arrived of a program's input so far. False: the connection breaks here, and the rest never arrives. */
  arriving?: (text: string) => boolean;
}

export interface SshServer {
  port: number;
  /** Connections that are open now. */
  connections: ReadonlySet<Connection>;
  line: Line;
  close(): Promise<void>;
}

/** Of one program's input; no script of ours comes near it. */
const STDIN_LENGTH_MAX = 4 * 1024 * 1024;

/** The worker wraps what it sends in one group, whose last brace alone has an empty line before it. */
const SCRIPT_END = '\n\n}\n';

function isAllowed(context: AuthContext, allowed: ParsedKey): boolean {
  if (context.method !== 'publickey' || context.key.algo !== allowed.type) return false;
  if (!context.key.data.equals(allowed.getPublicSSH())) return false;
  if (context.signature === undefined || context.blob === undefined) return true;
  return allowed.verify(context.blob, context.signature, context.hashAlgo);
}

/**
 * All of a program's input, or as much as makes a whole script: whoever follows work leaves the input open behind it.
 * Undefined when the link broke before that: bash reads the group to its end first, so a part of it does nothing.
 */
function readScript(channel: ServerChannel, arriving: (text: string) => boolean): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let text = '';
    channel.setEncoding('utf8');
    channel.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > STDIN_LENGTH_MAX)
        reject(new Error(`A program was sent more than ${STDIN_LENGTH_MAX} characters.`));
      if (!arriving(text)) resolve(undefined);
      else if (text.endsWith(SCRIPT_END)) resolve(text);
    });
    channel.on('end', () => resolve(text));
    channel.on('close', () => resolve(undefined));
  });
}

type Serving = Pick<SshServerOptions, 'execute' | 'arriving'>;

async function runChannel(channel: ServerChannel, command: string, serving: Serving): Promise<void> {
  const gone = new AbortController();
  channel.on('close', () => gone.abort());
  channel.on('error', () => gone.abort());
  const write = (text: string | Buffer) => {
    if (!gone.signal.aborted) channel.write(text);
  };
  const stdin = await readScript(channel, serving.arriving ?? (() => true));
  if (stdin === undefined) return;
  const status = await serving.execute({ command, stdin, write, signal: gone.signal });
  if (gone.signal.aborted) return;
  channel.exit(status);
  channel.end();
}

function serve(connection: Connection, allowed: ParsedKey, serving: Serving): void {
  connection.on('error', () => undefined);
  connection.on('authentication', (context) =>
    isAllowed(context, allowed) ? context.accept() : context.reject(['publickey']),
  );
  connection.on('session', (acceptSession) => {
    acceptSession().on('exec', (acceptExec, _reject, info) => {
      const channel = acceptExec();
      runChannel(channel, info.command, serving).catch((error: unknown) => {
        channel.stderr.write(`simulated fleet: ${error instanceof Error ? error.message : String(error)}\n`);
        channel.exit(1);
        channel.end();
      });
    });
  });
}

/** A real SSH server on a loopback address that hands every program to `execute` instead of running anything. */
export async function startSshServer(options: SshServerOptions): Promise<SshServer> {
  const parsed = ssh2.utils.parseKey(options.authorizedKey);
  if (parsed instanceof Error) throw parsed;
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [options.hostKey], ident: 'simulated-fleet' }, (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    serve(connection, parsed, options);
  });
  const line = await openLine(options.address, options.port, (socket) => server.injectSocket(socket)).catch(
    (cause: unknown) => {
      const fix = 'The simulated fleet needs Linux, where every address of 127.0.0.0/8 is this machine.';
      throw new Error(`No SSH server could be started on ${options.address}:${options.port}. ${fix}`, { cause });
    },
  );
  return {
    port: line.port,
    connections,
    line,
    async close() {
      for (const connection of connections) connection.end();
      await line.close();
    },
  };
}
