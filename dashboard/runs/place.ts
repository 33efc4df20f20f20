/** The place on a page where a check that goes on tells itself, line by line. */
import type { Dashboard } from '../dashboard.ts'
import { type Html, html } from '../html.ts'
import type { Reader } from '../reader.ts'
import { frameTexts } from '../texts/frame.ts'
import { taskTexts } from '../texts/task.ts'

/** @param task whose checks are told; left out, anybody's */
export function checkPlace({ runs }: Dashboard, { say }: Reader, task?: string): Html {
  const running = runs.running('check')
  const isOurs = running !== undefined && (task === undefined || running.request.task === task)
  return html`<div id="run" data-run="${isOurs ? running.id : ''}" data-of="${task ?? ''}" hidden><div class="run-head"><span class="run-state" role="status"></span> <button type="button" id="run-stop" data-key="x" aria-keyshortcuts="x">${say(frameTexts.stop)} <kbd>x</kbd></button></div><ol class="run-lines" tabindex="0" aria-label="${say(taskTexts.output)}"></ol></div>`
}
