// The HTTP side of a process: the whole gateway, or where that runs elsewhere only health and, if it lives here, sign-in.
import {
  createDoorkeeper,
  gatewayRoutes,
  healthRoutes,
  IDENTITY_PATHS,
  identityRoutes,
  type Presence,
  proxyTo,
} from '@polyclinic/gateway/service.ts';
import { createHttpServer, createRateLimit, type HttpServer } from '@polyclinic/http';
import { smartConfiguration } from '@polyclinic/identity/service.ts';
import type { Composed } from './compose.ts';
import type { Config } from './config.ts';

export interface DoorParts {
  readonly isServing: () => boolean;
  readonly presences: () => Promise<readonly Presence[]>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

export function publicDoor(config: Config, composed: Composed, parts: DoorParts): HttpServer {
  const { identity, metrics, log } = composed;
  const health = { ...parts, databaseAnswers: composed.isHealthy };
  const handle = identity === null ? proxyTo(config.identityUrl ?? '') : identity.handle;
  const signIn = { paths: IDENTITY_PATHS, handle };
  const routes =
    composed.verifier !== null
      ? gatewayRoutes({
          ...health,
          doorkeeper: createDoorkeeper({
            verifier: composed.verifier,
            failures: createRateLimit({ points: config.failedTokenRate, seconds: 60 }),
            users: createRateLimit({ points: config.userRate, seconds: 10 }),
            onTurnedAway: metrics.requestTurnedAway,
          }),
          handle: composed.fhir.api.handle,
          onRefused: composed.audit.refused,
          myAccesses: composed.audit.myAccesses,
          baseUrl: config.baseUrl,
          smartConfiguration: smartConfiguration(config.baseUrl),
          identity: signIn,
          isDemo: config.demo,
        })
      : [...healthRoutes(health), ...(identity === null ? [] : identityRoutes(signIn.paths, signIn.handle))];
  return createHttpServer({
    routes,
    fhirBase: '/fhir',
    corsOrigins: config.corsOrigins,
    onDefect: (error, requestId) => log.error('defect', { error, requestId }),
    onAnswer: metrics.requestAnswered,
    onTurnedAway: metrics.requestTurnedAway,
  });
}
