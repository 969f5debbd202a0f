// A service's operations as a Protobuf service, made from its declaration when the process starts.
import { create, createFileRegistry, type DescMethodUnary, type DescService } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import type { Schema } from '@polyclinic/kit';
import { messageOf } from './messages.ts';
import { packageOf, pascalCase } from './names.ts';

/** What of an operation its contract is made from. */
export interface Described {
  readonly service: string;
  readonly name: string;
  readonly input: Schema<unknown>;
  readonly output: Schema<unknown>;
}

export interface Contract {
  readonly desc: DescService;
  method(operation: string): DescMethodUnary;
}

export function fileOf(service: string, operations: readonly Described[]): FileDescriptorProto {
  const packageName = packageOf(service);
  return create(FileDescriptorProtoSchema, {
    name: `polyclinic/${service}/v1/${service}.proto`,
    package: packageName,
    syntax: 'proto3',
    messageType: operations.flatMap(({ name, input, output }) => [
      messageOf(`${pascalCase(name)}Request`, `.${packageName}.${pascalCase(name)}Request`, input),
      messageOf(`${pascalCase(name)}Response`, `.${packageName}.${pascalCase(name)}Response`, output),
    ]),
    service: [
      {
        name: pascalCase(service),
        method: operations.map(({ name }) => ({
          name: pascalCase(name),
          inputType: `.${packageName}.${pascalCase(name)}Request`,
          outputType: `.${packageName}.${pascalCase(name)}Response`,
        })),
      },
    ],
  });
}

export function contractOf(service: string, operations: readonly Described[]): Contract {
  const registry = createFileRegistry(fileOf(service, operations), () => undefined);
  const desc = registry.getService(`${packageOf(service)}.${pascalCase(service)}`);
  if (desc === undefined) throw new Error(`the contract of ${service} has no service`);
  const methods = new Map(desc.methods.map((method) => [method.name, method]));
  return {
    desc,
    method: (operation) => {
      const method = methods.get(pascalCase(operation));
      if (method?.methodKind !== 'unary') throw new Error(`${service} has no operation ${operation}`);
      return method as DescMethodUnary;
    },
  };
}
