// Every setting of the platform in one table: what it is called, what it means, what it may be.
import type { Setting } from '@polyclinic/kit';

/** A setting of the platform itself; services declare their own beside their operations. */
export interface PlatformSetting extends Setting {
  /** The value as it is used. @throws Error saying what it must be, never repeating what it is */
  readonly read?: (text: string) => unknown;
}

export const wholeNumber = (from: number, to: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < from || value > to)
    throw new Error(`must be a whole number from ${from} to ${to}`);
  return value;
};

export const choice =
  (...values: readonly string[]) =>
  (text: string) => {
    if (!values.includes(text)) throw new Error(`must be ${values.join(' or ')}`);
    return text;
  };

export const httpUrl = (text: string) => {
  const url = URL.parse(text);
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.username !== ''
  )
    throw new Error('must be like https://clinic.example or http://127.0.0.1:8080, without a path');
  return url.origin;
};

const smtpUrl = (text: string) => {
  const url = URL.parse(text);
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || !/^\/?$/.test(url.pathname))
    throw new Error('must be like smtps://user:password@mail.example or smtp://127.0.0.1:1025');
  return text;
};

const sender = (text: string) => {
  if (!/^([^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(text))
    throw new Error('must be like no-reply@clinic.example or Clinic <no-reply@clinic.example>');
  return text;
};

const mailbox = (text: string) => {
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(text)) throw new Error('must be an e-mail address');
  return text;
};

const secret = (text: string) => {
  if (text.length < 32) throw new Error('must have at least 32 characters');
  return text;
};

const port = wholeNumber(1, 65_535);

export const SETTINGS = [
  { name: 'PORT', about: 'Where the public door listens.', default: '8080', read: port },
  { name: 'POLYCLINIC_HOST', about: 'The address it listens on; demo mode stays on loopback.', default: '127.0.0.1' },
  {
    name: 'POLYCLINIC_BASE_URL',
    about: 'How clients reach Polyclinic, where that is not http://HOST:PORT: behind a proxy, say.',
    read: httpUrl,
  },
  { name: 'POLYCLINIC_DATA', about: 'The folder of the embedded database and of generated keys.', default: './data' },
  {
    name: 'DATABASE_URL',
    about: 'A PostgreSQL 15 or later instead of the embedded one: postgres://user:password@host:5432/name',
    secret: true,
  },
  {
    name: 'PROFILE',
    about: 'embedded: everything on this machine. distributed: services in processes of their own, over gRPC.',
    default: 'embedded',
    read: choice('embedded', 'distributed'),
  },
  { name: 'SERVICES', about: 'Which services run here: all, or names separated by commas.', default: 'all' },
  {
    name: 'POLYCLINIC_WORKERS',
    about: 'Processes that answer requests, in the embedded profile; one per core when not set.',
    read: wholeNumber(1, 64),
  },
  {
    name: 'POLYCLINIC_DEMO',
    about: 'on: a demo clinic with well-known logins.',
    default: 'on',
    read: choice('on', 'off'),
  },
  {
    name: 'POLYCLINIC_INTEGRITY',
    about: 'on: a reference to nothing is refused, and so is deleting what is referred to.',
    default: 'on',
    read: choice('on', 'off'),
  },
  {
    name: 'POLYCLINIC_WORKLOAD_KEY',
    about: 'The secret by which processes of one deployment know each other; generated on a single machine.',
    secret: true,
    read: secret,
  },
  { name: 'POLYCLINIC_RPC_HOST', about: 'The address the internal gRPC port listens on.', default: '127.0.0.1' },
  {
    name: 'POLYCLINIC_RPC_PORT',
    about: 'The internal gRPC port of this process, in the distributed profile.',
    read: port,
  },
  {
    name: 'POLYCLINIC_IDENTITY_URL',
    about: 'Where the identity process serves its sign-in pages, for a gateway in another process.',
    read: httpUrl,
  },
  {
    name: 'POLYCLINIC_SMTP_URL',
    about:
      'The mail server for letters to people: smtps://user:password@host, or smtp:// with STARTTLS. Without, letters are written into the folder mail below POLYCLINIC_DATA.',
    secret: true,
    read: smtpUrl,
  },
  {
    name: 'POLYCLINIC_MAIL_FROM',
    about: 'Whom letters come from: Clinic <no-reply@clinic.example>',
    default: 'Polyclinic <no-reply@polyclinic.invalid>',
    read: sender,
  },
  {
    name: 'POLYCLINIC_FIRST_ADMIN',
    about: 'The e-mail address that is invited as admin of clinic 1, as long as no admin is there.',
    read: mailbox,
  },
  {
    name: 'POLYCLINIC_USER_RATE',
    about: 'Requests a signed-in user may make in ten seconds, per process.',
    default: '6000',
    read: wholeNumber(1, 10_000_000),
  },
  {
    name: 'POLYCLINIC_FAILED_TOKEN_RATE',
    about: 'Requests without a good token that one address may make in a minute, per process.',
    default: '60',
    read: wholeNumber(1, 10_000_000),
  },
  {
    name: 'POLYCLINIC_CORS_ORIGINS',
    about: 'Origins, separated by commas, whose pages may read answers.',
    default: '',
  },
  {
    name: 'POLYCLINIC_DATABASE_CONNECTIONS',
    about: 'Database connections per process: few keep two cores busy.',
    default: '6',
    read: wholeNumber(2, 100),
  },
  {
    name: 'POLYCLINIC_LOG',
    about: 'What is logged: debug, info, warn or error.',
    default: 'warn',
    read: choice('debug', 'info', 'warn', 'error'),
  },
] as const satisfies readonly PlatformSetting[];
