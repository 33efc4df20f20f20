/** The process of one judge: takes some subjects after others from its parent, and ends with the channel to it. */
import { loadCourse } from '../course.ts'
import { Judge } from '../runner/judge.ts'
import { isLesson } from '../study/lessons.ts'
import type { Judged, JudgeSettings, JudgeThese } from './judges.ts'

const { lang, seed } = JSON.parse(process.env.MQ_JUDGE ?? '{}') as JudgeSettings
const judge = new Judge({
  engine: 'embedded',
  lang,
  sharesWorker: true,
  ...(seed === undefined ? {} : { seed }),
})

process.on('message', async (asked: JudgeThese) => process.send?.(await judged(asked)))
process.on('disconnect', async () => {
  await judge.close()
  process.exit(0)
})

async function judged({ taskId, trials, types }: JudgeThese): Promise<Judged> {
  try {
    const { tasks } = await loadCourse()
    const task = tasks.find(({ id }) => id === taskId)
    if (task === undefined) throw new Error(`there is no task ${taskId}`)
    const judgements = await judge.judgeTogether({
      task,
      types,
      trials: trials.map(({ subject, items }) => ({
        subject,
        // A lesson's experiments hold whoever writes the notes: once is enough.
        withoutExperiments: isLesson(task) && subject.kind !== 'reference',
        ...(items === undefined ? {} : { items }),
      })),
    })
    return { judgements }
  } catch (error) {
    return { trouble: error instanceof Error ? error.message : String(error) }
  }
}
