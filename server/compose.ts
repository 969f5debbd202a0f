// Joins the services of this process to machinery: one database pool, one records engine, one FHIR API, one way to call.
import { join } from 'node:path';
import { createTokenVerifier, followRevocations, type TokenVerifier } from '@polyclinic/access';
import { createDecisions, gatewayService } from '@polyclinic/gateway/service.ts';
import { revokedTokens, signingKeys } from '@polyclinic/identity/contract.ts';
import { createIdentity, type Identity, identityService } from '@polyclinic/identity/service.ts';
import { rosterFaults, type ServiceDeclaration } from '@polyclinic/kit';
import { folderMail, type Mail, smtpMail } from '@polyclinic/mail';
import { createPool, type Pool } from '@polyclinic/postgres';
import { type Hosted, offerPresence } from '@polyclinic/rpc';
import { createLog, createMetrics, type Log, type Metrics } from '@polyclinic/telemetry';
import { type AuditSide, createAuditSide } from './audit-side.ts';
import type { Config } from './config.ts';
import { createFhirSide, type FhirSide } from './fhir-side.ts';
import { host } from './hosting.ts';
import type { Handover } from './messages.ts';
import { createReach, platformCaller, type Reach } from './reach.ts';
import { startReactions } from './reactions.ts';
import { roster } from './roster.ts';

export interface Composed {
  readonly pool: Pool;
  readonly fhir: FhirSide;
  readonly audit: AuditSide;
  /** null where identity runs in another process. */
  readonly identity: Identity | null;
  /** null where the gateway runs in another process. */
  readonly verifier: TokenVerifier | null;
  readonly hosted: readonly Hosted[];
  readonly reach: Reach;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => Date;
  /** Whether the database answers. */
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}

export async function compose(config: Config, { connection, workloadKey, prepares }: Handover): Promise<Composed> {
  const faults = rosterFaults(roster);
  if (faults.length > 0) throw new Error(`The services contradict each other: ${faults.join('; ')}.`);
  const now = () => new Date();
  const log = createLog({ level: config.logLevel, to: process.stderr });
  const metrics = createMetrics();
  const onDefect = (defect: unknown, requestId: string) => log.error('defect', { error: defect, requestId });

  const pool = createPool({
    connection,
    name: `polyclinic ${config.services.length === roster.length ? 'all' : config.services.join(' ')}`.slice(0, 60),
    max: config.databaseConnections,
    onTrouble: (error) => log.warn('a database connection broke', { error }),
  });
  metrics.watchPool('main', () => pool.load);

  const isHealthy = () =>
    pool.query('select 1').then(
      () => true,
      (error: unknown) => {
        log.warn('the database does not answer', { error });
        return false;
      },
    );

  const hosted: Hosted[] = [];
  // Filled below: the services need the way to each other before they are at work.
  const reach = createReach({ hosted: () => hosted, addresses: config.addresses, workloadKey, now });
  const audit = createAuditSide({ config, reach, now, log, alone: prepares && config.profile === 'embedded' });
  const mail = openMail(config);
  const identity = config.services.includes('identity')
    ? await createIdentity({
        mail,
        secondFactorForAdmins: !config.demo,
        firstAdmin: config.demo ? null : config.firstAdmin,
        pool,
        baseUrl: config.baseUrl,
        now,
        // Behind a gateway in another process, which sets the header itself.
        trustProxy: !config.services.includes('gateway'),
        onEvent: audit.signIn,
        onDefect: (error) => onDefect(error, 'identity'),
      })
    : null;

  const here = roster
    .filter(({ name }) => config.services.includes(name))
    .map((service) => furnished(service, { identity, pool, audit }));
  const fhir = createFhirSide({ config, here, pool, reach, workloadKey, now, onDefect, accesses: audit.trail });
  for (const service of here) {
    const offers = [...service.offers, ...fhir.offersOf(service), offerPresence(service.name, isHealthy)];
    hosted.push(host({ ...service, offers }, { reach, now, onDefect }));
  }
  const verifier = config.services.includes('gateway') ? openVerifier(config, reach, now) : null;
  audit.start(fhir, pool);
  const reactions = startReactions({ here, records: fhir.records, pool, reach, now, log, metrics });
  return {
    ...{ pool, fhir, audit, identity, verifier, hosted, reach, log, metrics, now, isHealthy },
    close: async () => {
      await reactions.stop();
      await audit.close();
      verifier?.close();
      await identity?.close();
      mail.close();
      await reach.close();
      await pool.end();
    },
  };
}

interface Furniture {
  readonly identity: Identity | null;
  readonly pool: Pool;
  readonly audit: AuditSide;
}

function furnished(service: ServiceDeclaration, { identity, pool, audit }: Furniture) {
  if (service.name === 'audit') return audit.service;
  if (service.name === 'identity') return identityService(identity);
  if (service.name === 'gateway') return gatewayService(createDecisions(pool));
  return service;
}

function openMail({ smtpUrl, mailFrom, data }: Config): Mail {
  return smtpUrl === null
    ? folderMail({ folder: join(data, 'mail'), from: mailFrom })
    : smtpMail({ url: smtpUrl, from: mailFrom });
}

function openVerifier(config: Config, reach: Reach, now: () => Date): TokenVerifier {
  const asker = platformCaller('gateway');
  const revocations = followRevocations((position) => reach('identity').call(asker, revokedTokens, { position }), now);
  return createTokenVerifier({
    issuer: config.baseUrl,
    audience: `${config.baseUrl}/fhir/R4`,
    keys: async () => JSON.parse((await reach('identity').call(asker, signingKeys, {})).jwks),
    now,
    revocations,
  });
}
