/** The whole process does nothing for so long, as with SIGSTOP or a paused machine. */
export function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
