/** Names of everything we keep in Redis ourselves; BullMQ's queues stand under the same prefix. */
export interface Keys {
  /** Stream: the run's log. */
  log(runId: string): string;
  /** Sorted set of run ids by request time (epoch ms). */
  runs: string;
  /** Sorted set of the ids of one verb's runs on one module, by request time (epoch ms). */
  runsOf(verb: string, module: string): string;
  /** Sorted set of unfinished run ids by the time (epoch ms) from which the sweep looks after them. */
  open: string;
  /** Hash: run id -> newest sequence number that was not reported yet. */
  unreported: string;
  /** String with expiry: the worker that is advancing the run. */
  lease(runId: string): string;
  /** Hash: run id -> when its newest wake-up was put into the queue (epoch ms of the queue's job). */
  woken: string;
  /** String with expiry: the worker that looked last for runs without a worker. */
  sweep: string;
  /** String with expiry: the text of a script that was previewed, by its SHA-256; no secrets are in it. */
  script(hash: string): string;
  /** Hash: `<step>.<host>` -> kept output of the newest attempt. */
  output(runId: string): string;
  /** Hash: what the bot posted for the run. */
  posts(runId: string): string;
  /** String with expiry: something that may happen once, and did. */
  claim(key: string): string;
  /** Sorted set with expiry: what was spent of a budget that several processes share, by time (epoch ms of Redis). */
  budget(name: string): string;
  /** Hash: lock name -> holder as JSON. */
  locks: string;
  /** Hash: lock name -> newest fencing number. */
  fences: string;
  /** Sorted set: run ids that wait for this lock, by the time they first asked. */
  lockQueue(lock: string): string;
  /** Stream: what people decided outside of runs, each entry with the hash of the one before. */
  ledger: string;
  /** Stream: how far the log of each ended run went, each entry with the hash of the one before. */
  seals: string;
  /** Hash: ended run -> `<sequence> <hash>` of its newest event, until it is sealed. */
  unsealed: string;
  /** String with expiry: an interaction that changed something outside of the logs of runs, or was refused. */
  heeded(interaction: string): string;
  /** String: the freeze that holds, as JSON. */
  freeze: string;
  /** Hash: person -> the sealed secret of their one-time codes. */
  totp: string;
  /** String with expiry: a sealed secret that waits for its first code. */
  totpPending(person: string): string;
  /** Hash with expiry: the step of the newest code that was used, and the interaction it came with. */
  totpUsed(person: string): string;
  /** Number with expiry: codes that were tried since the last right one. */
  totpTries(person: string): string;
  /** Sorted set: ids of break-glass runs that nobody reviewed yet, by request time (epoch ms). */
  unreviewed: string;
  /** Hash: module -> every check's newest answer, as JSON. */
  snapshots: string;
  /** Hash: module -> how often the monitor asks it, ms; only those that it is to ask. */
  monitored: string;
  /** String with expiry: who asks this module's checks for the monitor now. */
  asking(module: string): string;
  /** Hash: subject of alerts -> what is remembered of it, as JSON. */
  alertSubjects: string;
  /** Hash: subject of alerts -> how often it was written. */
  alertVersions: string;
  /** String: an alert as JSON; with expiry once it is resolved. */
  alert(id: string): string;
  /** Stream, bounded: every change of every alert. */
  alertLog: string;
  /** Hash: alert id -> the write that was not reported yet. */
  unreportedAlerts: string;
  /** Hash with expiry: what the bot posted for an alert. */
  alertPosts(id: string): string;
  /** Hash: day -> the answers of that day's digest, as JSON. */
  digests: string;
  /** Hash with expiry: what the bot posted as the digest of a day. */
  digestPosts(day: string): string;
}

/** Keys under a prefix; `{}` keeps them in one slot so that scripts may touch several. */
export function keysOf(prefix: string): Keys {
  const at = (...parts: string[]) => [`{${prefix}}`, ...parts].join(':');
  return {
    log: (runId) => at('run', runId, 'log'),
    runs: at('runs'),
    runsOf: (verb, module) => at('runs', verb, module),
    open: at('open'),
    unreported: at('unreported'),
    lease: (runId) => at('run', runId, 'lease'),
    woken: at('woken'),
    sweep: at('sweep'),
    script: (hash) => at('script', hash),
    output: (runId) => at('run', runId, 'output'),
    posts: (runId) => at('run', runId, 'posts'),
    claim: (key) => at('claim', key),
    budget: (name) => at('budget', name),
    locks: at('locks'),
    fences: at('fences'),
    lockQueue: (lock) => at('lock', lock, 'queue'),
    ledger: at('ledger'),
    seals: at('seals'),
    unsealed: at('unsealed'),
    heeded: (interaction) => at('heeded', interaction),
    freeze: at('freeze'),
    totp: at('totp'),
    totpPending: (person) => at('totp', person, 'pending'),
    totpUsed: (person) => at('totp', person, 'used'),
    totpTries: (person) => at('totp', person, 'tries'),
    unreviewed: at('unreviewed'),
    snapshots: at('snapshots'),
    monitored: at('monitored'),
    asking: (module) => at('asking', module),
    alertSubjects: at('alert-subjects'),
    alertVersions: at('alert-versions'),
    alert: (id) => at('alert', id),
    alertLog: at('alert-log'),
    unreportedAlerts: at('unreported-alerts'),
    alertPosts: (id) => at('alert', id, 'posts'),
    digests: at('digests'),
    digestPosts: (day) => at('digest', day, 'posts'),
  };
}
