// Values of a declared shape to messages and back.
import { create, type DescField, type DescMessage, type Message } from '@bufbuild/protobuf';
import type { Schema } from '@polyclinic/kit';
import { fieldsOf } from './messages.ts';

type Fields = Record<string, unknown>;

/** The value as a message. It must have been checked against the schema. */
export function toMessage(desc: DescMessage, schema: Schema<unknown>, value: unknown): Message {
  const message = create(desc) as Message & Fields;
  const isObject = schema.shape.kind === 'object' && !schema.optional;
  fieldsOf(schema).forEach(([name, field], index) => {
    const given = isObject ? (value as Fields)[name] : value;
    if (given !== undefined) message[desc.fields[index]!.localName] = toField(desc.fields[index]!, field, given);
  });
  return message;
}

/** What the message says, yet to be checked against the schema. */
export function fromMessage(desc: DescMessage, schema: Schema<unknown>, message: Message): unknown {
  const isObject = schema.shape.kind === 'object' && !schema.optional;
  const value: Fields = {};
  fieldsOf(schema).forEach(([name, field], index) => {
    const found = (message as Message & Fields)[desc.fields[index]!.localName];
    if (found !== undefined) value[name] = fromField(desc.fields[index]!, field, found);
  });
  return isObject ? value : value['value'];
}

function toField(field: DescField, schema: Schema<unknown>, value: unknown): unknown {
  const { shape } = schema;
  if (field.fieldKind === 'list' && shape.kind === 'list')
    return (value as unknown[]).map((item) => toElement(messageIn(field), shape.of, item));
  if (field.fieldKind === 'map' && shape.kind === 'map')
    return Object.fromEntries(
      Object.entries(value as Fields).map(([key, item]) => [key, toElement(messageIn(field), shape.of, item)]),
    );
  return toElement(messageIn(field), schema, value);
}

function fromField(field: DescField, schema: Schema<unknown>, value: unknown): unknown {
  const { shape } = schema;
  if (field.fieldKind === 'list' && shape.kind === 'list')
    return (value as unknown[]).map((item) => fromElement(messageIn(field), shape.of, item));
  if (field.fieldKind === 'map' && shape.kind === 'map')
    return Object.fromEntries(
      Object.entries(value as Fields).map(([key, item]) => [key, fromElement(messageIn(field), shape.of, item)]),
    );
  return fromElement(messageIn(field), schema, value);
}

const messageIn = (field: DescField): DescMessage | undefined => field.message;

function toElement(desc: DescMessage | undefined, schema: Schema<unknown>, value: unknown): unknown {
  if (desc !== undefined) return toMessage(desc, present(schema), value);
  return schema.shape.kind === 'integer' ? BigInt(value as number) : value;
}

function fromElement(desc: DescMessage | undefined, schema: Schema<unknown>, value: unknown): unknown {
  if (desc !== undefined) return fromMessage(desc, present(schema), value as Message);
  return schema.shape.kind === 'integer' ? Number(value) : value;
}

// Absence is told by the field itself, so what is inside is there.
const present = (schema: Schema<unknown>): Schema<unknown> => ({ ...schema, optional: false });
