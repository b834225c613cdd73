// What all pages are put together from.
import { Component, h, render } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import htm from "htm";
import { follow, key, takeKey } from "./api.js";
import { language, t, takeLanguage } from "./words.js";

export { useCallback, useEffect, useRef, useState, render };
export const html = htm.bind(h);

const THEME = "chargeproof.theme";

function applyTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem(THEME, root.dataset.theme);
}

/** Takes a key out of the address, where it would be seen, before anything else reads it. */
function takeFromAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  if (!parts.has("key")) return;
  const given = parts.get("key");
  // a stranger's link must not put somebody into a stranger's account
  if (key() === "" || key() === given || confirm(t("key.replace"))) takeKey(given);
  history.replaceState(null, "", `${location.pathname}#${parts.get("to") ?? "/"}`);
}

/** A part of an address as it was before it was encoded; as it stands when it was not encoded well. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Where in the page: what stands after `#/`, split at slashes. */
export function useRoute() {
  const read = () =>
    location.hash
      .replace(/^#\/?/, "")
      .split("/")
      .filter((part) => part)
      .map(decoded);
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const changed = () => {
      takeFromAddress();
      setRoute(read());
      window.scrollTo(0, 0);
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

/** A view's heading: it is the page's title, and who reads by ear or keyboard goes on from it. */
export function Heading({ children }) {
  const place = useRef(null);
  const text = [children].flat().join("");
  useEffect(() => {
    document.title = `${text} · chargeproof`;
    if (location.hash.length > 2) place.current.focus({ preventScroll: true });
  }, [text]);
  return html`<h1 ref=${place} tabindex="-1">${children}</h1>`;
}

/** The oracle's events, for all of a page's views: `add(listener)` returns what ends it; whether it answers. */
export function useEvents() {
  const listeners = useRef(new Set());
  const [online, setOnline] = useState(true);
  useEffect(
    () =>
      follow((name, data) => {
        if (name === "online" || name === "offline") setOnline(name === "online");
        listeners.current.forEach((listener) => listener(name, data));
      }),
    [],
  );
  const add = useCallback((listener) => {
    listeners.current.add(listener);
    return () => listeners.current.delete(listener);
  }, []);
  return { online, add };
}

/**
 * Reads again when one of these events comes.
 *
 * @param fits which of them count, by name and data
 */
export function useAgain(events, names, again, fits = () => true) {
  const wanted = names.join();
  useEffect(() => {
    const set = new Set(wanted.split(","));
    return events.add((name, data) => set.has(name) && fits(name, data) && again());
  }, [events.add, wanted, again]);
}

/** After an event so long nothing is read again, however many come; and some chance on top, so that not all pages ask at once. */
const PAUSE_MILLIS = 400;

/**
 * Reads something and keeps it while it is read again. While it is being read, however often it is asked for, it is read once more afterwards.
 *
 * @return { data, error, again }: data is undefined until it is there
 */
export function useRead(read, when) {
  const [state, setState] = useState({ data: undefined, error: null });
  const running = useRef(null);
  const again = useCallback(async () => {
    if (running.current) {
      running.current.more = true;
      return;
    }
    const mine = { more: false };
    running.current = mine;
    do {
      mine.more = false;
      const result = await read().then(
        (data) => ({ data, error: null }),
        (error) => ({ error }),
      );
      if (running.current !== mine) return;
      setState((old) => ({ ...old, ...result }));
      if (mine.more) await new Promise((done) => setTimeout(done, PAUSE_MILLIS * (1 + Math.random())));
    } while (mine.more && running.current === mine);
    if (running.current === mine) running.current = null;
  }, when);
  useEffect(() => {
    running.current = null;
    setState({ data: undefined, error: null });
    again();
    return () => (running.current = null);
  }, [again]);
  return { ...state, again };
}

/** Calls something each so many milliseconds while it is shown. */
export function useTick(millis) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((n) => n + 1), millis);
    return () => clearInterval(timer);
  }, [millis]);
}

