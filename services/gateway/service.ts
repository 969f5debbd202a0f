// The single way in: everybody's requests come through here, are proven, bounded and sent to whoever owns the matter.
import { join } from 'node:path';

import { defineService, offer, type ServiceDeclaration } from '@polyclinic/kit';
import { decide } from './contract.ts';
import { type Decisions, presentDecisions } from './decisions.ts';

// What server/ furnishes the door with.
export { createDoorkeeper } from './authenticate.ts';
export { createDecisions, type Decisions } from './decisions.ts';
export { type GatewayParts, gatewayRoutes } from './gateway.ts';
export { isReached, markReached } from './milestones.ts';
export { healthRoutes, type Presence } from './routes/health.ts';
export { IDENTITY_PATHS, identityRoutes, proxyTo } from './routes/identity.ts';

/** The declaration with its decision log at work; null where a process only reads the declaration. */
export function gatewayService(decisions: Decisions | null): ServiceDeclaration {
  return defineService({
    name: 'gateway',
    purpose: 'Is the single way in: routes requests, proves who asks, bounds what is asked, and settles transactions.',
    owns: [],
    offers: [offer(decide, async (_, { name, how }) => ({ how: await presentDecisions(decisions).decide(name, how) }))],
    migrations: join(import.meta.dirname, 'migrations'),
  });
}

export const gateway = gatewayService(null);
