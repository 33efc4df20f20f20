/** The groups of a cluster: made when first named, gone when nothing keeps them. */
import { refusal } from '../../refusal.ts'
import { Group, type GroupContext } from './group.ts'

export interface GroupsContext extends GroupContext {
  /** Told of a group that is no more. */
  onGone(group: Group): void
}

export class Groups {
  readonly #groups = new Map<string, Group>()
  readonly #context: GroupsContext
  /** By the id of a group that is not there yet: with how many members its first rebalance ends, or after which delay. */
  readonly #gatherings = new Map<string, readonly [members: number, delayMs: number]>()

  constructor(context: GroupsContext) {
    this.#context = context
    this.#expireLater()
  }

  get(id: string): Group | undefined {
    return this.#groups.get(id)
  }

  values(): Iterable<Group> {
    return this.#groups.values()
  }

  /** The group, made if need be. The empty id is a name like another here: old clients commit without one. */
  obtain(id: string): Group {
    let group = this.#groups.get(id)
    if (group === undefined) {
      group = new Group(id, this.#context)
      this.#groups.set(id, group)
      const gathering = this.#gatherings.get(id)
      if (gathering !== undefined) group.gather(...gathering)
      this.#gatherings.delete(id)
    }
    return group
  }

  /** Of a group that is not there yet. */
  gather(id: string, members: number, delayMs: number): void {
    this.#gatherings.set(id, [members, delayMs])
  }

  /** @throws Refusal for a group that is unknown or has members */
  delete(id: string): void {
    const group = this.#groups.get(id)
    if (group === undefined) throw refusal('groupIdNotFound', `Group ${id} not found.`)
    if (group.state !== 'Empty') throw refusal('nonEmptyGroup', 'The group is not empty.')
    this.#remove(group)
  }

  /** Removes groups, with members or without. */
  removeAll(isMeant: (id: string) => boolean): void {
    for (const group of [...this.#groups.values()]) if (isMeant(group.id)) this.#remove(group)
    for (const id of [...this.#gatherings.keys()]) if (isMeant(id)) this.#gatherings.delete(id)
  }

  /** What was committed for a topic goes with it. */
  forgetTopic(topic: string): void {
    for (const group of this.#groups.values()) group.offsets.forgetTopic(topic)
  }

  close(): void {
    for (const group of this.#groups.values()) group.close()
  }

  /** On the clock of records, which can be moved. */
  #expireLater(): void {
    const { recordClock, settings } = this.#context
    recordClock.at(recordClock.now() + settings.offsetsCheckMs, () => {
      for (const group of [...this.#groups.values()]) {
        if (group.expireOffsets(settings.offsetsRetentionMinutes * 60_000)) this.#remove(group)
      }
      this.#expireLater()
    })
  }

  #remove(group: Group): void {
    group.close()
    group.offsets.forgetAll()
    this.#groups.delete(group.id)
    this.#context.onGone(group)
  }
}
