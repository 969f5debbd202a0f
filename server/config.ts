// The environment as checked values. A wrong one stops the start and is named; its value is never repeated.
import { resolve } from 'node:path';
import { httpUrl, type PlatformSetting, SETTINGS } from './settings.ts';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly baseUrl: string;
  readonly data: string;
  readonly databaseUrl: string | null;
  readonly profile: 'embedded' | 'distributed';
  /** The names of the services that run here. */
  readonly services: readonly string[];
  readonly workers: number;
  readonly demo: boolean;
  readonly integrity: 'on' | 'off';
  readonly workloadKey: string | null;
  readonly rpc: { readonly host: string; readonly port: number | null };
  /** gRPC addresses of services in other processes, by name. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly identityUrl: string | null;
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  readonly firstAdmin: string | null;
  readonly userRate: number;
  readonly failedTokenRate: number;
  readonly corsOrigins: readonly string[];
  readonly databaseConnections: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

type Environment = Readonly<Record<string, string | undefined>>;
type Name = (typeof SETTINGS)[number]['name'];

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;
const ADDRESS_PREFIX = 'POLYCLINIC_ADDRESS_';

/** Names that look like settings but are none: likely misspelt, so the start says so. */
export function unknownSettings(env: Environment): string[] {
  const known = new Set<string>(SETTINGS.map(({ name }) => name));
  return Object.keys(env).filter(
    (name) => name.startsWith('POLYCLINIC_') && !known.has(name) && !name.startsWith(ADDRESS_PREFIX),
  );
}

/** @throws ConfigFault with one sentence per wrong setting */
export function readConfig(env: Environment, roster: readonly string[], cores: number): Config {
  const faults: string[] = [];
  const values = new Map<string, unknown>();
  for (const setting of SETTINGS as readonly PlatformSetting[]) {
    const text = env[setting.name] || setting.default;
    if (text === undefined) continue;
    try {
      values.set(setting.name, setting.read ? setting.read(text) : text);
    } catch (error) {
      faults.push(`${setting.name} ${error instanceof Error ? error.message : 'is wrong'}`);
    }
  }
  const get = <T>(name: Name): T | null => (values.get(name) as T | undefined) ?? null;
  const addresses = readAddresses(env, roster, faults);
  const services = readServices(get<string>('SERVICES') ?? 'all', roster, faults);
  const host = get<string>('POLYCLINIC_HOST') ?? '127.0.0.1';
  const port = get<number>('PORT') ?? 8080;
  const profile = get<'embedded' | 'distributed'>('PROFILE') ?? 'embedded';
  const demo = get('POLYCLINIC_DEMO') === 'on';
  const config: Config = {
    host,
    port,
    baseUrl: get<string>('POLYCLINIC_BASE_URL') ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    data: resolve(get<string>('POLYCLINIC_DATA') ?? './data'),
    databaseUrl: get<string>('DATABASE_URL'),
    profile,
    services,
    workers: get<number>('POLYCLINIC_WORKERS') ?? cores,
    demo,
    integrity: get<'on' | 'off'>('POLYCLINIC_INTEGRITY') ?? 'on',
    workloadKey: get<string>('POLYCLINIC_WORKLOAD_KEY'),
    rpc: { host: get<string>('POLYCLINIC_RPC_HOST') ?? '127.0.0.1', port: get<number>('POLYCLINIC_RPC_PORT') },
    addresses,
    identityUrl: get<string>('POLYCLINIC_IDENTITY_URL'),
    smtpUrl: get<string>('POLYCLINIC_SMTP_URL'),
    mailFrom: get<string>('POLYCLINIC_MAIL_FROM') ?? '',
    firstAdmin: get<string>('POLYCLINIC_FIRST_ADMIN'),
    userRate: get<number>('POLYCLINIC_USER_RATE') ?? 0,
    failedTokenRate: get<number>('POLYCLINIC_FAILED_TOKEN_RATE') ?? 0,
    corsOrigins: (get<string>('POLYCLINIC_CORS_ORIGINS') ?? '').split(',').filter((origin) => origin !== ''),
    databaseConnections: get<number>('POLYCLINIC_DATABASE_CONNECTIONS') ?? 6,
    logLevel: get<Config['logLevel']>('POLYCLINIC_LOG') ?? 'warn',
  };
  faults.push(...contradictions(config, roster));
  if (faults.length > 0) throw new ConfigFault(faults);
  return config;
}

export class ConfigFault extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigFault';
    this.faults = faults;
  }
}

function readServices(text: string, roster: readonly string[], faults: string[]): readonly string[] {
  if (text === 'all') return roster;
  const names = text.split(',').map((name) => name.trim());
  for (const name of names)
    if (!roster.includes(name)) faults.push(`SERVICES must be all, or names out of: ${roster.join(', ')}`);
  return roster.filter((name) => names.includes(name));
}

function readAddresses(env: Environment, roster: readonly string[], faults: string[]): Record<string, string> {
  const addresses: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(ADDRESS_PREFIX) || !value) continue;
    const service = name.slice(ADDRESS_PREFIX.length).toLowerCase();
    if (!roster.includes(service)) faults.push(`${name} names no service; there are: ${roster.join(', ')}`);
    try {
      addresses[service] = httpUrl(value);
    } catch (error) {
      faults.push(`${name} ${error instanceof Error ? error.message : 'is wrong'}`);
    }
  }
  return addresses;
}

function contradictions(config: Config, roster: readonly string[]): string[] {
  const faults: string[] = [];
  const absent = roster.filter((name) => !config.services.includes(name));
  if (config.demo && !LOOPBACK.test(config.host))
    faults.push(
      'POLYCLINIC_HOST must be a loopback address in demo mode, whose passwords everybody knows; set POLYCLINIC_DEMO=off to serve others',
    );
  if (config.smtpUrl !== null && config.mailFrom.endsWith('.invalid>'))
    faults.push('POLYCLINIC_MAIL_FROM is needed with POLYCLINIC_SMTP_URL: mail servers want a sender that exists');
  if (config.profile === 'embedded') {
    if (absent.length > 0) faults.push('SERVICES must be all in the embedded profile; PROFILE=distributed runs some');
    return faults;
  }
  if (config.databaseUrl === null) faults.push('DATABASE_URL is needed in the distributed profile');
  if (config.workloadKey === null) faults.push('POLYCLINIC_WORKLOAD_KEY is needed in the distributed profile');
  if (config.rpc.port === null) faults.push('POLYCLINIC_RPC_PORT is needed in the distributed profile');
  for (const name of absent)
    if (config.addresses[name] === undefined)
      faults.push(`${ADDRESS_PREFIX}${name.toUpperCase()} is needed, as ${name} does not run here`);
  if (absent.includes('identity') && config.services.includes('gateway') && config.identityUrl === null)
    faults.push('POLYCLINIC_IDENTITY_URL is needed, as identity does not run here');
  return faults;
}
