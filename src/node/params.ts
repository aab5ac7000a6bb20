/** Numbers a node chooses for itself. None of them is consensus: two nodes may differ in every one. */

// ---- links and peers
/** Links a node tries to keep; more are accepted up to the cap, so that newcomers always find a door. */
export const LINKS_WANTED = 6;
export const LINKS_MAX = 24;
/** Links of a node's own choice, whoever else has come: nobody can surround it by being first. */
export const OWN_LINKS_MIN = 3;
/** Both sides see each other in the roster: the lower peer id dials at once, the other only if nothing came of it. */
export const SECOND_DIALLER_DELAY_MS = 4_000;
export const REDIAL_DELAY_MS = 5_000;
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** How often silence is looked for, and broken. */
export const PING_INTERVAL_MS = 5_000;
/** How often a peer that speaks anyway is pinged, to know its latency. */
export const LATENCY_INTERVAL_MS = 30_000;
export const PEER_SILENT_MS = 20_000;
/** A gap this long between two of our own ticks means that we slept, not that everybody else died. */
export const SLEEP_GAP_MS = 15_000;
export const MISBEHAVIOR_MAX = 100;
/** A point of misbehavior is forgiven this often: bad luck must not add up over a day. */
export const POINT_FORGIVEN_MS = 60_000;
export const BAN_MS = 60 * 60 * 1000;
export const BANS_MAX = 256;
export const GONE_PEERS_SHOWN = 30;
/** Requests remembered per peer that it did not answer in time. */
export const LATE_ANSWERS_MAX = 2_000;
/** Messages a second a peer may send on average, and the burst above it. */
export const PEER_MESSAGES_PER_SECOND = 400;
export const PEER_MESSAGES_BURST = 4_000;
/** Answers beside that: all that we ever ask of one peer at a time. */
export const ANSWERS_EXPECTED_MAX = 2_000;

// ---- sync
export const HEADERS_TIMEOUT_MS = 15_000;
/** Blocks that a peer may tell of and not show, before that counts against it; each one shown earns one back. */
export const PROMISES_CREDITED = 5;
export const BLOCK_TIMEOUT_MS = 10_000;
/** What a compact block lacks is a round trip away; meanwhile nobody else is asked for the block. */
export const BLOCK_TXS_TIMEOUT_MS = 2_000;
/** After this long, who could not give a block is asked for it again. */
export const BLOCK_RETRY_MS = 10_000;
/** Bodies asked for ahead of the tip: enough to hide latency, few enough to bound memory. */
export const BLOCK_WINDOW = 128;
export const BLOCKS_IN_FLIGHT_PER_PEER = 16;
/** Silences in a row, however many blocks each was about. */
export const STALLS_MAX = 3;
/** Bodies waiting for their parents. */
export const PENDING_BODIES_MAX = 1_200;
export const PENDING_BODY_BYTES_MAX = 64 * 1024 * 1024;
/** Blocks connected in one commit while syncing. */
export const CONNECT_BATCH_BLOCKS = 64;
export const CONNECT_BATCH_BYTES = 4 * 1024 * 1024;
/** So far behind the best header a node still mines: bodies on their way take a moment, and some are never shown. */
export const MINE_BEHIND_MAX = 3;
/** Deepest reorg we can still undo. */
export const UNDO_DEPTH = 1_000;

// ---- gossip
export const INV_DELAY_MS = 60;
/** Of something new a few peers, drawn by lot, are told at once: that alone reaches nearly everybody in a few hops. */
export const TXS_TOLD_AT_ONCE = 3;
export const BLOCKS_TOLD_AT_ONCE = 5;
/** The others are told within this time, unless they have shown by then that they know. */
export const TX_REST_DELAY_MS = 1_500;
export const BLOCK_REST_DELAY_MS = 250;
export const TX_TIMEOUT_MS = 2_000;
/** Transaction ids remembered per peer as known there, and those refused lately. */
export const KNOWN_TXIDS_MAX = 8_000;
export const REFUSED_TXIDS_MAX = 4_000;
/** Of those confirmed lately: who tells of one late is not asked for it. */
export const CONFIRMED_TXIDS_MAX = 4_000;
/** Transactions waiting for admission; a person's own that find no place are brought again. */
export const ADMISSION_QUEUE_MAX = 4_000;
/** Those turned away then that are asked for again, and when. */
export const TURNED_AWAY_MAX = 1_000;
export const TURNED_AWAY_RETRY_MS = 2_000;
/** Of one peer, so that no peer takes the places of the others. */
export const TX_REQUESTS_IN_FLIGHT_PER_PEER = 1_000;
/** Above this a new tip is announced by its id, below it by a compact block. */
export const COMPACT_SHORT_IDS_MAX = 4_000;
/** Compact blocks waiting for their missing transactions. */
export const PARTIAL_BLOCKS_MAX = 16;
/** Blocks a peer may have waiting with us: what it asks for at once, and once more. */
export const BLOCK_SERVE_QUEUE_MAX = 256;
/** Signatures checked in one batch at the mempool's door. */
export const ADMISSION_BATCH_MAX = 256;

