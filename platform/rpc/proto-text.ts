// A service's contract as .proto text, for people and for programs in other languages.

import type { DescriptorProto } from '@bufbuild/protobuf/wkt';
import { FieldDescriptorProto_Label as Label, FieldDescriptorProto_Type as Type } from '@bufbuild/protobuf/wkt';
import type { Schema, ServiceDeclaration } from '@polyclinic/kit';
import { fileOf } from './contract.ts';
import { fieldsOf } from './messages.ts';
import { pascalCase } from './names.ts';

type Field = DescriptorProto['field'][number];

const SCALAR_NAMES: Partial<Record<Type, string>> = {
  [Type.STRING]: 'string',
  [Type.INT64]: 'int64',
  [Type.DOUBLE]: 'double',
  [Type.BOOL]: 'bool',
  [Type.BYTES]: 'bytes',
};

/** The text of the service's `contract.proto`: always the same for the same declaration. */
export function protoText(service: ServiceDeclaration): string {
  const operations = service.offers.map(({ operation }) => operation);
  const file = fileOf(service.name, operations);
  const schemas = operations.flatMap(({ input, output }) => [input, output]);
  const lines = [
    `// ${service.purpose}`,
    '// Written from the declaration in service.ts; change it there.',
    'syntax = "proto3";',
    '',
    `package ${file.package};`,
    '',
    `service ${pascalCase(service.name)} {`,
    ...operations.flatMap((operation) => [
      ...comment(operation.about, '  '),
      `  rpc ${pascalCase(operation.name)}(${pascalCase(operation.name)}Request) returns (${pascalCase(operation.name)}Response);`,
    ]),
    '}',
    ...file.messageType.flatMap((message, index) => ['', ...messageLines(message, schemas[index]!, '')]),
  ];
  return `${lines.join('\n')}\n`;
}

function messageLines(message: DescriptorProto, schema: Schema<unknown>, indent: string): string[] {
  const fields = fieldsOf(schema);
  const lines = [`${indent}message ${message.name} {`];
  for (const nested of message.nestedType)
    if (nested.options?.mapEntry !== true) {
      const [, of] = fields.find(([name]) => pascalCase(name) === nested.name)!;
      lines.push(...messageLines(nested, innerOf(of), `${indent}  `));
    }
  message.field.forEach((field, index) => {
    const [, of] = fields[index]!;
    lines.push(...comment(aboutOf(of), `${indent}  `));
    lines.push(`${indent}  ${typeOf(field, message)} ${field.name} = ${field.number};`);
  });
  return [...lines, `${indent}}`];
}

// The schema of a nested message: the object itself, the items of a list, or a list that can be absent.
function innerOf(schema: Schema<unknown>): Schema<unknown> {
  const { shape } = schema;
  if (!schema.optional && (shape.kind === 'list' || shape.kind === 'map')) return { ...shape.of, optional: false };
  return { ...schema, optional: false };
}

function typeOf(field: Field, message: DescriptorProto): string {
  const entry = message.nestedType.find(
    (nested) => nested.options?.mapEntry === true && field.typeName.endsWith(`.${nested.name}`),
  );
  if (entry !== undefined) return `map<string, ${plainType(entry.field[1]!)}>`;
  if (field.label === Label.REPEATED) return `repeated ${plainType(field)}`;
  return field.proto3Optional ? `optional ${plainType(field)}` : plainType(field);
}

const plainType = (field: Field): string => SCALAR_NAMES[field.type] ?? field.typeName.split('.').at(-1)!;

function aboutOf({ about, shape }: Schema<unknown>): string {
  const choices = shape.kind === 'string' && shape.oneOf ? `one of ${shape.oneOf.join(', ')}` : '';
  return [about, choices].filter((part) => part !== '').join('; ');
}

const comment = (about: string, indent: string): string[] => (about === '' ? [] : [`${indent}// ${about}`]);
