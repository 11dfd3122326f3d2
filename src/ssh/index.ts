export { createSshPool, type SshPool, type SshPoolOptions } from './pool.ts';
export { scanHostKey } from './connection.ts';
export { fingerprintOf } from './fingerprint.ts';
export {
  findPinned,
  followKnownHosts,
  loadKnownHosts,
  parseKnownHosts,
  type HostKey,
  type KnownHosts,
} from './known-hosts.ts';
export { pinHostKey, type Pin } from './pin.ts';
export { runRead, type ReadRequest } from './read.ts';
export {
  inspectDetached,
  startDetached,
  stopDetached,
  type StartRequest,
  type StartResult,
  type WorkState,
} from './detached.ts';
export { followDetached, type FollowRequest } from './follow.ts';
export type { ScriptResult } from './result.ts';
export { formatLine, parseLine, type ProtocolLine } from './protocol.ts';
export { quote } from './quote.ts';
export {
  directoryNameOf,
  Fence,
  LAST_LINE,
  RunKey,
  unitNameOf,
  type AssembledScript,
  type SshTarget,
} from './target.ts';