// ---- mining
export const TEMPLATE_REFRESH_MS = 10_000;
/** A burst of transactions makes one new template, not one each; */
export const TEMPLATE_DELAY_MS = 250;
/** and a stream of them no more than so many for each block that is expected. */
export const TEMPLATES_PER_BLOCK = 6;

// ---- blobs
export const CHUNK_TIMEOUT_MS = 20_000;
/** Chunks asked of one peer, for all documents together: far fewer than it lets wait. */
export const CHUNKS_IN_FLIGHT_PER_PEER = 8;
/** Chunks asked for and not yet on the disk: of one document, and of all. */
export const FETCH_BYTES_MAX = 4 * 1024 * 1024;
export const FETCHES_BYTES_MAX = 16 * 1024 * 1024;
/** Documents fetched at a time; of these, capsules that nobody here asked for. The others wait for their turn. */
export const FETCHES_MAX = 64;
export const FETCHES_UNASKED_MAX = 48;
/** A document that nobody has keeps its place so long when others wait: time enough for the peers to answer. */
export const FETCH_TURN_MS = 2_000;
export const FETCH_RETRY_MS = 10_000;
/** Capsules found by their hint and not opened yet: each has its turn within half a minute. */
export const UNOPENED_MAX = 10 * FETCHES_UNASKED_MAX;
/** Of each peer it is asked whether it holds so many of our documents, again and again until all are asked about. */
export const SURVEY_AT_ONCE = 32;
export const SURVEY_INTERVAL_MS = 250;
/** Then those that did not answer are asked about the next. */
export const SURVEY_PATIENCE_MS = 20_000;
/** Such questions of a peer that may wait with us: those of its survey, and of all its fetches. */
export const HAVE_SERVE_QUEUE_MAX = 256;
/** Chunks a peer may have waiting with us while its link is busy. */
export const CHUNK_SERVE_QUEUE_MAX = 32;
/** Chunks read from the disk for a peer while the one before them drains. */
export const CHUNK_READ_AHEAD = 2;

// ---- storage
export const STORAGE_READ_INTERVAL_MS = 60_000;
/** What is written soon after each other is measured once. */
export const STORAGE_READ_DELAY_MS = 10_000;

// ---- damaged rows
export const DAMAGED_ROWS_SHOWN = 50;
/** Damaged blocks remembered until they are fetched; one forgotten is met again when it is read again. */
export const DAMAGED_BLOCKS_MAX = 4_000;
export const MEND_IN_FLIGHT_MAX = 16;

// ---- own transactions
export const STAMP_ATTEMPTS_PER_SLICE = 1_500;
/** Own transactions are kept and rebroadcast until they are this deep. */
export const SETTLED_DEPTH = 6;
export const REBROADCAST_MS = 30_000;
/** After a worker or the disk failed, what it was for is tried again. */
export const RESUME_DELAY_MS = 1_000;

// ---- read model
export const PUBLISH_INTERVAL_MS = 120;
/** Hundreds of blocks a second: nobody reads faster, and the page and the sync share the same processor. */
export const PUBLISH_INTERVAL_SYNCING_MS = 400;
export const LOG_ROWS_MAX = 200;
export const RECENT_BLOCKS_SHOWN = 30;
export const MEMPOOL_ROWS_SHOWN = 50;
export const WALLET_ROWS_KEPT = 50;

// ---- records
/** A FHIR file, as imported. */
export const RECORD_BYTES_MAX = 64 * 1024 * 1024;
export const GRANT_LABEL_MAX = 80;
export const PASSPHRASE_MIN = 8;
