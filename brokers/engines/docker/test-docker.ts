/**
 * `npm run test:real docker`: the contract of engines over containers from the images of docker-compose.yml. Where there is no
 * Docker, or no image, that is said in a line and counted as skipped: not passed.
 */
import { runRealTests } from '../local/real-tests.ts'
import { dockerRuntime, pullImage } from './containers.ts'
import { imagesOfCompose } from './images.ts'

async function whyNot(): Promise<string | undefined> {
  try {
    await dockerRuntime()
    const { rabbitmq, kafka } = imagesOfCompose()
    for (const image of [rabbitmq, kafka]) await pullImage(image, (line) => console.log(line))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const why = await whyNot()
if (why !== undefined) {
  console.log(`not run here because ${why}`)
  console.log('\n0 passed, 0 failed, 1 skipped')
} else {
  const url = new URL('./docker.real.test.ts', import.meta.url)
  const { passed, failed } = await runRealTests(url)
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}
