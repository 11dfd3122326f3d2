import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';

/** What a test file must not leave behind, by the names of `process.getActiveResourcesInfo()`. */
const LEAKS = new Set(['TCPSocketWrap', 'TCPServerWrap', 'ProcessWrap', 'PipeServerWrap', 'UDPWrap']);

/** Sockets that were closed with the last test are gone by then, on a slow machine too. */
const GRACE_MS = 3_000;

const leaked = () => process.getActiveResourcesInfo().filter((name) => LEAKS.has(name));

/** Command lines of a process's children, where Linux tells them. */
function childrenOf(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return children.map((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').replaceAll('\0', ' '));
  } catch {
    return [];
  }
}

/** Fails the file that leaves a connection, a server or a child process open: in a worker of jest nothing else would. */
export default class LeakEnvironment extends TestEnvironment {
  #before = leaked().length;

  async teardown() {
    await super.teardown();
    const deadline = performance.now() + GRACE_MS;
    while (leaked().length > this.#before && performance.now() < deadline) await delay(10);
    if (leaked().length > this.#before) {
      throw new Error(`This test file leaves open: ${leaked().join(', ')}\n${childrenOf(process.pid).join('\n')}`);
    }
  }
}
