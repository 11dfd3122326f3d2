import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { LANGUAGES, type Language } from '../../src/language/index.ts';

export const USAGE = `keybuzz demo [--no-web] [--script tour [--screens DIR]] [--fleet real] [--port N]
  Without options: a page that looks like the operators' Slack workspace; the address is printed. Ctrl-C ends it.
  --no-web        plays a deploy in the terminal instead; at a terminal you play on afterwards
  --script tour   plays the page's tour by itself, and keeps pictures of it (needs Debian's chromium)
  --screens DIR   where to (default: docs/screens)
  --fleet real    real Debian hosts instead of the simulated ones, booted on this machine (needs root on Debian)
  --port N        serve the page on this port (default: a free one)
  KEYBUZZ_LANG=fr in its environment: the bot speaks French on the page; there each person may choose a language of their own
`;

/** What somebody wants to see. */
export interface Options {
  show: 'page' | 'terminal' | 'tour';
  hosts: 'simulated' | 'real';
  /** Undefined: a free one. */
  port: number | undefined;
  /** What the bot speaks, and everybody who chooses no other on the page. */
  language: Language;
  /** Where the tour's pictures go. */
  screens: string;
}

const SCREENS = fileURLToPath(new URL('../../docs/screens', import.meta.url));

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw new Error(`--port '${text}' is no port.`);
}

function readLanguage(text: string | undefined): Language {
  if (text === undefined || text === '') return 'en';
  const language = LANGUAGES.find((one) => one === text);
  if (language !== undefined) return language;
  throw new Error(`KEYBUZZ_LANG '${text}' is not one of ${LANGUAGES.join(', ')}.`);
}

/** Reads the command line and KEYBUZZ_LANG. Throws an Error whose sentence says what is wrong with them. Pure. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { 'no-web': { type: 'boolean' }, script: text, screens: text, fleet: text, port: text },
  });
  const { script, fleet = 'simulated', screens } = values;
  const isTerminal = values['no-web'] === true;
  if (script !== undefined && script !== 'tour')
    throw new Error(`--script '${script}': the only one there is is tour.`);
  if (fleet !== 'simulated' && fleet !== 'real') throw new Error(`--fleet '${fleet}' is neither simulated nor real.`);
  if (isTerminal && script !== undefined) throw new Error('--no-web and --script exclude each other.');
  if (fleet === 'real' && (isTerminal || script !== undefined)) {
    throw new Error('--fleet real is for the page; --no-web and --script play with the simulated hosts.');
  }
  const language = readLanguage(env.KEYBUZZ_LANG);
  if (language !== 'en' && (isTerminal || script !== undefined)) {
    throw new Error(`KEYBUZZ_LANG=${language} is for the page; --no-web and --script play in English.`);
  }
  if (screens !== undefined && script === undefined) throw new Error('--screens belongs to --script tour.');
  return {
    show: script !== undefined ? 'tour' : isTerminal ? 'terminal' : 'page',
    hosts: fleet,
    port: readPort(values.port),
    language,
    screens: screens ?? SCREENS,
  };
}
