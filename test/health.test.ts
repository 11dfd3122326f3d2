import { afterEach, describe, expect, it } from '@jest/globals';
import { serveHealth } from '../src/health.ts';
import type { Health } from '../src/health.ts';

describe('serveHealth', () => {
  let health: Health | undefined;
  afterEach(() => health?.close());

  async function ask(path: string, ready: () => Promise<void>) {
    health = await serveHealth({ host: '127.0.0.1', port: 0, role: 'bot', ready });
    const response = await fetch(`http://127.0.0.1:${health.port}${path}`);
    return { status: response.status, text: await response.text() };
  }

  const isReady = () => Promise.resolve();
  const isNot = () => Promise.reject(new Error('Redis is away'));

  it('is alive even when it cannot work', async () => {
    expect(await ask('/healthz', isNot)).toEqual({ status: 200, text: 'ok\n' });
  });

  it('says why it is not ready', async () => {
    expect(await ask('/readyz', isNot)).toEqual({ status: 503, text: 'Redis is away\n' });
  });

  it('is ready when it can work', async () => {
    expect(await ask('/readyz', isReady)).toEqual({ status: 200, text: 'ready\n' });
  });

  it('does not wait for a question that hangs', async () => {
    const hangs = () => new Promise<void>(() => undefined);
    expect(await ask('/readyz', hangs)).toEqual({ status: 503, text: 'no answer in 2000 ms\n' });
  });

  it('counts itself by role', async () => {
    const { text } = await ask('/metrics', isNot);
    expect(text).toContain('keybuzz_up{role="bot"} 1\n');
    expect(text).toContain('keybuzz_ready{role="bot"} 0\n');
    expect(text).toMatch(/process_resident_memory_bytes\{role="bot"\} \d+\n/);
  });

  it('names what it serves when asked for something else', async () => {
    expect((await ask('/', isReady)).status).toBe(404);
  });
});
