/** Prints the states of saga.ts as a Mermaid drawing, to be put into SAGA.md: `node designs/04-payment-saga/draw.ts`. */
import { saga } from './saga.ts'

const { states, transitions } = saga
const ends = Object.keys(states).filter((state) => states[state] !== 'open')

const arrows = transitions.map(
  ({ from, on, to, asks }) => `  ${from} --> ${to}: ${on}${asks === undefined ? '' : ` / ${asks}`}`,
)
console.log(
  [
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> new',
    ...arrows,
    ...ends.map((end) => `  ${end} --> [*]`),
    '```',
  ].join('\n'),
)
