/** What one can do to a live run: to all of it, to one process, to one connection. Each breaking has its mending beside it. */
import type { Text } from '#lab/verdict'
import type { RunCommand } from '#lab/verdict/events'
import { keyButton } from '../frame.ts'
import { type Html, html } from '../html.ts'
import type { Reader } from '../reader.ts'
import { frameTexts } from '../texts/frame.ts'
import { liveTexts } from '../texts/live.ts'
import type { Connection } from './connections.ts'
import type { Process } from './processes.ts'

/** Buttons of the whole run; `#clients` is filled while it goes on. */
export function handsOf(reader: Reader): Html {
  const { say } = reader
  const button = (label: Text, key: string, command: RunCommand): Html =>
    keyButton(say(label), { key, type: 'button', command: JSON.stringify(command) })
  return html`<section aria-label="${say(liveTexts.faults)}" class="hands" id="hands">
<h2>${say(liveTexts.run)}</h2><div>${button(liveTexts.pause, 'p', { command: 'pause' })}${button(liveTexts.resume, 'g', { command: 'resume' })}${button(liveTexts.step, 'n', { command: 'step' })}<button type="button" id="live-stop" data-key="q" aria-keyshortcuts="q">${say(frameTexts.stop)} <kbd>q</kbd></button></div>
<h2>${say(liveTexts.faults)}</h2><div>${button(liveTexts.cut, 'x', { command: 'fault', fault: 'cut' })}</div>
<div>${button(liveTexts.hold, 'h', { command: 'fault', fault: 'hold' })}${button(liveTexts.release, 'r', { command: 'fault', fault: 'release' })}</div>
<div>${button(liveTexts.killBroker, 'k', { command: 'fault', fault: 'kill-broker' })}${button(liveTexts.restartBroker, 'u', { command: 'fault', fault: 'restart-broker' })}</div>
<div>${button(liveTexts.killSubject, 'j', { command: 'fault', fault: 'kill-subject' })}</div>
<div id="clients" data-key="f" data-key-focus="button" aria-label="${say(liveTexts.oneByOne)}" role="group">${clientsPart([], [], reader)}</div>
<h2>${say(liveTexts.time)}</h2><div>${button(liveTexts.second, '+', { command: 'elapse', ms: 1000 })}${button(liveTexts.minute, 'm', { command: 'elapse', ms: 60_000 })}${button(liveTexts.hour, 'H', { command: 'elapse', ms: 3_600_000 })}</div>
<p class="quiet">${say(liveTexts.timeNote)}</p></section>`
}

/** Each process and each connection with what can be done to it alone. */
export function clientsPart(
  processes: readonly Process[],
  connections: readonly Connection[],
  reader: Reader,
): Html {
  const { say } = reader
  return html`<h2>${say(liveTexts.oneByOne)} <kbd>f</kbd></h2>${
    processes.length + connections.length === 0
      ? html`<p class="quiet">${say(liveTexts.nobodyRuns)}</p>`
      : html`<ul class="clients">${processes.map((process) => processLine(process, reader))}${connections.map((connection) => connectionLine(connection, reader))}</ul>`
  }`
}

function processLine({ pid, name, isFrozen }: Process, { say }: Reader): Html {
  const title = html`<span class="client"><code>${name}</code> <span class="quiet">pid ${pid}${isFrozen ? html` · <strong>${say(liveTexts.frozen)}</strong>` : ''}</span></span>`
  const [sign, words, action] = isFrozen
    ? (['▶', say(liveTexts.thaw), 'thaw'] as const)
    : (['❚❚', say(liveTexts.freeze), 'freeze'] as const)
  // One id for both: whoever pressed one of them goes on at the other.
  const turn = clientButton(`turn-${pid}`, sign, words, {
    name,
    command: { command: 'subject', pid, action },
  })
  const kill = clientButton(`kill-${pid}`, '✕', say(liveTexts.kill), {
    name,
    command: { command: 'subject', pid, action: 'kill' },
  })
  return html`<li>${title}${turn}${kill}</li>`
}

function connectionLine({ number, lane, uses }: Connection, { say }: Reader): Html {
  const name = `${lane} ${number}`
  const cut = clientButton(`cut-${number}`, '✂', say(liveTexts.cutOne), {
    name,
    command: { command: 'cut', connection: number },
  })
  return html`<li><span class="client"><code>${name}</code> <span class="quiet">${uses.join(', ')}</span></span>${cut}</li>`
}

function clientButton(
  id: string,
  sign: string,
  words: string,
  { name, command }: { readonly name: string; readonly command: RunCommand },
): Html {
  return html`<button type="button" id="${id}" aria-label="${words} ${name}" data-command="${JSON.stringify(command)}"><span aria-hidden="true">${sign}</span> ${words}</button>`
}
