/* The load generator's hot part: connections whose every step is known beforehand, in one epoll.
 *
 * A connection reads WebSocket frames or answers of HTTP/1.1, counts what arrives, notes how old it is, and sends what
 * its form says as soon as it may. Whatever is not as expected is handed to Python (pump.py), which sets everything up.
 * No unit of work costs more here than its system calls and a few hundred nanoseconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MARK "@bench:" /* every text begins with it; then the time of its sending in µs, with DIGITS digits */
#define MARK_SIZE 7
#define DIGITS 16
#define PIECE (1024 * 1024)     /* bytes that are taken at a time */
#define MOST (4 * 1024 * 1024)  /* bytes of a frame or an answer that is not whole yet */
#define FORM_MOST 8192
#define VALUE_MOST 256
#define PLACES_MOST 8
#define VALUES 2
#define EVENTS 1024
#define AGES 16384

enum { STAMP, KEY, VALUE }; /* what a place of a form takes; VALUE + i: the i-th value that was learnt */
enum { ENDED = -1, TEXT = 1, CLOSE = 8, PING = 9 };

typedef struct { const char *data; int64_t size; } Text;
typedef struct { int32_t at, kind; } Place;

/* What connections of one kind do. Texts are empty where there is no such thing. */
typedef struct {
    Text counted;                        /* how a frame begins that counts; empty: any */
    Text acked;                          /* how a frame begins that is acknowledged now and then */
    Text before[VALUES], after[VALUES];  /* what stands around a value that is learnt */
    Text ack_head, ack_tail;             /* the acknowledgement, around the first value */
    int64_t every_frames, every_bytes;   /* how often it is due */
    int32_t http, each_mark;             /* each_mark: every MARK counts, not the answer or the frame */
} Rules;

/* What Python reads and resets after each turn. */
typedef struct {
    int64_t arrived, wanted; /* Python wants to look when so many have arrived */
    int32_t running, timed, aged;
    double ages[AGES];       /* ms */
} Counts;

typedef struct {
    int fd;
    int32_t id;
    bool timed, ended;
    const Rules *rules;
    Counts *counts;
    int64_t frames, bytes; /* since the last acknowledgement */
    double asked_ms;
    char *rest;            /* the beginning of a frame or an answer whose end is to come */
    size_t rest_size, rest_room;
    char values[VALUES][VALUE_MOST];
    size_t value_sizes[VALUES];
    char *form;            /* what is sent again and again; NULL: only reads */
    size_t form_size;
    Place places[PLACES_MOST];
    int place_count;
} Connection;

typedef struct Handed {
    struct Handed *next;
    int32_t id, status;
    int64_t head_size, body_size;
    char data[];
} Handed;

typedef struct {
    int epoll;
    bool look; /* Python has to look */
    Handed *first, *last, *taken;
    uint64_t key;
    struct epoll_event events[EVENTS];
    char buffer[MOST + PIECE];
} Pump;

static double now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static bool begins(const char *data, size_t size, const Text *with) {
    return size >= (size_t)with->size && memcmp(data, with->data, (size_t)with->size) == 0;
}

/* ---- to Python ---- */

static void hand(Pump *pump, const Connection *one, int32_t status, const char *head, size_t head_size,
                 const char *body, size_t body_size) {
    Handed *item = malloc(sizeof *item + head_size + body_size);
    if (!item) abort();
    *item = (Handed){NULL, one->id, status, (int64_t)head_size, (int64_t)body_size};
    if (head_size) memcpy(item->data, head, head_size);
    if (body_size) memcpy(item->data + head_size, body, body_size);
    if (pump->last) pump->last->next = item;
    else pump->first = item;
    pump->last = item;
}

static void end(Pump *pump, Connection *one) {
    if (one->ended) return;
    one->ended = true;
    epoll_ctl(pump->epoll, EPOLL_CTL_DEL, one->fd, NULL);
    hand(pump, one, ENDED, NULL, 0, NULL, 0);
}

/* ---- sending ---- */

