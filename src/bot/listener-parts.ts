import type { SlackClients } from './clients.ts';
import type { Readers } from './readers.ts';
import type { RecordParts } from './record.ts';
import type { Responders } from './responders.ts';

/** What every listener needs. */
export interface ListenerParts extends RecordParts {
  clients: SlackClients;
  responders: Responders;
  readers: Readers;
}
