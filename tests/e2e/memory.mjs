// Reads the whole memory of another process through procfs and looks for bytes in it.
import { closeSync, openSync, readFileSync, readSync, readdirSync } from "node:fs";

const CHUNK = 16 * 1024 * 1024;
const PAGE = 4096;

/** In which mappings each of `needles` (`{name: Buffer}`) is in the process's memory; lists only those found. */
export function findInMemory(pid, needles) {
  const longest = Math.max(...Object.values(needles).map((bytes) => bytes.length));
  const found = {};
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const buffer = Buffer.alloc(CHUNK + longest - 1);
  let read = 0;
  for (const { start, end, label } of stretches(pid)) {
    for (let at = start; at < end; at += CHUNK) {
      // One chunk reaches into the next, so that no needle is cut; it counts only those that begin in it.
      const size = readAt(memory, buffer, at, Math.min(buffer.length, end - at));
      read += Math.min(size, CHUNK);
      for (const [name, bytes] of Object.entries(needles)) {
        const times = count(buffer.subarray(0, size), bytes, CHUNK);
        if (times > 0) (found[name] ??= []).push(...Array(times).fill(label));
      }
    }
  }
  closeSync(memory);
  return { found, read };
}

/** A text as it may lie in memory: UTF-8, and UTF-16 as JavaScript and GTK keep it. */
export function textNeedles(name, text) {
  return { [name]: Buffer.from(text, "utf8"), [`${name} in UTF-16`]: Buffer.from(text, "utf16le") };
}

/** Raw bytes, and the forms they are written in. */
export function keyNeedles(keys) {
  const needles = {};
  for (const [name, bytes] of Object.entries(keys)) {
    needles[name] = bytes;
    // Big numbers are kept with their lowest digit first, which is their bytes from the back.
    if (name.startsWith("private key")) needles[`${name} as a number`] = Buffer.from(bytes).reverse();
    if (bytes.length === 64) needles[`${name}, cipher half`] = bytes.subarray(0, 32);
    needles[`${name} in base64`] = Buffer.from(bytes.toString("base64").replace(/=+$/, ""));
    needles[`${name} in hexadecimal`] = Buffer.from(bytes.toString("hex"));
  }
  return needles;
}

/** Processes below `pid`, as `{pid, name}`. */
export function descendants(pid) {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap(parentOf);
  const below = (parent) => processes.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(stat);
    return [{ pid: Number(pid), name, parent: Number(rest.split(" ")[1]) }];
  } catch {
    return []; // gone since the folder was listed
  }
}

/** Stretches of readable memory that exist: an engine reserves gigabytes it never touches. */
function stretches(pid) {
  const pages = openSync(`/proc/${pid}/pagemap`, "r");
  const found = mappings(pid).flatMap((mapping) => present(pages, mapping));
  closeSync(pages);
  return found;
}

/**
 * Mappings with at least one page in memory. `[vvar]` and its like cannot be read at all; files mapped
 * without the right to write hold what is on disk anyway: a demo build carries its sample's passwords.
 */
function mappings(pid) {
  const found = [];
  for (const line of readFileSync(`/proc/${pid}/smaps`, "utf8").split("\n")) {
    const head = /^([0-9a-f]+)-([0-9a-f]+) (r?)-?(w?)\S+ \S+ \S+ \d+ *(.*)$/.exec(line);
    if (head) found.push(mapping(head));
    else if (/^(Rss|Swap): +[1-9]/.test(line)) found.at(-1).used = true;
  }
  return found.filter((one) => one.readable && one.used && !/vvar|vsyscall/.test(one.label) && (one.writable || !one.file));
}

/** `label` tells a reader of a failed test where to look: threads' stacks are anonymous, of 2 or 8 MiB. */
function mapping([, from, to, readable, writable, name]) {
  const [start, end] = [parseInt(from, 16), parseInt(to, 16)];
  const label = name.split("/").at(-1) || `anonymous, ${(end - start) / 1024} KiB`;
  // Memory shared with another process has a name like a file's, but that process may write to it.
  const file = name.startsWith("/") && !/^\/(memfd|dev\/shm)|\(deleted\)$/.test(name);
  return { start, end, label, file, readable: readable === "r", writable: writable === "w" };
}

/** The runs of pages of a mapping that are in memory or swapped out (proc_pid_pagemap(5), bits 63 and 62). */
function present(pages, { start, end, label }) {
  const table = Buffer.alloc(((end - start) / PAGE) * 8);
  readAt(pages, table, (start / PAGE) * 8, table.length);
  const found = [];
  for (let at = start; at < end; at += PAGE) {
    if ((table[((at - start) / PAGE) * 8 + 7] & 0xc0) === 0) continue;
    const last = found.at(-1);
    if (last?.end === at) last.end += PAGE;
    else found.push({ start: at, end: at + PAGE, label });
  }
  return found;
}

function readAt(file, buffer, position, length) {
  let got = 0;
  while (got < length) {
    try {
      const more = readSync(file, buffer, got, length - got, position + got);
      if (more === 0) break;
      got += more;
    } catch {
      break; // a hole, or unmapped since the list was read
    }
  }
  return got;
}

function count(haystack, needle, before) {
  let times = 0;
  for (let at = haystack.indexOf(needle); at >= 0 && at < before; at = haystack.indexOf(needle, at + 1)) times += 1;
  return times;
}
