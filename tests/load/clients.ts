/**
 * Tabs of many classes, as the relay sees them, in a process of their own: some sit in their rooms, others come, say a
 * word to somebody and go. Told what to do by one JSON line on stdin, and to begin by a second one; answers with two.
 */
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { CLASS_SIZE, type ClientsDone, type ClientsOrder } from './orders.ts';

/** Sockets being opened at once, so that the relay's backlog is not what is measured. */
const OPENING_MAX = 64;
/** A visitor's stay. */
const STAY_MS = 1_000;
/** Visitors who are not in yet. More are not sent: they count as missed. */
const WAITING_MAX = 1_000;
const TICK_MS = 10;
/** After the last visitor was sent. */
const LAST_ANSWERS_MS = 3_000;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const nextLine = async () => JSON.parse((await lines.next()).value as string) as unknown;

const order = (await nextLine()) as ClientsOrder;
const done: ClientsDone = { sent: 0, missed: 0, failed: 0, lost: 0, joinMs: [], signalMs: [] };
let isOver = false;

/** Comparable between processes. */
const nowMs = () => performance.timeOrigin + performance.now();
const roomOf = (place: number) =>
  order.salt +
  Math.floor(place / CLASS_SIZE)
    .toString(16)
    .padStart(8, '0');
/** Each class has an address of its own, as if behind its school's. */
function addressOf(place: number): string {
  const number = Math.floor(place / CLASS_SIZE);
  return `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
}

/** @returns the socket once it is in its room */
function enter(place: number): Promise<{ readonly socket: WebSocket; readonly others: readonly string[] }> {
  const headers = { 'X-Forwarded-For': addressOf(place) };
  const socket = new WebSocket(order.url, { headers, perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`closed: ${code}`)));
    socket.on('open', () => socket.send(JSON.stringify({ type: 'join', room: roomOf(place), presence: 'AAAA' })));
    socket.on('message', (data: Buffer) => {
      const frame = data.toString();
      // Most frames say who came and went: not parsed, since the clients are not what is measured.
      if (frame.startsWith('{"type":"signal"')) {
        const { payload } = JSON.parse(frame) as { readonly payload: string };
        done.signalMs.push(nowMs() - Number(Buffer.from(payload, 'base64url').toString()));
      } else if (frame.startsWith('{"type":"joined"')) {
        const { members } = JSON.parse(frame) as { readonly members: readonly { readonly id: string }[] };
        resolve({ socket, others: members.map(({ id }) => id) });
      }
    });
  });
}

async function openIdle(): Promise<void> {
  let next = order.firstPlace;
  const end = order.firstPlace + order.places;
  const worker = async () => {
    while (next < end) {
      const { socket } = await enter(next++);
      socket.on('close', () => (done.lost += isOver ? 0 : 1));
    }
  };
  await Promise.all(Array.from({ length: OPENING_MAX }, worker));
}

async function visit(): Promise<void> {
  const place = order.firstPlace + Math.floor(Math.random() * order.places);
  const startedAtMs = nowMs();
  const { socket, others } = await enter(place);
  done.joinMs.push(nowMs() - startedAtMs);
  const to = others[Math.floor(Math.random() * others.length)];
  const payload = Buffer.from(String(nowMs())).toString('base64url');
  if (to !== undefined) socket.send(JSON.stringify({ type: 'signal', to, payload }));
  setTimeout(() => socket.close(), STAY_MS);
}

/** At a steady pace whether or not the relay keeps up: waiting for its answers would flatter it. */
async function sendVisitors(): Promise<void> {
  const startedAtMs = performance.now();
  let waiting = 0;
  for (let elapsedMs = 0; elapsedMs < order.seconds * 1000; elapsedMs = performance.now() - startedAtMs) {
    const due = Math.floor((elapsedMs * order.joinsPerS) / 1000);
    for (; done.sent + done.missed < due;) {
      if (waiting >= WAITING_MAX) done.missed++;
      else {
        done.sent++;
        waiting++;
        visit()
          .catch(() => done.failed++)
          .finally(() => waiting--);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
}

await openIdle();
process.stdout.write(`${JSON.stringify({ open: order.places })}\n`);
await nextLine();
await sendVisitors();
await new Promise((resolve) => setTimeout(resolve, LAST_ANSWERS_MS));
isOver = true;
process.stdout.write(`${JSON.stringify(done)}\n`, () => process.exit(0));
