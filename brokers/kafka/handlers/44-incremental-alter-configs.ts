/**
 * IncrementalAlterConfigs. Served: 0-1.
 *
 * - Changes single settings of a topic (type 2), of this broker, or of all (type 4): sets them (0), deletes them (1), adds to
 *   a list (2) or takes from it (3). The other settings stay.
 * - Refused: an unknown setting or a bad value (40, of a broker 42), adding to what is no list (40), no value (42), a setting
 *   named twice (42).
 *
 * Version 1 is flexible.
 */
import { listOf } from '../model/config-type.ts'
import { refusal } from '../refusal.ts'
import { incrementalAlterConfigs as message } from '../wire/messages/44-incremental-alter-configs.ts'
import type { RequestOf } from '../wire/schema.ts'
import { alterEach, type Changeable, changeable } from './config-resource.ts'
import { handler, twice } from './handler.ts'

type Change = RequestOf<typeof message>['resources'][number]['configs'][number]

const SET = 0
const DELETE = 1
const APPEND = 2
const SUBTRACT = 3

export const incrementalAlterConfigs = handler(message, { versions: '0-1' }, (call, request) => ({
  responses: alterEach(request.resources, (resource) => {
    if (twice(resource.configs.map(({ name }) => name)).size > 0)
      throw refusal('invalidRequest', 'Error due to duplicate config keys')
    const valueless = resource.configs.find(({ operation, value }) => operation !== DELETE && value === null)
    if (valueless !== undefined)
      throw refusal('invalidRequest', `Null value not supported for : ${valueless.name}`)
    const settings = changeable(call, resource)
    const values = new Map(settings.values)
    for (const change of resource.configs) apply(change, values, settings)
    settings.check(values)
    if (!request.validateOnly) settings.replace(values)
  }),
}))

function apply(change: Change, values: Map<string, string>, settings: Changeable): void {
  const { name, operation } = change
  const value = change.value ?? ''
  switch (operation) {
    case SET:
      return void values.set(name, value)
    case DELETE:
      return void values.delete(name)
    case APPEND:
      return void values.set(name, join([...partsOf(change, settings, 'APPEND'), ...listOf(value)]))
    case SUBTRACT:
      return void values.set(
        name,
        join(partsOf(change, settings, 'SUBTRACT').filter((part) => !listOf(value).includes(part))),
      )
    default:
      throw refusal('unknownServerError', '')
  }
}

const join = (parts: readonly string[]) => [...new Set(parts)].join(',')

/** What the list holds now. */
function partsOf({ name }: Change, settings: Changeable, verb: string): string[] {
  if (settings.isList(name) !== true)
    throw refusal('invalidConfig', `Can't ${verb} to key ${name} because its type is not LIST.`)
  return listOf(settings.current(name))
}
