// The reference pages as text, drawn from the declarations alone.
import { type Kind, ownersOf, type Schema, type ServiceDeclaration, type Setting } from '@polyclinic/kit';

const NOTE = '<!-- Written by `npm run describe` from the declarations; changes belong there. -->';

/** Page name to Markdown. */
export function referencePages(
  services: readonly ServiceDeclaration[],
  types: readonly string[],
  platformSettings: readonly Setting[],
): Map<string, string> {
  return new Map([
    ['README.md', overview(services, types)],
    ...services.map((service): [string, string] => [
      `services/${service.name}.md`,
      servicePage(service, services, types),
    ]),
    ['types.md', typesPage(services, types)],
    ['operations.md', operationsPage(services)],
    ['events.md', eventsPage(services)],
    ['permissions.md', permissionsPage(services)],
    ['settings.md', settingsPage(services, platformSettings)],
  ]);
}

const page = (title: string, ...parts: readonly string[]): string =>
  `${[NOTE, `# ${title}`, ...parts.filter((part) => part !== '')].join('\n\n')}\n`;

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.';
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

const code = (text: string): string => `\`${text}\``;
const listed = (names: readonly string[]): string => (names.length === 0 ? '' : names.map(code).join(', '));

function ownedTypes(
  service: ServiceDeclaration,
  services: readonly ServiceDeclaration[],
  types: readonly string[],
): string[] {
  return [...ownersOf(services, types)]
    .filter(([, owner]) => owner === service.name)
    .map(([type]) => type)
    .sort();
}

function overview(services: readonly ServiceDeclaration[], types: readonly string[]): string {
  const rows = services.map((service) => [
    `[${service.name}](services/${service.name}.md)`,
    service.purpose,
    String(ownedTypes(service, services, types).length),
    String(service.offers.length),
  ]);
  return page(
    'Reference',
    'What every service declares: [FHIR types and their owners](types.md), [operations](operations.md), [events](events.md), [permissions](permissions.md), [settings](settings.md).',
    table(['Service', 'Why it exists', 'FHIR types', 'Operations'], rows),
  );
}

function servicePage(
  service: ServiceDeclaration,
  services: readonly ServiceDeclaration[],
  types: readonly string[],
): string {
  const owned = ownedTypes(service, services, types);
  const section = (title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string =>
    rows.length === 0 ? '' : `## ${title}\n\n${table(heads, rows)}`;
  return page(
    service.name,
    service.purpose,
    owned.length === 0 ? '' : `## FHIR types\n\n${listed(owned)}`,
    section(
      'Records of its own',
      ['Record', 'What it is'],
      service.records.map(({ name, about }) => [code(name), about]),
    ),
    section(
      'Operations offered',
      ['Operation', 'What it does', 'Permission'],
      service.offers.map(({ operation }) => [code(operation.name), operation.about, code(operation.permission)]),
    ),
    section(
      'Operations called',
      ['Operation'],
      service.calls.map((called) => [code(`${called.service}.${called.name}`)]),
    ),
    section(
      'Events published',
      ['Event', 'When'],
      service.publishes.map(({ name, about }) => [code(name), about]),
    ),
    section(
      'Events read',
      ['Event', 'Reader'],
      service.reacts.map(({ event, reader }) => [code(`${event.service}.${event.name}`), code(reader)]),
    ),
    section(
      'Permissions',
      ['Permission', 'What it allows'],
      service.permissions.map(({ name, about }) => [code(name), about]),
    ),
    section('Settings', ['Variable', 'What it sets', 'Default'], settingRows(service)),
  );
}

function typesPage(services: readonly ServiceDeclaration[], types: readonly string[]): string {
  const owners = [...ownersOf(services, types)].sort(([a], [b]) => (a < b ? -1 : 1));
  return page(
    'FHIR types and their owners',
    `All ${owners.length} resource types of FHIR R4; each has exactly one owner.`,
    table(
      ['Type', 'Owner'],
      owners.map(([type, owner]) => [code(type), `[${owner}](services/${owner}.md)`]),
    ),
  );
}

function operationsPage(services: readonly ServiceDeclaration[]): string {
  const parts = services.flatMap(({ offers }) =>
    offers.map(({ operation: { service, name, about, input, output, permission, idempotent, deadlineMs } }) =>
      [
        `## ${service}.${name}`,
        about,
        `Permission ${code(permission)}; ${idempotent ? 'may be repeated' : 'must not be repeated blindly'}; deadline ${deadlineMs} ms.`,
        `Input: ${code(shapeOf(input))}`,
        `Output: ${code(shapeOf(output))}`,
      ].join('\n\n'),
    ),
  );
  return page(
    'Operations',
    'What services offer each other and the gateway.',
    ...(parts.length > 0 ? parts : ['None.']),
  );
}

function eventsPage(services: readonly ServiceDeclaration[]): string {
  const readers = (key: string): string =>
    listed(
      services
        .filter(({ reacts }) => reacts.some(({ event }) => `${event.service}.${event.name}` === key))
        .map(({ name }) => name),
    );
  const rows = services.flatMap(({ publishes }) =>
    publishes.map(({ service, name, about, resource, operations }) => [
      code(`${service}.${name}`),
      about,
      `${code(resource)} ${operations.join(', ')}`,
      readers(`${service}.${name}`),
    ]),
  );
  return page(
    'Events',
    'Read off the version logs; none can be lost, or sent for a write that was rolled back.',
    table(['Event', 'When', 'Log entry', 'Read by'], rows),
  );
}

function permissionsPage(services: readonly ServiceDeclaration[]): string {
  const rows = services.flatMap(({ name, permissions }) =>
    permissions.map((permission) => [code(permission.name), permission.about, name]),
  );
  return page(
    'Permissions',
    'Beside the SMART scopes for FHIR resources.',
    table(['Permission', 'What it allows', 'Service'], rows),
  );
}

const settingRows = ({ settings }: { readonly settings: readonly Setting[] }): string[][] =>
  settings.map(({ name, about, default: value, secret }) => [
    code(name),
    `${about}${secret ? ' (secret)' : ''}`,
    value === undefined || value === '' ? '' : code(value),
  ]);

function settingsPage(services: readonly ServiceDeclaration[], platform: readonly Setting[]): string {
  const heads = ['Variable', 'What it sets', 'Default'];
  const rows = services.flatMap((service) => settingRows(service).map((row) => [...row, service.name]));
  return page(
    'Settings',
    'Environment variables. A wrong value stops the start; an unknown name is reported.',
    table(heads, settingRows({ settings: platform })),
    rows.length === 0 ? '' : `## Of single services\n\n${table([...heads, 'Service'], rows)}`,
  );
}

/** A schema in one line, as TypeScript would write its type. */
export function shapeOf(schema: Schema<unknown>): string {
  const shape: Kind = schema.shape;
  switch (shape.kind) {
    case 'string':
      return shape.oneOf === undefined ? 'text' : shape.oneOf.map((value) => `'${value}'`).join(' | ');
    case 'list':
      return `list of ${shapeOf(shape.of)}`;
    case 'map':
      return `map of ${shapeOf(shape.of)}`;
    case 'object': {
      const fields = Object.entries(shape.fields).map(
        ([name, field]) => `${name}${field.optional ? '?' : ''}: ${shapeOf(field)}`,
      );
      return fields.length === 0 ? '{}' : `{ ${fields.join('; ')} }`;
    }
    default:
      return shape.kind;
  }
}
