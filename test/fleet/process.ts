import { spawn } from 'node:child_process';

/** How a finished process ended; death by a signal gives `exitCode` 255. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Extras of one call: text for stdin, and the longest it may take (default 600 s) before SIGKILL. */
export interface RunOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Runs argv, waits for it and gives its outcome; a start that fails (no such program) rejects. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'pipe', timeout: options.timeoutMs ?? 600_000, killSignal: 'SIGKILL' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => undefined); // the program may end without reading its input
    child.on('error', reject);
    child.on('close', (code) => {
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
      resolve({ exitCode: code ?? 255, stdout: text(stdout), stderr: text(stderr) });
    });
    child.stdin.end(options.input);
  });
}

/** Like {@link run}, and gives stdout; an exit status other than 0 rejects with what the program said. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await run(argv, options);
  if (outcome.exitCode !== 0) {
    const said = (outcome.stderr.trim() || outcome.stdout.trim()).slice(-2000);
    throw new Error(`${argv.join(' ')} ended with ${outcome.exitCode}: ${said}`);
  }
  return outcome.stdout;
}

/** Asks `condition` every `everyMs` until it gives something other than undefined, at most `timeoutMs` long. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  condition: () => T | undefined | Promise<T | undefined>,
  everyMs = 50,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
