/**
 * AlterConfigs. Served: 0-2.
 *
 * - Replaces all settings of a topic (type 2), of this broker, or of all (type 4): what is not named goes back to its default.
 * - An unknown setting or a bad value is refused with 40, of a broker with 42; nothing of that resource is changed then.
 *
 * Version 2 is flexible.
 */
import { refusal } from '../refusal.ts'
import { alterConfigs as message } from '../wire/messages/33-alter-configs.ts'
import { alterEach, changeable } from './config-resource.ts'
import { handler } from './handler.ts'

export const alterConfigs = handler(message, { versions: '0-2' }, (call, request) => ({
  responses: alterEach(request.resources, (resource) => {
    const settings = changeable(call, resource)
    const values = new Map<string, string>()
    for (const { name, value } of resource.configs) {
      if (value === null) throw refusal('invalidRequest', `Null value not supported for : ${name}`)
      values.set(name, value)
    }
    settings.check(values)
    if (!request.validateOnly) settings.replace(values)
  }),
}))
