import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetSettings } from './settings.ts';

const setting = '/proc/sys/fs/inotify/max_user_instances';
const wanted = 8192; // a host uses about 10, and Debian's 128 holds about 12 hosts

/** Raises the machine's limit of inotify instances for many systemds, and notes what it was (idempotent). */
export function raiseInotify(settings: FleetSettings): void {
  const note = join(settings.stateRoot, 'inotify-before');
  const now = readFileSync(setting, 'utf8').trim();
  if (Number(now) >= wanted) return;
  if (!existsSync(note)) writeFileSync(note, now);
  writeFileSync(setting, String(wanted));
}

/** Puts the limit back to what it was; called when the machine's last fleet is down. */
export function restoreInotify(settings: FleetSettings): void {
  const note = join(settings.stateRoot, 'inotify-before');
  if (!existsSync(note)) return;
  writeFileSync(setting, readFileSync(note, 'utf8'));
  rmSync(note);
}
