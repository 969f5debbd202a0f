// Puts a new service on the two lists of the server: who works here, and their names.

/** `server/roster.ts` with the service in it; the formatter puts the import in its place. */
export function enrolled(roster: string, name: string): string {
  const lastImport = roster.lastIndexOf('\nimport ');
  const at = roster.indexOf('\n', lastImport + 1) + 1;
  return listed(
    `${roster.slice(0, at)}import { ${name} } from '@polyclinic/${name}/service.ts';\n${roster.slice(at)}`,
    name,
  );
}

/** `server/service-names.ts` with the name in it. */
export const named = (names: string, name: string): string => listed(names, `'${name}'`);

function listed(text: string, entry: string): string {
  const end = text.lastIndexOf('\n];');
  if (end < 0) throw new Error('The list of services in server/ was not found.');
  return `${text.slice(0, end)}\n  ${entry},${text.slice(end)}`;
}
