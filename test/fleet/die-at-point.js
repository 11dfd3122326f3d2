import { appendFileSync } from 'node:fs';
import { Redis } from 'ioredis';

// For `node --import`, around every append to a run's log. Events are numbered from the run's taken locks on.
// KEYBUZZ_TEST_DIE, `before:7` or `after:7`: the process kills itself right before the append with the 7th event is sent to
// Redis, or right after Redis took it. KEYBUZZ_TEST_POINTS, a file: the last number of each append that Redis took.

const { KEYBUZZ_TEST_DIE: order = '', KEYBUZZ_TEST_POINTS: file } = process.env;
const [when, number] = order.split(':');
/** Sequence number of locks.taken, once this process wrote it. */
let first = Number.POSITIVE_INFINITY;

/** The first and last number of what a command appends; undefined: nothing that is numbered. */
function numbersOf({ name, args }) {
  if (name !== 'eval') return undefined;
  const texts = args.filter((value) => typeof value === 'string' && value.startsWith('{"seq":'));
  const events = texts.map((text) => JSON.parse(text));
  for (const { seq, body } of events) if (body.type === 'locks.taken') first = seq;
  const [from, to] = [events[0], events.at(-1)].map((event) => event?.seq - first + 1);
  return to >= 1 ? { from, to } : undefined;
}

const dieNow = () => process.kill(process.pid, 'SIGKILL');

const send = Redis.prototype.sendCommand;
Redis.prototype.sendCommand = function (command, stream) {
  const numbers = numbersOf(command);
  const isIt = numbers !== undefined && numbers.from <= Number(number) && Number(number) <= numbers.to;
  if (isIt && when === 'before') dieNow();
  const sending = send.call(this, command, stream);
  // Ours is the first to hear of it: nothing follows from the events.
  const heard = (taken) => {
    if (taken === 0) return;
    if (isIt && when === 'after') dieNow();
    if (file !== undefined) appendFileSync(file, `${numbers.to}\n`);
  };
  if (numbers !== undefined) command.promise.then(heard, () => undefined);
  return sending;
};
