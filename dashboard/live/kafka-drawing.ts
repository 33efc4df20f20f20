/** Kafka as a page shows it: topics as bars from the log's start to its end, who reads them how far, and who owns what. */
import type { Language, Text } from '#lab/verdict'
import { formatNumber } from '#lab/verdict/language'
import type { KafkaPicture } from '#lab/verdict/picture'
import { type Html, html } from '../html.ts'
import { liveTexts } from '../texts/live.ts'

type Topic = KafkaPicture['topics'][number]
type Partition = Topic['partitions'][number]
type Group = KafkaPicture['groups'][number]

/** Of the drawing; on the page it is as wide as there is room for. */
const barWidth = 300
/** So many groups differ in colour. */
const looks = 6

export function drawKafka(picture: KafkaPicture, lang: Language): Html {
  const { topics, groups, nodes } = picture
  const say = (words: Text): string => words[lang]
  return html`<div class="kafka">${topics.map((topic) => topicPart(topic, picture, lang))}
${groups.length === 0 ? '' : html`<div class="groups">${groups.map((group, order) => groupPart(group, order, picture, lang))}</div>`}
<p class="quiet">${say(liveTexts.nodes(nodes.length))}: ${nodes.join(', ')} · ■ ${say(liveTexts.inSync)} · □ ${say(liveTexts.outOfSync)}</p></div>`
}

function topicPart({ name, partitions }: Topic, { topics, groups }: KafkaPicture, lang: Language): Html {
  const say = (words: Text): string => words[lang]
  const longest = Math.max(1, ...topics.flatMap((each) => each.partitions.map(endOf)))
  const heads = [liveTexts.partition, liveTexts.leader, liveTexts.isr, liveTexts.log]
  return html`<section aria-label="${say(liveTexts.topic)} ${name}"><h3><span class="quiet">${say(liveTexts.topic)}</span> ${name}</h3><table><thead><tr>${heads.map((head) => html`<th scope="col">${say(head)}</th>`)}${groups.map(({ id }, order) => html`<th scope="col"><span class="sign s${order % looks}" aria-hidden="true"></span> ${id}: ${say(liveTexts.committed)}, ${say(liveTexts.lag)}</th><th scope="col">${say(liveTexts.owner)}</th>`)}</tr></thead><tbody>${partitions.map(
    (partition) => {
      const { index, leader, replicas, isr } = partition
      return html`<tr><th scope="row">${index}</th><td class="number">${leader < 0 ? html`<strong class="failed">${say(liveTexts.noLeader)}</strong>` : leader}</td><td class="isr">${replicas.map((node) => html`<span${isr.includes(node) ? '' : html` class="behind"`} title="${node}: ${say(isr.includes(node) ? liveTexts.inSync : liveTexts.outOfSync)}">${isr.includes(node) ? '■' : '□'}${node}</span> `)}</td><td class="offsets">${barOf(name, partition, { groups, longest, lang })}</td>${groups.map((group) => groupCells(name, partition, group, lang))}</tr>`
    },
  )}</tbody></table></section>`
}

/** What consumers may read, what only the leader has, and a mark where each group is. */
function barOf(
  topic: string,
  partition: Partition,
  { groups, longest, lang }: { groups: readonly Group[]; longest: number; lang: Language },
): Html {
  const { start, highWatermark } = partition
  const end = endOf(partition)
  const at = (offset: number): number => Math.round((Math.max(0, offset) / longest) * barWidth)
  const offsets = liveTexts.offsets(
    formatNumber(start, lang),
    formatNumber(highWatermark, lang),
    end > highWatermark ? formatNumber(end, lang) : undefined,
  )[lang]
  const marks = groups.map((group, order) => {
    const offset = committedBy(group, topic, partition.index)
    return offset === undefined
      ? ''
      : html`<path class="commit s${order % looks}" d="M${at(offset) + 1} 0V20"><title>${group.id}: ${formatNumber(offset, lang)}</title></path>`
  })
  return html`<svg viewBox="0 0 ${barWidth + 4} 20" preserveAspectRatio="none" height="20" role="img" aria-label="${offsets}"><rect class="room" x="0" y="4" width="${barWidth}" height="12"/><rect class="log" x="${at(start)}" y="4" width="${Math.max(1, at(highWatermark) - at(start))}" height="12"/>${end > highWatermark ? html`<rect class="ahead" x="${at(highWatermark)}" y="4" width="${Math.max(3, at(end) - at(highWatermark))}" height="12"/>` : ''}${marks}</svg><span class="number">${offsets}</span>`
}

function groupCells(
  topic: string,
  { index, start, highWatermark }: Partition,
  group: Group,
  lang: Language,
): Html {
  const offset = committedBy(group, topic, index)
  const lag = Math.max(0, highWatermark - (offset ?? start))
  const owners = ownersOf(group, topic, index)
  return html`<td class="number">${offset === undefined ? '–' : formatNumber(offset, lang)} · ${lag === 0 ? '0' : html`<strong>${formatNumber(lag, lang)}</strong>`}</td><td>${owners.length === 0 ? html`<span class="quiet">${liveTexts.nobody[lang]}</span>` : owners.map((name) => html`<code>${name}</code> `)}</td>`
}

function groupPart(group: Group, order: number, { topics }: KafkaPicture, lang: Language): Html {
  const say = (words: Text): string => words[lang]
  const { id, state, members, committed } = group
  // A group has to do with the topics that it has committed or been assigned.
  const read = new Set([
    ...committed.map(({ topic }) => topic),
    ...members.flatMap(({ partitions }) => partitions.map(({ topic }) => topic)),
  ])
  const unowned = topics
    .filter(({ name }) => read.has(name))
    .flatMap(({ name, partitions }) =>
      partitions
        .filter(({ index }) => ownersOf(group, name, index).length === 0)
        .map(({ index }) => `${name}/${index}`),
    )
  return html`<section class="group" aria-label="${say(liveTexts.group)} ${id}"><h3><span class="sign s${order % looks}" aria-hidden="true"></span> <span class="quiet">${say(liveTexts.group)}</span> ${id} <span class="quiet">${state}</span></h3><ul>${members.map(({ name, partitions }) => html`<li><code>${name}</code> ${partitions.length === 0 ? html`<span class="quiet">${say(liveTexts.ownsNothing)}</span>` : partitions.map(({ topic, partition }) => html`<span class="chip">${topic}/${partition}</span> `)}</li>`)}${members.length === 0 ? html`<li class="quiet">${say(liveTexts.noMembers)}</li>` : ''}${unowned.length === 0 ? '' : html`<li><span class="quiet">${say(liveTexts.nobody)}</span> ${unowned.map((name) => html`<span class="chip free">${name}</span> `)}</li>`}</ul></section>`
}

/** More than one only while the group rebalances. */
function ownersOf({ members }: Group, topic: string, partition: number): string[] {
  return members
    .filter(({ partitions }) =>
      partitions.some((each) => each.topic === topic && each.partition === partition),
    )
    .map(({ name }) => name)
}

function committedBy({ committed }: Group, topic: string, partition: number): number | undefined {
  return committed.find((each) => each.topic === topic && each.partition === partition)?.offset
}

function endOf({ highWatermark, end }: Partition): number {
  return Math.max(highWatermark, end ?? 0)
}
