/** Who can sign in to the demo (design.md §9). */

import path from 'node:path';

export const PASSWORD = 'demo-lectern-2026';

export type Role = 'host' | 'host2' | 'admin' | 'division' | 'manager' | 'nobody';

export const ROLES: Exclude<Role, 'nobody'>[] = ['host', 'host2', 'admin', 'division', 'manager'];

/** Where each role's work is. */
export const FIRST_PAGE: Record<Exclude<Role, 'nobody'>, string> = {
  host: '/host',
  host2: '/host',
  admin: '/admin',
  division: '/division',
  manager: '/manager',
};

export function addressOf(role: Role): string {
  return `${role}@demo.test`;
}

/** The cookies of a sign-in, written once per run by `sign-in.setup.ts`; none for nobody. */
export function stateOf(role: Role): string | undefined {
  return role === 'nobody' ? undefined : path.join(__dirname, '..', 'artefacts', 'signed-in', `${role}.json`);
}
