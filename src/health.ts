import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerWebhook, type Webhook } from './webhook.ts';

/** A number of ours in the Prometheus text format; `help` says what it counts and in which unit. */
export interface Metric {
  name: string;
  help: string;
  type: 'gauge' | 'counter';
  value: number;
}

export interface HealthOptions {
  host: string;
  /** 0 lets the kernel choose. */
  port: number;
  /** `bot` or `worker`: label of every metric. */
  role: string;
  /** Resolves when the process can do its work; rejects with the reason when it can't. */
  ready: () => Promise<void>;
  metrics?: () => Metric[];
  /** What it takes by POST besides. */
  webhooks?: readonly Webhook[];
}

export interface Health {
  port: number;
  close(): Promise<void>;
}

/** A readiness question that hangs is an answer too. */
const READY_TIMEOUT_MS = 2_000;

async function reasonNotReady(ready: () => Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer in ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
  });
  const asked = ready().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const reason = await Promise.race([asked, late]);
  clearTimeout(timer);
  return reason;
}

function ownMetrics(isReady: boolean): Metric[] {
  return [
    { name: 'keybuzz_up', help: 'The process runs.', type: 'gauge', value: 1 },
    {
      name: 'keybuzz_ready',
      help: 'The process can do its work (1) or not (0).',
      type: 'gauge',
      value: Number(isReady),
    },
    {
      name: 'process_resident_memory_bytes',
      help: 'Resident memory.',
      type: 'gauge',
      value: process.memoryUsage.rss(),
    },
    { name: 'process_uptime_seconds', help: 'Seconds since the start.', type: 'counter', value: process.uptime() },
  ];
}

function formatMetrics(metrics: readonly Metric[], role: string): string {
  const lines = metrics.flatMap(({ name, help, type, value }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    `${name}{role="${role}"} ${value}`,
  ]);
  return `${lines.join('\n')}\n`;
}

async function answer(options: HealthOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, text: string) =>
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
  const webhook = options.webhooks?.find(({ path }) => path === request.url);
  if (webhook !== undefined) return answerWebhook(webhook, request, response);
  switch (request.url) {
    case '/healthz':
      return void send(200, 'ok\n');
    case '/readyz': {
      const reason = await reasonNotReady(options.ready);
      return void send(reason === undefined ? 200 : 503, `${reason ?? 'ready'}\n`);
    }
    case '/metrics': {
      const isReady = (await reasonNotReady(options.ready)) === undefined;
      return void send(200, formatMetrics([...ownMetrics(isReady), ...(options.metrics?.() ?? [])], options.role));
    }
    default:
      return void send(404, 'Ask /healthz, /readyz or /metrics.\n');
  }
}

/** Serves /healthz (alive), /readyz (503 and the reason while not able to work) and /metrics (Prometheus text). */
export async function serveHealth(options: HealthOptions): Promise<Health> {
  const server = createServer((request, response) => void answer(options, request, response));
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    async close() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
