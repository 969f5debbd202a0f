// Protobuf messages out of declared shapes, at run time: no code generation, and the contract stands in one place.
// Field numbers follow the order of declaration, so fields are only ever added at the end.
// https://protobuf.dev/programming-guides/proto3/
import { create } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import type { Schema } from '@polyclinic/kit';
import { pascalCase, snakeCase } from './names.ts';

/** The single field of a message that stands for a value which is no object of its own. */
export const VALUE_FIELD = 'value';

type Scalar = 'string' | 'integer' | 'number' | 'boolean' | 'bytes';
const SCALARS: Readonly<Record<Scalar, Type>> = {
  string: Type.STRING,
  // Whole numbers up to 2^53; every language reads int64.
  integer: Type.INT64,
  number: Type.DOUBLE,
  boolean: Type.BOOL,
  bytes: Type.BYTES,
};

/** The fields of the message that carries values of this shape: an object's own, or one called `value`. */
export function fieldsOf(schema: Schema<unknown>): readonly (readonly [string, Schema<unknown>])[] {
  return schema.shape.kind === 'object' && !schema.optional
    ? Object.entries(schema.shape.fields)
    : [[VALUE_FIELD, schema]];
}

/** `path` is the full name of the message with a leading dot, as nested types are referred to by it. */
export function messageOf(name: string, path: string, schema: Schema<unknown>): DescriptorProto {
  const message = create(DescriptorProtoSchema, { name });
  fieldsOf(schema).forEach(([field, shape], index) => {
    addField(message, path, field, index + 1, shape);
  });
  return message;
}

function addField(message: DescriptorProto, path: string, name: string, number: number, schema: Schema<unknown>): void {
  const { shape } = schema;
  const field = { name: snakeCase(name), number, label: Label.OPTIONAL };
  if (shape.kind === 'list' && !schema.optional) {
    const element = elementOf(message, path, name, shape.of);
    add(message, { ...field, label: Label.REPEATED, ...element });
  } else if (shape.kind === 'map' && !schema.optional) {
    const entry = `${pascalCase(name)}Entry`;
    const value = elementOf(message, path, name, shape.of);
    message.nestedType.push(
      create(DescriptorProtoSchema, {
        name: entry,
        options: { mapEntry: true },
        field: [
          { name: 'key', number: 1, label: Label.OPTIONAL, type: Type.STRING },
          { name: 'value', number: 2, label: Label.OPTIONAL, ...value },
        ],
      }),
    );
    add(message, { ...field, label: Label.REPEATED, type: Type.MESSAGE, typeName: `${path}.${entry}` });
  } else {
    const element = elementOf(message, path, name, schema);
    if (!schema.optional || element.type === Type.MESSAGE) add(message, { ...field, ...element });
    else {
      // proto3 knows "absent" for a scalar only through a one-field oneof.
      message.oneofDecl.push({ $typeName: 'google.protobuf.OneofDescriptorProto', name: `_${field.name}` });
      add(message, { ...field, ...element, proto3Optional: true, oneofIndex: message.oneofDecl.length - 1 });
    }
  }
}

interface Element {
  readonly type: Type;
  readonly typeName?: string;
}

/** A single value: a scalar, or a nested message for objects and for lists and maps that can't stand alone. */
function elementOf(message: DescriptorProto, path: string, name: string, schema: Schema<unknown>): Element {
  const { kind } = schema.shape;
  if (kind !== 'object' && kind !== 'list' && kind !== 'map') return { type: SCALARS[kind] };
  const nested = pascalCase(name);
  const inner = { ...schema, optional: false };
  message.nestedType.push(messageOf(nested, `${path}.${nested}`, inner));
  return { type: Type.MESSAGE, typeName: `${path}.${nested}` };
}

function add(message: DescriptorProto, field: Omit<Partial<DescriptorProto['field'][number]>, '$typeName'>): void {
  message.field.push(...create(DescriptorProtoSchema, { field: [field] }).field);
}
