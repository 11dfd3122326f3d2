import type { Engine, RunState } from '../jobs/index.ts';

/** Address of a run's message in Slack; empty when it has none, or Slack did not say where the workspace is. */
export async function linkTo(
  engine: Pick<Engine, 'posts'>,
  workspaceUrl: string,
  { runId }: Pick<RunState, 'runId'>,
): Promise<string> {
  const { channel = '', ts = '' } = await engine.posts.load(runId);
  const isPosted = /^https?:\/\/[^\s|<>]+\/$/.test(workspaceUrl) && /^[CGD][A-Z0-9]+$/.test(channel);
  return isPosted && /^\d+\.\d+$/.test(ts) ? `${workspaceUrl}archives/${channel}/p${ts.replace('.', '')}` : '';
}
