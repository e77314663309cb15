/** Shapes shared by the browser modules. Types alone: this file never reaches a browser. Times ending in `At` and `Ms` are milliseconds. */

import type { ChatError } from "./wire.js";

export type Via = "websocket" | "longpoll" | "poll";

export interface Author {
  id: number;
  name: string;
}

export interface Message {
  /** Its place in the room. */
  seq: number;
  /** The number of its last change. */
  version: number;
  kind: "text" | "system";
  author: Author;
  body: string;
  key: string;
  /** The `seq` of the quoted message. */
  reply_to: number | null;
  created_at: string;
  edited_at: string | null;
  deleted: boolean;
}

export interface Sanction {
  /** Null when it does not end by itself. */
  until: string | null;
  reason: string;
}

/** A person of a room. */
export interface Member extends Author {
  guest: boolean;
  /** Null for who has left. */
  role: "owner" | "moderator" | "member" | null;
  muted: Sanction | null;
  banned: Sanction | null;
  /** What this page's person may do to them. */
  may: ("mute" | "ban" | "remove" | "role")[];
}

export interface Announcement {
  id: number;
  text: string;
  /** Null: until somebody ends it. */
  until: string | null;
}

export interface Room {
  slug: string;
  name: string;
  topic: string;
  kind: "public" | "private";
  state: "open" | "read_only" | "archived";
  guests: "none" | "read" | "write";
  version: number;
  slow_mode_s: number;
  /** Characters. */
  max_length: number;
  transports: { allowed: Via[]; default: Via; poll_interval_ms: number; hold_s: number };
  /** The newest first. */
  announcements: Announcement[];
}

export interface You {
  id: number;
  name: string;
  guest: boolean;
  role: "owner" | "moderator" | "member" | null;
  may_post: boolean;
  why_not: { code: string; message: string; until: string | null } | null;
  may_moderate: boolean;
  last_read_seq: number;
}

export interface Timings {
  hold_s: number;
  heartbeat_s: number;
  poll_interval_ms: number;
  seen_batches: number;
  seen_s: number;
  /** Of silence, after which a page that is looked at asks for an echo; a server without it knows none. */
  echo_s?: number;
  retry_min_ms: number;
  retry_max_ms: number;
  page: number;
  max_body: number;
  group_s: number;
}

/** The first state of a room page. */
export interface State {
  room: Room;
  you: You;
  messages: Message[];
  cursor: string;
  more: boolean;
  timings: Timings;
  /** A name for where the reader is. */
  network: string;
}

/** The server asks the page to take another transport. */
export interface Switch {
  to: Via;
  /** What somebody of the staff says; may be empty. */
  reason: string;
}

export interface Batch {
  type: "batch";
  cursor: string;
  messages: Message[];
  room: Room | null;
  more: boolean;
  reset: boolean;
  /** With `more`: by how many numbers the log goes on. */
  behind?: number;
  you?: You;
  retry_ms?: number;
  switch?: Switch;
}

export interface Hello {
  type: "hello";
  cursor: string;
  room: Room;
  you: You;
  timings: Timings;
}

export interface Sent {
  type: "sent";
  key: string;
  message: Message;
}

export interface ErrorBody {
  error: { code: string; message: string; field?: string };
  retry_after?: number;
}

export interface ErrorFrame extends ErrorBody {
  type: "error";
  key?: string;
  ref?: string | number;
}

export interface Ping {
  type: "ping";
  at: string;
}

export interface Echo {
  type: "echo";
  ref: number;
}

export interface Drain {
  type: "drain";
  retry_ms: number;
}

export interface SwitchFrame extends Switch {
  type: "switch";
}

export type ServerFrame = Batch | Hello | Sent | ErrorFrame | Ping | Echo | Drain | SwitchFrame;

export type Send = { type: "send"; key: string; body: string; reply_to: number | null };
export type Edit = { type: "edit"; seq: number; body: string };
export type Delete = { type: "delete"; seq: number };
/** What asks for a change of the log, and is answered with a message. */
export type Request = Send | Edit | Delete;

/** What a refusal looks like to those who show it. */
export interface Problem {
  code: string;
  message: string;
  /** Seconds. */
  retry_after?: number | null;
}

/** An outbox entry as it is kept. With an `error` it is refused for good. */
export interface StoredEntry {
  key: string;
  body: string;
  replyTo: number | null;
  at: number;
  error: Problem | null;
}

export interface Entry {
  key: string;
  body: string;
  replyTo: number | null;
  at: number;
  phase: "waiting" | "sending" | "failed";
  error: Problem | null;
}

export type Phase = "connecting" | "live" | "catching_up" | "waiting" | "offline" | "refused";

/** Numbers of the log. */
export interface Progress {
  done: number;
  total: number;
}

/** How a line ended, or that an answer came late; `ms` after its opening or after what was asked last. `wasOpen`: it has worked. */
export interface Fact {
  kind: "end" | "late";
  code: string;
  ms: number;
  wasOpen: boolean;
}

/** What a pilot makes of the lines. */
export interface Opinion {
  /** Nothing has been heard for longer than is usual. */
  isSilent: boolean;
  /** Why the page moved to another transport, and when. */
  move: { words: string; at: number } | null;
  /** What speaks against the transport that the person has chosen. */
  advice: string | null;
}

export interface Status extends Opinion {
  via: Via;
  /** The page chooses for itself. */
  isAutomatic: boolean;
  heardAt: number | null;
  progress: Progress | null;
  everyMs: number | null;
  phase: Phase;
  upToDateAt: number | null;
  retryAt: number | null;
  error: Problem | null;
  /** From the moment the server stored a message until this page had it. */
  deliveryMs: number | null;
  waitingToSend: number;
}

/** What a transport tells about. Every call is contact with the server. */
export interface Line {
  /** The cursor to continue from, at this moment. */
  position(): string;
  onHello(hello: Hello): void;
  /** `after` is the cursor that the batch answers. */
  onBatch(batch: Batch, after: string): void;
  onSwitch(asked: Switch): void;
  /** The server has nothing further for us. */
  onIdle(): void;
  /** What was sent came back. */
  onEcho(): void;
  /** An answer came so long after it was asked for, though it should not have been held for as long. */
  onLate(ms: number): void;
  /** The transport has ended and says nothing more; `tookMs` since the question that failed. */
  onEnd(error: ChatError, tookMs?: number): void;
}

/** "Give me batches after this cursor" and "send this frame"; without memory, retries or choices of its own. */
export interface Transport {
  /** The longest silence of a healthy line. */
  readonly silenceMs: number;
  open(line: Line): void;
  /** Rejects with a `ChatError`. */
  send(request: Request): Promise<Message>;
  /** Asks the server to say something. */
  echo?(): void;
  /** Whether there was a connection, where that is not the same as an answer. */
  readonly wasOpen?: boolean;
  /** Asks now, if it waits to ask. */
  nudge(): void;
  close(): void;
}

/** Everything a page gives to the client; tests give their own. */
export interface Env {
  fetch: typeof fetch;
  WebSocket: new (url: string) => WebSocket;
  /** Null where the browser keeps nothing for us. */
  storage: Storage | null;
  /** Null outside secure contexts. */
  locks: Pick<LockManager, "request"> | null;
  now(): number;
  setTimeout(call: () => void, ms: number): number;
  clearTimeout(timer: number | undefined): void;
  /** From 0 up to, but not including, 1. */
  random(): number;
  /** 22 characters that nobody can guess. */
  newKey(): string;
  location: { protocol: string; host: string };
  document: EventTarget & { visibilityState: string };
  window: EventTarget;
  online(): boolean;
  csrf(): string;
}
