import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { HTTP_PATH } from '../../src/bot/http-door.ts';
import { SLASH_COMMAND } from '../../src/bot/listeners.ts';
import { GROUP_SCOPES, NEEDED_SCOPES } from '../../src/bot/self-check.ts';
import { COMMAND_SHORTCUT } from '../../src/bot/views/command-modal.ts';
import { SlackManifest } from '../helpers/manifest-schema.ts';

type Json = Record<string, unknown>;

function read(name: string): Json {
  return JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as Json;
}

/** The manifest of an app that Slack calls at an address, from the one of an app in Socket Mode. */
function overHttp(manifest: SlackManifest, url: string): SlackManifest {
  const { features = {}, settings = {} } = manifest;
  return {
    ...manifest,
    features: { ...features, slash_commands: features.slash_commands?.map((command) => ({ ...command, url })) },
    settings: {
      ...settings,
      event_subscriptions: { ...settings.event_subscriptions, request_url: url },
      interactivity: { is_enabled: true, request_url: url },
      socket_mode_enabled: false,
    },
  };
}

/** Replaces what is at a path. */
function changed(manifest: Json, path: string, value: unknown): Json {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...manifest, [name]: value };
  return { ...manifest, [name]: changed(manifest[name] as Json, rest.join('.'), value) };
}

describe.each(['manifest.json', 'manifest.http.json'])('%s', (name) => {
  const manifest = SlackManifest.parse(read(name));

  it('asks for exactly the scopes that the bot checks at its start', () => {
    const wanted = [...NEEDED_SCOPES, ...GROUP_SCOPES].sort();
    expect([...(manifest.oauth_config?.scopes.bot ?? [])].sort()).toEqual(wanted);
  });

  it('has the command, the shortcut and the events that the bot listens to', () => {
    expect(manifest.features?.slash_commands?.map(({ command }) => command)).toEqual([SLASH_COMMAND]);
    expect(manifest.features?.shortcuts).toMatchObject([{ type: 'message', callback_id: COMMAND_SHORTCUT }]);
    const heard = ['listeners', 'mentions', 'group-events', 'home-listeners', 'reader-events'].flatMap((file) => {
      const source = readFileSync(new URL(`../../src/bot/${file}.ts`, import.meta.url), 'utf8');
      return [...source.matchAll(/app\.event\('(\w+)'/g)].map(([, event]) => event);
    });
    expect([...(manifest.settings?.event_subscriptions?.bot_events ?? [])].sort()).toEqual(heard.sort());
  });
});

it('the HTTP variant differs from the other in the transport alone', () => {
  const url = `https://keybuzz.example.com${HTTP_PATH}`;
  expect(read('manifest.http.json')).toEqual(overHttp(SlackManifest.parse(read('manifest.json')), url));
});

describe('what Slack would refuse', () => {
  const manifest = read('manifest.json');

  it.each([
    ['a name that is too long', 'display_information.name', 'x'.repeat(36)],
    ['an empty description', 'display_information.description', ''],
    ['a command without its slash', 'features.slash_commands', [{ command: 'keybuzz', description: 'x' }]],
    ['51 commands', 'features.slash_commands', Array(51).fill({ command: '/x', description: 'x' })],
    ['a field nobody knows', 'settings.socket_mode', true],
    ['an address that is none', 'settings.interactivity', { is_enabled: true, request_url: 'keybuzz.example.com' }],
    ['an event twice', 'settings.event_subscriptions', { bot_events: ['app_mention', 'app_mention'] }],
  ])('is seen here: %s', (_what, path, value) => {
    expect(SlackManifest.safeParse(changed(manifest, path, value)).success).toBe(false);
  });
});