static void write_all(Pump *pump, Connection *one, const char *data, size_t size) {
    while (size && !one->ended) {
        ssize_t done = send(one->fd, data, size, MSG_NOSIGNAL); /* blocks when the server takes nothing */
        if (done <= 0) {
            end(pump, one);
            return;
        }
        data += done;
        size -= (size_t)done;
    }
}

static uint64_t next_key(Pump *pump) { /* splitmix64: nothing here is secret, keys need only differ */
    uint64_t z = (pump->key += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void digits(char *into, uint64_t value, unsigned base) {
    for (int at = DIGITS - 1; at >= 0; at--, value /= base) into[at] = "0123456789abcdef"[value % base];
}

/* Sends the form, filled in anew. */
static void ask(Pump *pump, Connection *one) {
    char out[FORM_MOST + PLACES_MOST * VALUE_MOST];
    size_t size = 0, from = 0;
    one->asked_ms = now_ms();
    for (int number = 0; number < one->place_count; number++) {
        const Place *place = &one->places[number];
        memcpy(out + size, one->form + from, (size_t)place->at - from);
        size += (size_t)place->at - from;
        from = (size_t)place->at;
        if (place->kind >= VALUE) {
            int value = place->kind - VALUE;
            memcpy(out + size, one->values[value], one->value_sizes[value]);
            size += one->value_sizes[value];
            continue;
        }
        if (place->kind == STAMP) digits(out + size, (uint64_t)(one->asked_ms * 1e3), 10);
        else digits(out + size, next_key(pump), 16);
        size += DIGITS;
        from += DIGITS;
    }
    memcpy(out + size, one->form + from, one->form_size - from);
    write_all(pump, one, out, size + one->form_size - from);
}

/* A short frame of a client. Its mask is zero, so that the payload goes as it is. */
static void say(Pump *pump, Connection *one, int opcode, const char *payload, size_t size) {
    char out[6 + 125] = {(char)(0x80 | opcode), (char)(0x80 | size)};
    if (size > 125) return;
    memcpy(out + 6, payload, size);
    write_all(pump, one, out, 6 + size);
}

/* ---- counting ---- */

static void arrived(Pump *pump, Counts *counts, int64_t units) {
    counts->arrived += units;
    if (units && counts->arrived >= counts->wanted) pump->look = true;
}

static void note_age(Pump *pump, Counts *counts, double age) {
    if (counts->aged < AGES) counts->ages[counts->aged++] = age;
    if (counts->aged == AGES) pump->look = true;
}

static const char *next_mark(const char *data, const char *stop) {
    while (stop - data >= MARK_SIZE && (data = memchr(data, MARK[0], (size_t)(stop - data) - MARK_SIZE + 1))) {
        if (memcmp(data, MARK, MARK_SIZE) == 0) return data;
        data++;
    }
    return NULL;
}

/* Number of MARKs; `newest`: the last one. */
static int64_t count_marks(const char *data, size_t size, const char **newest) {
    int64_t found = 0;
    const char *stop = data + size;
    *newest = NULL;
    for (const char *at = data; (at = next_mark(at, stop)); at += MARK_SIZE, found++) *newest = at;
    return found;
}

/* Notes the time since the text whose MARK is here was sent. */
static void note_age_of(Pump *pump, Counts *counts, const char *mark, const char *stop) {
    int64_t sent = 0;
    if (!mark || stop - mark < MARK_SIZE + DIGITS) return;
    for (int at = MARK_SIZE; at < MARK_SIZE + DIGITS; at++) {
        if (mark[at] < '0' || mark[at] > '9') return;
        sent = sent * 10 + (mark[at] - '0');
    }
    note_age(pump, counts, now_ms() - (double)sent / 1e3);
}

static bool count_each(Pump *pump, Connection *one, const char *data, size_t size) {
    const char *newest;
    int64_t found = count_marks(data, size, &newest);
    arrived(pump, one->counts, found);
    if (found && (one->timed || one->counts->timed)) note_age_of(pump, one->counts, newest, data + size);
    return found > 0;
}

/* Takes the values that stand in what has come; a value that is not there stays. True when the first one was there. */
static bool learn(Connection *one, const char *data, size_t size) {
    bool learnt = false;
    for (int number = 0; number < VALUES; number++) {
        const Text *before = &one->rules->before[number], *after = &one->rules->after[number];
        const char *at = before->size ? memmem(data, size, before->data, (size_t)before->size) : NULL;
        if (!at) continue;
        at += before->size;
        const char *stop = memmem(at, size - (size_t)(at - data), after->data, (size_t)after->size);
        if (!stop || stop - at > VALUE_MOST) continue;
        one->value_sizes[number] = (size_t)(stop - at);
        memcpy(one->values[number], at, one->value_sizes[number]);
        learnt |= number == 0;
    }
    return learnt;
}

/* ---- WebSocket ---- */

static void acknowledge(Pump *pump, Connection *one, const char *data, size_t size) {
    const Rules *rules = one->rules;
    one->frames++;
    one->bytes += (int64_t)size;
    if ((one->frames < rules->every_frames && one->bytes < rules->every_bytes) || !learn(one, data, size)) return;
    char out[3 * VALUE_MOST];
    int length = snprintf(out, sizeof out, "%.*s%.*s%.*s", (int)rules->ack_head.size, rules->ack_head.data,
                          (int)one->value_sizes[0], one->values[0], (int)rules->ack_tail.size, rules->ack_tail.data);
    if (length < 0 || (size_t)length >= sizeof out) return;
    one->frames = one->bytes = 0;
    say(pump, one, TEXT, out, (size_t)length);
}

static void heard(Pump *pump, Connection *one, const char *data, size_t size) {
    const Rules *rules = one->rules;
    bool acked = rules->acked.size && begins(data, size, &rules->acked);
    if (acked) acknowledge(pump, one, data, size);
    bool counted = begins(data, size, &rules->counted);
    if (rules->each_mark) {
        if (counted) count_each(pump, one, data, size);
        return;
    }
    const char *mark = counted ? next_mark(data, data + size) : NULL;
    if (!counted || (!rules->counted.size && !mark)) {
        if (!acked) hand(pump, one, TEXT, NULL, 0, data, size);
        return;
    }
    arrived(pump, one->counts, 1);
    if (one->counts->timed) note_age_of(pump, one->counts, mark, data + size);
    if (one->form && one->counts->running) ask(pump, one);
}

/* Takes one frame; its size, 0 while it is not whole, -1 when it is none of a server. */
static int64_t take_frame(Pump *pump, Connection *one, char *data, size_t size) {
    const unsigned char *head = (const unsigned char *)data;
    if (size < 2) return 0;
    uint64_t payload = head[1], start = 2;
    if (payload > 127) return -1;
    if (payload >= 126) {
        size_t width = payload == 126 ? 2 : 8;
        if (size < 2 + width) return 0;
        payload = 0;
        for (size_t at = 0; at < width; at++) payload = payload << 8 | head[2 + at];
        start += width;
    }
    if (payload > MOST - start) return -1;
    if (size < start + payload) return 0;
    int opcode = head[0] & 0x0f;
    if (opcode == PING) say(pump, one, PING + 1, data + start, payload);
    else if (opcode < CLOSE) heard(pump, one, data + start, payload);
    return (int64_t)(start + payload);
}

/* ---- HTTP ---- */

/* The value of Content-Length in a head, -1 when it is not there. */
static int64_t content_length(const char *head, const char *stop) {
    static const char name[] = "\ncontent-length:";
    for (const char *at = head; (at = memchr(at, '\n', (size_t)(stop - at))); at++) {
        if ((size_t)(stop - at) < sizeof name || strncasecmp(at, name, sizeof name - 1) != 0) continue;
        int64_t length = 0;
        for (at += sizeof name - 1; at < stop && *at == ' ';) at++;
        for (; at < stop && *at >= '0' && *at <= '9' && length <= MOST; at++) length = length * 10 + (*at - '0');
        return length;
    }
    return -1;
}

/* Joins the chunks at `data` in place when `join`. What they take there, 0 while they are not whole, -1 if none. */
static int64_t chunks(char *data, size_t size, bool join, size_t *body_size) {
    size_t at = 0;
    *body_size = 0;
    for (;;) {
        const char *line = memmem(data + at, size - at, "\r\n", 2);
        if (!line) return 0;
        uint64_t chunk = 0;
        for (const char *digit = data + at; digit < line && *digit != ';'; digit++) {
            const char *value = memchr("0123456789abcdefABCDEF", *digit, 22);
            if (!value || chunk > MOST) return -1;
            uint64_t number = (uint64_t)(value - "0123456789abcdefABCDEF");
            chunk = chunk * 16 + (number > 15 ? number - 6 : number);
        }
        at = (size_t)(line - data) + 2;
        if (chunk > MOST) return -1;
        if (size - at < chunk + 2) return 0;
        if (join) memmove(data + *body_size, data + at, chunk);
        *body_size += chunk;
        at += chunk + 2;
        if (!chunk) return (int64_t)at;
    }
}

static void answered(Pump *pump, Connection *one, int status, char *data, size_t head_size, size_t body_size) {
    const char *body = data + head_size;
    bool good = one->form && ((status >= 200 && status < 300) || status == 304);
    if (good) learn(one, data, head_size + body_size);
    if (good && one->rules->each_mark) good = count_each(pump, one, body, body_size);
    else if (good) {
        arrived(pump, one->counts, 1);
        if (one->counts->timed) note_age(pump, one->counts, now_ms() - one->asked_ms);
    }
    if (!good) hand(pump, one, status, data, head_size, body, body_size);
    else if (one->counts->running) ask(pump, one);
}

/* Takes one answer; its size, 0 while it is not whole, -1 when it is none. */
static int64_t take_answer(Pump *pump, Connection *one, char *data, size_t size) {
    char *stop = memmem(data, size, "\r\n\r\n", 4);
    if (!stop) return 0;
    stop += 4;
    size_t head_size = (size_t)(stop - data), body_size = 0;
    if (head_size < 16 || memcmp(data, "HTTP/1.", 7) != 0) return -1;
    int status = 0;
    for (int at = 9; at < 12; at++) {
        if (data[at] < '0' || data[at] > '9') return -1;
        status = status * 10 + (data[at] - '0');
    }
    int64_t length = status == 204 || status == 304 ? 0 : content_length(data, stop), taken = length;
    if (length > MOST) return -1;
    if (length >= 0) {
        if (size - head_size < (size_t)length) return 0;
        body_size = (size_t)length;
    } else {
        taken = chunks(stop, size - head_size, false, &body_size);
        if (taken <= 0) return taken;
        chunks(stop, size - head_size, true, &body_size);
    }
    answered(pump, one, status, data, head_size, body_size);
    return (int64_t)head_size + taken;
}

/* ---- reading ---- */

static void keep(Connection *one, const char *data, size_t size) {
    if (size > one->rest_room) {
        char *room = realloc(one->rest, size);
        if (!room) abort();
        one->rest = room;
        one->rest_room = size;
    }
    if (size) memcpy(one->rest, data, size);
    one->rest_size = size;
}

/* Takes all that is whole of what is in the buffer, and keeps the rest. */
static void take(Pump *pump, Connection *one, size_t size) {
    size_t at = 0;
    while (at < size && !one->ended) {
        char *data = pump->buffer + at;
        int64_t taken = one->rules->http ? take_answer(pump, one, data, size - at) : take_frame(pump, one, data, size - at);
        if (taken < 0) end(pump, one);
        if (taken <= 0) break;
        at += (size_t)taken;
    }
    if (size - at > MOST) end(pump, one);
    keep(one, pump->buffer + at, one->ended ? 0 : size - at);
}

static void readable(Pump *pump, Connection *one) {
    ssize_t size = recv(one->fd, pump->buffer + one->rest_size, PIECE, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
        end(pump, one);
        return;
    }
    if (one->rest_size) memcpy(pump->buffer, one->rest, one->rest_size);
    take(pump, one, one->rest_size + (size_t)size);
}

/* ---- what Python calls ---- */

/* `others`: a descriptor that is readable when something has come for Python itself. NULL: no room. */
Pump *pump_new(int others, uint64_t key) {
    Pump *pump = calloc(1, sizeof *pump);
    struct epoll_event event = {.events = EPOLLIN};
    if (!pump) return NULL;
    pump->key = key;
    pump->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (pump->epoll >= 0 && epoll_ctl(pump->epoll, EPOLL_CTL_ADD, others, &event) == 0) return pump;
    if (pump->epoll >= 0) close(pump->epoll);
    free(pump);
    return NULL;
}

/* Rules and counts stay Python's. `places` are in order, within the form. NULL: it cannot be. */
Connection *pump_add(Pump *pump, int fd, int32_t id, const Rules *rules, Counts *counts, int timed, const char *form,
                     size_t form_size, const Place *places, int place_count) {
    if (form_size > FORM_MOST || place_count > PLACES_MOST) return NULL;
    for (int number = 0, from = 0; number < place_count; number++) {
        const Place *place = &places[number];
        int size = place->kind < VALUE ? DIGITS : 0;
        if (place->at < from || (size_t)place->at + (size_t)size > form_size) return NULL;
        if (place->kind < STAMP || place->kind >= VALUE + VALUES) return NULL;
        from = place->at + size;
    }
    Connection *one = calloc(1, sizeof *one);
    if (!one) return NULL;
    *one = (Connection){.fd = fd, .id = id, .rules = rules, .counts = counts, .timed = timed, .form_size = form_size};
    if (form_size && !(one->form = malloc(form_size))) abort();
    if (form_size) memcpy(one->form, form, form_size);
    if (place_count) memcpy(one->places, places, (size_t)place_count * sizeof *places);
    one->place_count = place_count;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
    if (epoll_ctl(pump->epoll, EPOLL_CTL_ADD, fd, &event) == 0) return one;
    free(one->form);
    free(one);
    return NULL;
}

/* A value that Python knows. */
void pump_set(Connection *one, int number, const char *value, size_t size) {
    if (number < 0 || number >= VALUES || size > VALUE_MOST) return;
    memcpy(one->values[number], value, size);
    one->value_sizes[number] = size;
}

/* What Python has read of the connection before it came here. */
void pump_feed(Pump *pump, Connection *one, const char *data, size_t size) {
    if (size > MOST) return;
    memcpy(pump->buffer, data, size);
    take(pump, one, size);
}

void pump_ask(Pump *pump, Connection *one) {
    ask(pump, one);
}

/* Works until Python has something to do, for `timeout_ms` at most. True when something has come for it. */
int pump_turn(Pump *pump, double timeout_ms) {
    double deadline = now_ms() + timeout_ms, left = timeout_ms;
    bool others = false;
    pump->look = false;
    do {
        int count = epoll_wait(pump->epoll, pump->events, EVENTS, left > 0 ? (int)left + 1 : 0);
        if (count < 0) break;
        for (int at = 0; at < count; at++) {
            Connection *one = pump->events[at].data.ptr;
            if (!one) others = true;
            else if (!one->ended) readable(pump, one);
        }
        left = deadline - now_ms();
    } while (!others && !pump->look && !pump->first && left > 0);
    return others;
}

/* What was handed over, one after the other; it is there until the next call. NULL: that was all. */
const Handed *pump_handed(Pump *pump) {
    free(pump->taken);
    pump->taken = pump->first;
    if (pump->first) pump->first = pump->first->next;
    if (!pump->first) pump->last = NULL;
    return pump->taken;
}

/* Only between turns. The descriptor stays open. */
void pump_drop(Pump *pump, Connection *one) {
    if (!one->ended) epoll_ctl(pump->epoll, EPOLL_CTL_DEL, one->fd, NULL);
    free(one->rest);
    free(one->form);
    free(one);
}

void pump_free(Pump *pump) {
    while (pump_handed(pump)) continue;
    close(pump->epoll);
    free(pump);
}
