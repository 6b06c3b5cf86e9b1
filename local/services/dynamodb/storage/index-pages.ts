import db from 'dynalite/db/index.js';
import type { Item, Store, Table } from 'dynalite/db/index.js';

/**
 * A store whose index ranges start behind the entry that a page ended with. dynalite makes the start from the index
 * key alone; entries of ours go on with the key of their item.
 *
 * @param start ExclusiveStartKey of a request that names an index
 */
export function startingAfter(store: Store, table: Table, index: string, start: Item): Store {
  const schema = db.traverseIndexes(table, (_attribute, _type, found) =>
    found.IndexName === index ? found.KeySchema : undefined,
  );
  if (!schema || !hasKeys(start, table, schema)) return store;
  const entry = db.createIndexKey(start, table, schema);
  const whole = `${entry}/${db.createKey(start, table)}`;
  return {
    ...store,
    getIndexDb: (kind, name, indexName) => {
      const sub = store.getIndexDb(kind, name, indexName);
      return {
        ...sub,
        createValueStream: (range) =>
          sub.createValueStream({
            ...range,
            ...(range.gt === entry && { gt: whole }),
            ...(range.lt === entry && { lt: whole }),
          }),
      };
    },
  };
}

/** A malformed start is left for dynalite to refuse. */
function hasKeys(start: Item, table: Table, schema: Table['KeySchema']): boolean {
  return [...table.KeySchema, ...schema].every(({ AttributeName: name }) => {
    const type = table.AttributeDefinitions.find(
      (definition) => definition.AttributeName === name,
    )?.AttributeType;
    return type !== undefined && typeof start[name]?.[type] === 'string';
  });
}