/** The frame of a page. */
export function Frame({ here, online = true, children }) {
  const link = (page, path) => html`<a href=${path} aria-current=${page === here ? "page" : null}>${t(`nav.${page}`)}</a>`;
  return html`
    <a class="skip" href="#content" onClick=${skip}>${t("nav.skip")}</a>
    <header class="bar">
      <a class="brand" href="/"><${Mark} /><span>chargeproof</span></a>
      <nav aria-label=${t("nav.label")}>${link("driver", "/")} ${link("cockpit", "/cockpit")} ${link("ledger", "/ledger")}</nav>
      <span class="grow"></span>
      <button
        class="plain"
        lang=${language() === "de" ? "en" : "de"}
        title=${t("language.switch")}
        onClick=${() => {
          takeLanguage(language() === "de" ? "en" : "de");
          location.reload();
        }}
      >
        ${language() === "de" ? "EN" : "DE"}
      </button>
      <button class="plain" aria-label=${t("theme.switch")} title=${t("theme.switch")} onClick=${switchTheme}>◐</button>
    </header>
    ${!online && html`<p class="notice warn" role="status">${t("state.offline")}</p>`}
    <main id="content" tabindex="-1"><${Mended} key=${location.hash}>${children}<//></main>
  `;
}

/** Shows what went wrong in a view, and lets the rest of the page be. */
class Mended extends Component {
  componentDidCatch(error) {
    this.setState({ error });
  }

  render({ children }, { error }) {
    return error ? html`<${Failure} error=${error} again=${() => this.setState({ error: null })} />` : children;
  }
}

function skip(event) {
  event.preventDefault();
  document.getElementById("content").focus();
}

/** The sign of chargeproof. */
function Mark() {
  return html`<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M9 1 3 9h4l-1 6 7-9H8z" />
  </svg>`;
}

/** Lets go of the key. */
export function ForgetKey() {
  const forget = () => {
    takeKey("");
    location.reload();
  };
  return html`<button class="plain" onClick=${forget}>${t("key.forget")}</button>`;
}

/** What is shown while something is read, or could not be. */
export function Reading({ of, empty, children }) {
  if (of.data === undefined && of.error) return html`<${Failure} error=${of.error} again=${of.again} />`;
  if (of.data === undefined) return html`<p class="quiet" role="status">${t("state.loading")}</p>`;
  return html` ${of.error && html`<${Failure} error=${of.error} again=${of.again} />`} ${empty || children} `;
}

/** What went wrong, in the words of who refused it. */
export function Failure({ error, again }) {
  if (error.status === 401 || error.status === 403) return html`<${KeyForm} error=${error} />`;
  return html`<div class="notice bad" role="alert">
    <strong>${t("state.failed")}.</strong> ${error.message}
    ${(error.errors ?? []).map((each) => html`<br /><code>${each.pointer}</code> ${each.detail}`)}
    ${again && html` <button onClick=${again}>${t("state.again")}</button>`}
  </div>`;
}

/** Asks for a key. */
export function KeyForm({ error }) {
  const take = (event) => {
    event.preventDefault();
    takeKey(new FormData(event.target).get("key").trim());
    location.reload();
  };
  return html`<form class="notice" onSubmit=${take}>
    <strong>${t("key.needed")}.</strong> ${t("key.explain")} ${error && key() && html`<p class="bad">${error.message}</p>`}
    <p class="row">
      <label>${t("key.label")} <input name="key" type="password" autocomplete="off" required maxlength="4096" /></label>
      <button class="main">${t("key.use")}</button>
    </p>
  </form>`;
}

/** A number with what it is. */
export function Tile({ label, children, kind }) {
  return html`<div class=${`tile ${kind ?? ""}`}><span class="label">${label}</span><span class="value">${children}</span></div>`;
}

/** Shows a page. */
export function show(Page) {
  takeFromAddress();
  applyTheme(localStorage.getItem(THEME));
  document.documentElement.lang = language();
  const root = document.getElementById("page");
  root.replaceChildren();
  render(html`<${Page} />`, root);
}
