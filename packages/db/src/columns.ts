import { type IdPrefix, typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { customType } from "drizzle-orm/pg-core";

/** A `uuid` column that is a TypeID (`crew_01j…`) in the code. */
export function typeId<P extends IdPrefix>(prefix: P, name: string) {
  return customType<{ data: string; driverData: string }>({
    dataType: () => "uuid",
    toDriver: (id) => uuidFromTypeId(id),
    fromDriver: (uuid) => typeIdFromUuid(prefix, uuid),
  })(name);
}

/** A `timestamptz` column that is an ISO 8601 string in UTC with milliseconds in the code. */
export function instant(name: string) {
  return customType<{ data: string; driverData: string | Date }>({
    dataType: () => "timestamptz",
    fromDriver: (value) => new Date(value).toISOString(),
  })(name);
}

export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** What a text is found by. */
export const searchWords = customType<{ data: string }>({ dataType: () => "tsvector" });
