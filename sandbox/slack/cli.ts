import { parseArgs } from 'node:util';
import { startSlackSandbox } from './index.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, limits: { type: 'string', default: 'off' } },
});
const slack = await startSlackSandbox({
  port: Number(values.port),
  limits: values.limits === 'slack' ? 'slack' : 'off',
});

/** One line that another process reads when the workspace can serve. */
const ready = {
  msg: 'ready',
  apiUrl: slack.apiUrl,
  botToken: slack.botToken,
  appToken: slack.appToken,
  signingSecret: slack.signingSecret,
};
process.stdout.write(`${JSON.stringify(ready)}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void slack.close());
}
