// What the platform says it can do: the cells are made from it, so that what is declared tomorrow is asked for tomorrow.

export interface DeclaredType {
  readonly type: string;
  readonly searchParam: readonly { readonly name: string; readonly type: string }[];
  readonly searchInclude: readonly string[];
  readonly operation: readonly { readonly name: string }[];
}

export async function declaredTypes(origin: string): Promise<readonly DeclaredType[]> {
  const statement = (await (await fetch(`${origin}/fhir/R4/metadata`)).json()) as {
    rest: [{ resource: readonly DeclaredType[] }];
  };
  return statement.rest[0].resource;
}

/** The declared parameters that are references. */
export const referencesOf = ({ searchParam }: DeclaredType): readonly string[] =>
  searchParam.filter(({ type }) => type === 'reference').map(({ name }) => name);
