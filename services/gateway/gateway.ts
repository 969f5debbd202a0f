// All routes of the public door, brought together.
import type { RawRoute, Route } from '@polyclinic/http';
import { closedRoutes, type FhirRouteParts, fhirRoutes } from './routes/fhir.ts';
import { type HealthParts, healthRoutes } from './routes/health.ts';
import { identityRoutes, type RawHandler } from './routes/identity.ts';
import { type MyAccessesRouteParts, myAccessesRoutes } from './routes/my-accesses.ts';
import { pageRoutes } from './routes/pages.ts';

export interface GatewayParts extends FhirRouteParts, HealthParts, MyAccessesRouteParts {
  readonly identity: { readonly paths: readonly string[]; readonly handle: RawHandler };
  readonly isDemo: boolean;
}

export function gatewayRoutes(parts: GatewayParts): (Route | RawRoute)[] {
  return [
    ...fhirRoutes(parts),
    ...myAccessesRoutes(parts),
    ...closedRoutes(parts.doorkeeper),
    ...identityRoutes(parts.identity.paths, parts.identity.handle),
    ...healthRoutes(parts),
    ...pageRoutes(parts),
  ];
}
