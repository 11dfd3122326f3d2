import { describe, expect, it } from '@jest/globals';
import { readOptions as read } from '../../sandbox/demo/options.ts';

const readOptions = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => read(args, env);

describe('the command line of the demo', () => {
  it('shows the page with simulated hosts on a free port when nothing is said', () => {
    expect(readOptions([])).toMatchObject({ show: 'page', hosts: 'simulated', port: undefined });
  });

  it('takes the tour with a place for its pictures, the terminal, real hosts, and a port', () => {
    expect(readOptions(['--script', 'tour']).screens).toMatch(/docs\/screens$/);
    expect(readOptions(['--script', 'tour', '--screens', '/tmp/x'])).toMatchObject({ show: 'tour', screens: '/tmp/x' });
    expect(readOptions(['--no-web'])).toMatchObject({ show: 'terminal', hosts: 'simulated' });
    expect(readOptions(['--fleet', 'real', '--port', '8080'])).toMatchObject({ hosts: 'real', port: 8080 });
  });

  it('speaks English unless KEYBUZZ_LANG says otherwise, which only the page can follow', () => {
    expect(readOptions([])).toMatchObject({ language: 'en' });
    expect(readOptions([], { KEYBUZZ_LANG: '' })).toMatchObject({ language: 'en' });
    expect(readOptions([], { KEYBUZZ_LANG: 'fr' })).toMatchObject({ language: 'fr', show: 'page' });
    expect(() => readOptions([], { KEYBUZZ_LANG: 'de' })).toThrow("KEYBUZZ_LANG 'de' is not one of en, fr.");
    for (const args of [['--no-web'], ['--script', 'tour']]) {
      expect(() => readOptions(args, { KEYBUZZ_LANG: 'fr' })).toThrow('KEYBUZZ_LANG=fr is for the page');
    }
  });

  it.each([
    [['--port', '0'], "--port '0' is no port."],
    [['--port', '1e3'], "--port '1e3' is no port."],
    [['--script', 'film'], "--script 'film'"],
    [['--fleet', 'imaginary'], "--fleet 'imaginary'"],
    [['--no-web', '--script', 'tour'], 'exclude each other'],
    [['--fleet', 'real', '--no-web'], '--fleet real is for the page'],
    [['--screens', 'x'], '--screens belongs to --script tour'],
    [['--nonsense'], 'nonsense'],
  ])('refuses %j and says why', (args, why) => {
    expect(() => readOptions(args)).toThrow(why);
  });
});
